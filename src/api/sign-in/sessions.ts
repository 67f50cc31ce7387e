/** Sessions of people who signed in, kept in the store for all processes: known by a cookie that changes; ended by silence, age, signing out or an admin. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type Caller, ROLES } from '../../../schemas/api.ts';
import type { Clock } from '../../ports/outside.ts';
import type { OpenSession, SessionEvent, SessionStore } from '../../ports/sessions.ts';
import { clearCookie, cookieWay, readCookie, setCookie } from './cookies.ts';
import type { Person, SignIn } from './roles.ts';
import { beyond } from './room.ts';
import { hashOf, openUnder, sealUnder } from './seal.ts';
import { counts, type SessionState, stateOf } from './session-state.ts';

/** Names the tenant a page is about, where a person may look at several; percent-encoded. */
export const TENANT_HEADER = 'x-tidemark-tenant';
/** Proves that a page of ours sent the request: no other site can read what must stand in it. */
export const CSRF_HEADER = 'x-tidemark-csrf';
/** A page that asks by itself, with nobody at it, says so: it does not keep a session alive. */
export const UNATTENDED_HEADER = 'x-tidemark-unattended';

/** All people together; of the tenants that have most, those idle longest make room. */
const SESSIONS_MAX = 4_096;
/** Sessions looked at when one begins: more than there can be, unless many began at one moment in several processes. */
const LOOKED_AT_MAX = 2 * SESSIONS_MAX;
/** Browsers of one person; the session used longest ago makes room. */
const PER_PERSON = 16;
/** The cookie changes so often while it is used. */
const ROTATE_MS = 15 * 60_000;
/** What one process knows of a session may be so old: what another did to it holds here by then. */
export const FRESH_MS = 5_000;
/** Longest between two notes that a session is used; a tenth of the silence that ends it where that is less. */
const NOTE_MS = 5 * 60_000;
/** Sessions that a process remembers, and cookies it knows to be nobody's. */
const REMEMBERED_MAX = 2 * SESSIONS_MAX;

const bodySchema = z.object({ name: z.string(), grants: z.array(z.tuple([z.string(), z.enum(ROLES)])) });
const privateSchema = z.object({ csrf: z.string(), idToken: z.string() });
/** What only the browser of a session may know. */
type Private = z.infer<typeof privateSchema>;

/** What a process remembers of a session beside what the store has. */
interface Here {
  usedAt: number;
  /** When the store was told last that it is used. */
  notedAt: number;
  isRenewing: boolean;
}

interface Found {
  readonly id: string;
  readonly hash: string;
  readonly state: SessionState;
  readonly here: Here;
  readonly person: Omit<Person, 'subject'>;
  readonly secret: Private;
}

/** Who stands behind the cookie of a request. */
export type Entrance =
  | { readonly status: 'nobody' }
  /** There was a session. */
  | { readonly status: 'over'; readonly setCookie: string }
  | { readonly status: 'forged'; readonly why: string }
  | { readonly status: 'elsewhere'; readonly why: string }
  | { readonly status: 'in'; readonly caller: Caller; readonly setCookie?: string };

/** A session as an admin sees it. */
export interface Listed extends Omit<OpenSession, 'person' | 'body'> {
  readonly name: string;
  readonly role: string;
}

export interface Sessions {
  /** A new session, as a `set-cookie` header. */
  begin(person: Person, idToken: string): Promise<string>;
  /** Whether a request has a cookie of which this process knows nothing, so that the store must be asked. */
  isStranger(headers: IncomingHttpHeaders): boolean;
  enter(headers: IncomingHttpHeaders, method: string): Promise<Entrance>;
  /** What the page of a session must know; undefined where there is none. */
  tell(headers: IncomingHttpHeaders): Promise<
    | {
        readonly name: string;
        readonly csrf: string;
        readonly tenants: readonly { readonly tenant: string; readonly role: string }[];
      }
    | undefined
  >;
  /** Ends the session of a request; gives its ID token, and the header that takes the cookie away. */
  end(headers: IncomingHttpHeaders): Promise<{ readonly idToken: string | undefined; readonly setCookie: string }>;
  /** Open sessions of people with a role in the tenant, the one used last first. */
  list(tenant: string): Promise<readonly Listed[]>;
  /** Ends a session of somebody with a role in the tenant; its name, or undefined where there is no such session. */
  endOf(tenant: string, id: string): Promise<string | undefined>;
}

const fresh = () => randomBytes(32).toString('base64url');
const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);
const bodyOf = ({ name, grants }: Pick<Person, 'name' | 'grants'>) => JSON.stringify({ name, grants: [...grants] });
const isElsewhere = (headers: IncomingHttpHeaders) => {
  const site = one(headers['sec-fetch-site']);
  return site !== undefined && site !== 'same-origin' && site !== 'none';
};

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function personIn(body: string): Omit<Person, 'subject'> {
  const { name, grants } = bodySchema.parse(JSON.parse(body));
  return { name, grants: new Map(grants) };
}

const tenantsIn = (body: string): string[] => [...personIn(body).grants.keys()];

export function createSessions(
  { url, idleMs, maxMs }: Pick<SignIn, 'url' | 'idleMs' | 'maxMs'>,
  store: SessionStore,
  clock: Clock,
): Sessions {
  const { origin, protocol } = new URL(url);
  const way = cookieWay('tidemark-session', protocol === 'https:', 'Strict');
  const noteMs = Math.min(NOTE_MS, idleMs / 10);
  /** What was read of each cookie, by its hash; without a session: it is nobody's. */
  const read = new LRUCache<string, { readonly at: number; readonly state?: SessionState }>({ max: REMEMBERED_MAX });
  const heres = new LRUCache<string, Here>({ max: REMEMBERED_MAX });
  /** Sessions that were ended here: what was asked of the store before that, and is answered after it, changes nothing of it. */
  const endedHere = new LRUCache<string, true>({ max: REMEMBERED_MAX });

  /** Whether nobody was in a session for long enough to end it, also where its last use was not written down. */
  const isSilent = ({ usedAt }: OpenSession, now: number) => now - usedAt >= idleMs + noteMs;

  const event = (
    session: Pick<SessionEvent, 'id' | 'until' | 'person'>,
    what: Partial<SessionEvent>,
  ): SessionEvent => ({
    event: 'used',
    at: clock.now(),
    cookie: '',
    former: '',
    body: '',
    sealed: '',
    ...what,
    id: session.id,
    until: session.until,
    person: session.person,
  });
  const ended = (session: Pick<SessionEvent, 'id' | 'until' | 'person'>) => event(session, { event: 'ended' });

  function forget(id: string): void {
    endedHere.set(id, true);
    for (const [hash, { state }] of read.entries()) if (state?.id === id) read.delete(hash);
    heres.delete(id);
  }

  async function stateFor(hash: string): Promise<SessionState | undefined> {
    const known = read.get(hash);
    const at = clock.now();
    if (known !== undefined && at >= known.at && at - known.at < FRESH_MS) return known.state;
    const state = stateOf(await store.ofCookie(hash));
    read.set(hash, { at, ...(state !== undefined && { state }) });
    return state;
  }

  /** The session of a cookie, or whether there was a cookie at all. */
  async function sessionOf(headers: IncomingHttpHeaders): Promise<Found | 'over' | 'nobody'> {
    const cookie = readCookie(headers.cookie, way);
    if (cookie === undefined) return 'nobody';
    const hash = hashOf(cookie);
    const state = await stateFor(hash);
    if (state === undefined || endedHere.has(state.id)) return 'over';
    const { id, usedAt } = state;
    const here = heres.get(id) ?? { usedAt, notedAt: usedAt, isRenewing: false };
    here.usedAt = Math.max(here.usedAt, usedAt);
    here.notedAt = Math.max(here.notedAt, usedAt);
    heres.set(id, here);
    if (!counts(state, hash, clock.now(), here.usedAt, idleMs)) return 'over';
    const secret = privateSchema.parse(await openUnder(cookie, state.cookies.get(hash)!.sealed));
    return { id, hash, state, here, secret, person: personIn(state.body) };
  }

  /** Another site may make a browser send a request with our cookie; it cannot make it look like one of a page of ours. */
  function forgery(headers: IncomingHttpHeaders, method: string, { csrf }: Private): string | undefined {
    if (isElsewhere(headers)) return 'it was sent by another site';
    if (method === 'GET' || method === 'HEAD') return undefined;
    if (headers.origin !== undefined && headers.origin !== origin)
      return `it was sent from another place than ${origin}`;
    if (!same(one(headers[CSRF_HEADER]) ?? '', csrf)) return `its ${CSRF_HEADER} is not that of the session`;
    return undefined;
  }

  function tenantOf(headers: IncomingHttpHeaders, { grants }: Pick<Person, 'grants'>): string | undefined {
    const said = one(headers[TENANT_HEADER]);
    if (said === undefined) return grants.size === 1 ? [...grants.keys()][0] : undefined;
    try {
      const tenant = decodeURIComponent(said);
      return grants.has(tenant) ? tenant : undefined;
    } catch {
      return undefined;
    }
  }

  /** Notes now and then that a session is used, so that another process does not take it for a silent one. */
  function note({ id, state, here }: Found, now: number): void {
    here.usedAt = now;
    if (now - here.notedAt < noteMs) return;
    const before = here.notedAt;
    here.notedAt = now;
    // Nobody waits for it; what could not be written is written with the next request.
    store.add([event({ id, until: state.until, person: '' }, { at: now })]).catch(() => {
      here.notedAt = before;
    });
  }

  /** A new cookie in the place of the one that was sent; undefined where it is not time, or another request does so. */
  async function renew({ id, hash, state, here, secret }: Found, now: number): Promise<string | undefined> {
    const { since, replacedAt } = state.cookies.get(hash)!;
    if (replacedAt !== undefined || now - since < ROTATE_MS || here.isRenewing) return undefined;
    here.isRenewing = true;
    try {
      const cookie = fresh();
      const sealed = await sealUnder(cookie, secret);
      const what = { event: 'renewed', at: now, cookie: hashOf(cookie), former: hash, sealed } as const;
      await store.add([event({ id, until: state.until, person: '' }, what)]);
      read.delete(hash);
      return setCookie(way, cookie, state.until - now);
    } finally {
      here.isRenewing = false;
    }
  }

  /** Of open sessions, those that a new one of `person` ends. */
  function surplus(open: readonly OpenSession[], person: Person, now: number): OpenSession[] {
    const theirs = open.filter((session) => session.person === hashOf(person.subject));
    // Groups and name are as of now in every browser: what was taken away counts at once.
    const changed = theirs.filter(({ body }) => body !== bodyOf(person));
    const over = open.filter((session) => isSilent(session, now));
    const gone = new Set([...changed, ...over]);
    for (const session of theirs.filter((each) => !gone.has(each)).slice(PER_PERSON - 1)) gone.add(session);
    const left = open
      .filter((each) => !gone.has(each))
      .map((session) => ({ session, tenants: tenantsIn(session.body) }));
    for (const { session } of beyond(left, SESSIONS_MAX - 1)) gone.add(session);
    return [...gone];
  }

  return {
    async begin(person, idToken) {
      const now = clock.now();
      const gone = surplus(await store.open(now, LOOKED_AT_MAX), person, now);
      const cookie = fresh();
      const session = { id: randomBytes(16).toString('hex'), until: now + maxMs, person: hashOf(person.subject) };
      const sealed = await sealUnder(cookie, { csrf: fresh(), idToken } satisfies Private);
      const began = { event: 'began', at: now, cookie: hashOf(cookie), body: bodyOf(person), sealed } as const;
      await store.add([...gone.map(ended), event(session, began)]);
      for (const { id } of gone) forget(id);
      return setCookie(way, cookie, maxMs);
    },
    isStranger(headers) {
      const cookie = readCookie(headers.cookie, way);
      return cookie !== undefined && read.peek(hashOf(cookie))?.state === undefined;
    },
    async enter(headers, method) {
      const found = await sessionOf(headers);
      if (found === 'nobody') return { status: 'nobody' };
      if (found === 'over') return { status: 'over', setCookie: clearCookie(way) };
      const { person, secret } = found;
      const why = forgery(headers, method, secret);
      if (why !== undefined) return { status: 'forged', why };
      const tenant = tenantOf(headers, person);
      if (tenant === undefined)
        return {
          status: 'elsewhere',
          why:
            headers[TENANT_HEADER] === undefined
              ? `which of your tenants is meant was not said (${TENANT_HEADER})`
              : 'your groups give you nothing in that tenant',
        };
      const now = clock.now();
      if (headers[UNATTENDED_HEADER] === undefined) note(found, now);
      const caller = { name: person.name, scope: person.grants.get(tenant)!, tenant };
      const cookie = await renew(found, now);
      return { status: 'in', caller, ...(cookie !== undefined && { setCookie: cookie }) };
    },
    async tell(headers) {
      if (isElsewhere(headers)) return undefined;
      const found = await sessionOf(headers);
      if (typeof found === 'string') return undefined;
      const { person, secret } = found;
      return {
        name: person.name,
        csrf: secret.csrf,
        tenants: [...person.grants].map(([tenant, role]) => ({ tenant, role })),
      };
    },
    async end(headers) {
      const found = await sessionOf(headers);
      if (typeof found === 'string') return { idToken: undefined, setCookie: clearCookie(way) };
      const { id, state, secret } = found;
      await store.add([ended({ id, until: state.until, person: '' })]);
      forget(id);
      return { idToken: secret.idToken, setCookie: clearCookie(way) };
    },
    async list(tenant) {
      const now = clock.now();
      const open = await store.open(now, LOOKED_AT_MAX);
      return open
        .filter((session) => !isSilent(session, now))
        .flatMap(({ id, body, beganAt, usedAt, until }) => {
          const { name, grants } = personIn(body);
          const role = grants.get(tenant);
          return role === undefined ? [] : [{ id, name, role, beganAt, usedAt, until }];
        });
    },
    async endOf(tenant, id) {
      const session = (await store.open(clock.now(), LOOKED_AT_MAX)).find((each) => each.id === id);
      if (session === undefined) return undefined;
      const { name, grants } = personIn(session.body);
      if (!grants.has(tenant)) return undefined;
      await store.add([ended(session)]);
      forget(id);
      return name;
    },
  };
}
