/** Sessions of people who signed in: kept in memory, known by a cookie that changes, and ended by silence, by age and by signing out. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../../../schemas/api.ts';
import type { Clock } from '../../ports/outside.ts';
import { clearCookie, cookieWay, readCookie, setCookie } from './cookies.ts';
import type { Person, SignIn } from './roles.ts';

/** Names the tenant a page is about, where a person may look at several; percent-encoded. */
export const TENANT_HEADER = 'x-tidemark-tenant';
/** Proves that a page of ours sent the request: no other site can read what must stand in it. */
export const CSRF_HEADER = 'x-tidemark-csrf';
/** A page that asks by itself, with nobody at it, says so: it does not keep a session alive. */
export const UNATTENDED_HEADER = 'x-tidemark-unattended';

/** All people together; the one idle longest makes room. */
const SESSIONS_MAX = 4_096;
/** Browsers of one person; the oldest session makes room. */
const PER_PERSON = 16;
/** The cookie changes so often while it is used. */
const ROTATE_MS = 15 * 60_000;
/** Requests under way with the cookie before it changed are still answered. */
const GRACE_MS = 60_000;
const SWEEP_MS = 60_000;

interface Session {
  readonly person: Person;
  readonly idToken: string;
  readonly csrf: string;
  readonly beganAt: number;
  usedAt: number;
  /** Hash of the cookie in force, and since when. */
  current: string;
  currentSince: number;
  /** The one before it. */
  former?: { readonly hash: string; readonly untilMs: number };
}

/** Who stands behind the cookie of a request. */
export type Entrance =
  | { readonly status: 'nobody' }
  /** There was a session. */
  | { readonly status: 'over'; readonly setCookie: string }
  | { readonly status: 'forged'; readonly why: string }
  | { readonly status: 'elsewhere'; readonly why: string }
  | { readonly status: 'in'; readonly caller: Caller; readonly setCookie?: string };

export interface Sessions {
  /** A new session, as a `set-cookie` header. */
  begin(person: Person, idToken: string): string;
  enter(headers: IncomingHttpHeaders, method: string): Entrance;
  /** What the page of a session must know; undefined where there is none. */
  tell(headers: IncomingHttpHeaders):
    | {
        readonly name: string;
        readonly csrf: string;
        readonly tenants: readonly { readonly tenant: string; readonly role: string }[];
      }
    | undefined;
  /** Ends the session of a request; gives its ID token, and the header that takes the cookie away. */
  end(headers: IncomingHttpHeaders): { readonly idToken: string | undefined; readonly setCookie: string };
  readonly count: number;
}

const hashOf = (id: string) => createHash('sha256').update(id).digest('base64');
const fresh = () => randomBytes(32).toString('base64url');
const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

export function createSessions(
  { url, idleMs, maxMs }: Pick<SignIn, 'url' | 'idleMs' | 'maxMs'>,
  clock: Clock,
): Sessions {
  const { origin, protocol } = new URL(url);
  const way = cookieWay('tidemark-session', protocol === 'https:', 'Strict');
  /** By the hash of each cookie that still counts. */
  const byHash = new Map<string, Session>();
  const sessions = new Set<Session>();
  let sweptAt = clock.now();

  function drop(session: Session): void {
    sessions.delete(session);
    byHash.delete(session.current);
    if (session.former !== undefined) byHash.delete(session.former.hash);
  }
  const isOver = ({ beganAt, usedAt }: Session, now: number) => now - usedAt >= idleMs || now - beganAt >= maxMs;

  function sweep(now: number): void {
    if (Math.abs(now - sweptAt) < SWEEP_MS) return;
    sweptAt = now;
    for (const session of sessions) if (isOver(session, now)) drop(session);
  }

  /** The session of a cookie, or whether there was a cookie at all. */
  function sessionOf(headers: IncomingHttpHeaders): { hash: string; session: Session } | 'over' | 'nobody' {
    const id = readCookie(headers.cookie, way);
    if (id === undefined) return 'nobody';
    const hash = hashOf(id);
    const session = byHash.get(hash);
    const now = clock.now();
    if (session === undefined) return 'over';
    if (isOver(session, now)) {
      drop(session);
      return 'over';
    }
    if (session.current !== hash && now >= (session.former?.untilMs ?? 0)) {
      byHash.delete(hash);
      return 'over';
    }
    return { hash, session };
  }

  /** Another site may make a browser send a request with our cookie; it cannot make it look like one of a page of ours. */
  function forgery(headers: IncomingHttpHeaders, method: string, { csrf }: Session): string | undefined {
    const site = one(headers['sec-fetch-site']);
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'it was sent by another site';
    if (method === 'GET' || method === 'HEAD') return undefined;
    if (headers.origin !== undefined && headers.origin !== origin)
      return `it was sent from another place than ${origin}`;
    if (!same(one(headers[CSRF_HEADER]) ?? '', csrf)) return `its ${CSRF_HEADER} is not that of the session`;
    return undefined;
  }

  function tenantOf(headers: IncomingHttpHeaders, { grants }: Person): string | undefined {
    const said = one(headers[TENANT_HEADER]);
    if (said === undefined) return grants.size === 1 ? [...grants.keys()][0] : undefined;
    try {
      const tenant = decodeURIComponent(said);
      return grants.has(tenant) ? tenant : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    get count() {
      return sessions.size;
    },
    begin(person, idToken) {
      const now = clock.now();
      sweep(now);
      const theirs = [...sessions].filter(({ person: { subject } }) => subject === person.subject);
      for (const old of theirs) {
        // Groups and name are as of now in every browser: what was taken away counts at once.
        if (old.person.name !== person.name || !sameGrants(old.person, person)) drop(old);
      }
      for (const old of theirs
        .filter((session) => sessions.has(session))
        .slice(0, Math.max(0, theirs.length - PER_PERSON + 1)))
        drop(old);
      if (sessions.size >= SESSIONS_MAX) drop([...sessions].reduce((a, b) => (b.usedAt < a.usedAt ? b : a)));
      const id = fresh();
      const session: Session = {
        person,
        idToken,
        csrf: fresh(),
        beganAt: now,
        usedAt: now,
        current: hashOf(id),
        currentSince: now,
      };
      sessions.add(session);
      byHash.set(session.current, session);
      return setCookie(way, id, maxMs);
    },
    enter(headers, method) {
      const found = sessionOf(headers);
      if (found === 'nobody') return { status: 'nobody' };
      if (found === 'over') return { status: 'over', setCookie: clearCookie(way) };
      const { hash, session } = found;
      const why = forgery(headers, method, session);
      if (why !== undefined) return { status: 'forged', why };
      const { person } = session;
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
      if (headers[UNATTENDED_HEADER] === undefined) session.usedAt = now;
      const caller = { name: person.name, scope: person.grants.get(tenant)!, tenant };
      if (hash !== session.current || now - session.currentSince < ROTATE_MS) return { status: 'in', caller };
      const id = fresh();
      if (session.former !== undefined) byHash.delete(session.former.hash);
      session.former = { hash, untilMs: now + GRACE_MS };
      session.current = hashOf(id);
      session.currentSince = now;
      byHash.set(session.current, session);
      return { status: 'in', caller, setCookie: setCookie(way, id, maxMs - (now - session.beganAt)) };
    },
    tell(headers) {
      const site = one(headers['sec-fetch-site']);
      if (site !== undefined && site !== 'same-origin' && site !== 'none') return undefined;
      const found = sessionOf(headers);
      if (typeof found === 'string') return undefined;
      const { person, csrf } = found.session;
      return {
        name: person.name,
        csrf,
        tenants: [...person.grants].map(([tenant, role]) => ({ tenant, role })),
      };
    },
    end(headers) {
      const found = sessionOf(headers);
      if (typeof found !== 'string') drop(found.session);
      return {
        idToken: typeof found === 'string' ? undefined : found.session.idToken,
        setCookie: clearCookie(way),
      };
    },
  };
}

const sameGrants = ({ grants: a }: Person, { grants: b }: Person) =>
  a.size === b.size && [...a].every(([tenant, role]) => b.get(tenant) === role);
