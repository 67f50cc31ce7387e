/** The door for log formats: raw record in, canonical activities out. */
import { type Access, type Activity, LIMITS, RECIPIENT_KINDS, type Recipient } from '../../schemas/activity.ts';

/** What a format makes of one raw record. Outcomes are values: a format never throws. Where one does, the record is a dead letter. */
export type Reading =
  | {
      readonly status: 'read';
      readonly activities: readonly Activity[];
      /** A record of a trace may tell of the same acts, by the same ids, and less of them. */
      readonly isInTrace?: true;
    }
  | { readonly status: 'skip'; readonly reason: string }
  | { readonly status: 'dead'; readonly reason: string };

/** What a format may ask of its surroundings, since it is pure. */
export interface ReadContext {
  /** Keyed, irreversible name for a secret: `HMAC-SHA256(pepper, tenant|kind|token)`, shortened. */
  fingerprint(tenant: string, kind: string, secret: string): string;
  /** The text with known token patterns replaced by fingerprints: called before a text is cut apart or its case is changed, which would hide them. */
  scrub(text: string): string;
  /** Stable id for a record that has none of its own. */
  hashOf(record: unknown): string;
  /**
   * The object or list that an activity held under a key lately and that went on as it was, where this is the same: then it need not be
   * read again. Absent where nothing is remembered.
   */
  readonly known?: (key: string, value: unknown) => object | undefined;
  /** Tenant to assume where the record names none. */
  readonly tenant: string;
}

/** A record of a trace: what it tells is certain only beside the others, which may come later and from elsewhere. */
export interface TracePart {
  /** Id of the trace; records with the same one belong together. */
  readonly trace: string;
  /** Id of the activity that it may become. */
  readonly id: string;
  /** Time of that activity. */
  readonly at: string;
  /** What it takes in memory, in bytes, roughly. */
  readonly bytes: number;
  /** Set where it is certain already that it is no act: it only tells of others, and this is why it is skipped itself. */
  readonly skipped?: string | undefined;
  /** False where it tells so little that it need not be remembered for records that come late. */
  readonly isTelling: boolean;
  /** The record as JSON, without what is not needed to read it. */
  json(): string;
}

/** The parts of one trace that are known, put together. */
export interface TraceView {
  /**
   * Reads one of them. The same parts give the same reading, in whatever order they came. `isAlone`: as an act of its own, also where
   * another part tells of it.
   */
  read(part: TracePart, context: ReadContext, isAlone?: boolean): Reading;
  /** The part that tells of the same act and is read in the place of this one. */
  toldBy(part: TracePart): TracePart | undefined;
  /** True when who acted in this part would be told by a record that is missing. */
  isWanting(part: TracePart): boolean;
}

/** How a format reads records that belong to traces. */
export interface TraceReading {
  /** The record as a part, or what it comes to where it stands alone. `sender`: who sent it, where more than one may. */
  partOf(raw: unknown, context: ReadContext, sender: string | undefined): TracePart | Reading;
  /** Puts parts of one trace together. A view is of no use any more when another one was made of the same parts. */
  view(parts: readonly TracePart[]): TraceView;
}

/** One vendor's log format. File name = id; discovered on the shelf `src/formats/`. */
export interface Format {
  readonly id: string;
  readonly about: { readonly title: string; readonly source: string };
  /** True when `raw` (parsed JSON) is certainly of this format; used by `auto`. Must be cheap and never throw. */
  recognises(raw: unknown): boolean;
  /** Records inside a container this format knows (`{"Records":[...]}`), or undefined when `raw` is one record. */
  split?(raw: unknown): readonly unknown[] | undefined;
  /** Names under which its containers hold their records, and those that stand beside them: of a value that has no other names than these no other format is asked. */
  readonly holds?: { readonly under: readonly string[]; readonly beside: readonly string[] };
  /** True for one that is asked only where no other knows the record: who adds a name to the record of an act must not have it left out. */
  readonly isFallback?: true;
  /** True for one that a user wrote, who may mean what another format takes for its own. */
  readonly isMapping?: true;
  /** The record that a line of text holds which is no JSON (`csvlog` of a database), or undefined when it is none of this format. Must never throw. */
  fromText?(text: string): Readonly<Record<string, unknown>> | undefined;
  read(raw: unknown, context: ReadContext): Reading;
  /** Absent where every record tells all by itself. `read` then reads one beside those of its container only. */
  readonly traces?: TraceReading;
}

/** The value as text, or undefined when it is not a non-empty string: unknown is absent, never an empty string. */
export function textAt(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value as a number, also where an export wrote it as text; undefined for anything else. */
export function numberAt(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}

/** The first of the values that is a non-empty text. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) if (typeof value === 'string' && value !== '') return value;
  return undefined;
}

/** The fields that have a value: unknown is absent. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const found: Partial<Record<keyof T, unknown>> = {};
  for (const key of Object.keys(fields) as (keyof T)[]) if (fields[key] !== undefined) found[key] = fields[key];
  return found as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** A record that is no act of an identity, with the reason that is counted. */
export const skip = (reason: string): Reading => ({ status: 'skip', reason });

/** A record that cannot be read: the field, and what was expected there. */
export const dead = (reason: string): Reading => ({ status: 'dead', reason });

/** How a call ended by its HTTP status: 401, 403 and 407 refuse, everything else from 400 has failed, and so has 0. */
export function outcomeOfHttp(status: unknown): Pick<Activity, 'outcome' | 'errorCode'> {
  const code = typeof status === 'number' ? status : Number(textAt(status) ?? Number.NaN);
  if (!Number.isInteger(code) || (code >= 100 && code < 400)) return { outcome: 'success' };
  return { outcome: code === 401 || code === 403 || code === 407 ? 'denied' : 'failed', errorCode: String(code) };
}

/** An object, also where an exporter wrote it as JSON in a text. */
export function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'string' || !value.startsWith('{')) return objectAt(value);
  try {
    return objectAt(JSON.parse(value));
  } catch {
    return undefined;
  }
}

/** The value as an object to read fields from, also where an exporter made a list of one of it; undefined for anything else. */
export function objectAt(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return value as Record<string, unknown>;
  return value.length === 1 && !Array.isArray(value[0]) ? objectAt(value[0]) : undefined;
}

/**
 * The record with these of its fields as they were where an export wrote them as JSON in a text: warehouses have columns of text for
 * what has no fixed fields. The text was bounded with the record.
 */
export function unpackedIn(
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  let unpacked: Record<string, unknown> | undefined;
  for (const name of names) {
    const value = record[name];
    if (typeof value !== 'string' || !/^[[{]/.test(value)) continue;
    try {
      unpacked = { ...(unpacked ?? record), [name]: JSON.parse(value) as unknown };
    } catch {
      // A text that only begins like JSON stays one.
    }
  }
  return unpacked ?? record;
}

/** The record with these names as its vendor spells them, where columns of a warehouse hold them in small letters. */
export function respelled(
  record: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  const spelled: Record<string, unknown> = { ...record };
  for (const name of names) spelled[name] ??= record[name.toLowerCase()];
  return spelled;
}

/** The fields of a record by their names in small letters, for vendors whose exports spell them in several ways. */
export function inSmallLetters(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
}

/** The value as a list, also where an exporter left the list around a single object out; empty for anything else. */
export function listAt(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? [value] : [];
}

/** What logs write where nobody is meant: words for no one, and the name a program has that was given none. */
const NOBODY =
  /^(?:-+|\*|<(?:null|none|unknown)>|anonymous(?:_?principal| logon)?|system:(?:anonymous|unauthenticated)|allusers|nobody|unknown|unknown_service(?::.*)?|null|none|nil|undefined|n\/a|\(null\)|hidden_due_to_security_reasons|[0-]+)$/i;

/** Whoever an act opens a thing to, as a record names them; without an id it names nobody. */
export interface NamedRecipient {
  readonly id: string | undefined;
  readonly kind: Recipient['kind'];
}

/** Everybody, by whatever word a vendor has for it. */
export const EVERYBODY: NamedRecipient = { id: '*', kind: 'everybody' };

/** Those an act opens a thing to, each once, the farthest first. Beyond the bound the nearest are one: how many they are, and a mark by which other ones are told. Undefined where there is nobody. */
export function recipientsOf(named: readonly NamedRecipient[]): Recipient[] | undefined {
  const found = new Map<string, Recipient>();
  for (const { id, kind } of named) {
    if (id === undefined || id === '') continue;
    const known = found.get(id);
    if (known === undefined || distance(kind) < distance(known.kind))
      found.set(id, { id, kind: id === '*' ? 'everybody' : kind });
  }
  if (found.size === 0) return undefined;
  const order = (a: Recipient, b: Recipient) =>
    distance(a.kind) - distance(b.kind) || (a.id < b.id ? -1 : Number(a.id > b.id));
  const all = [...found.values()].sort(order);
  if (all.length <= LIMITS.recipients) return all;
  const rest = all.splice(LIMITS.recipients - 1);
  // One more among the rest is news too.
  return [...all, { id: `${rest.length} more ~${markOf(rest.map(({ id }) => id).join())}`, kind: rest[0]!.kind }];
}

/** Tells one text from another (FNV-1a of 32 bits, twice from different beginnings); it hides nothing. */
function markOf(text: string): string {
  const from = (start: number) => {
    let hash = start;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return from(0x811c9dc5) + from(0x1000193);
}

const distance = (kind: Recipient['kind']) => RECIPIENT_KINDS.indexOf(kind);

/** The domain of an address of mail, in lower case. */
const domainOf = (address: string | undefined): string | undefined =>
  /@([a-z0-9.-]+)$/i.exec(address ?? '')?.[1]?.toLowerCase();

/** Whose an address of mail is, beside one that is the organisation's own. */
export function kindOfAddress(address: string, own: string | undefined): Recipient['kind'] {
  const [domain, home] = [domainOf(address), domainOf(own)];
  if (domain === undefined || home === undefined) return 'unknown';
  return domain === home ? 'own' : 'outside';
}

/** True for a text that names no one: `anonymous`, `-`, `unknown_service`. Whoever it stands for is nobody's identity. */
export function isNobody(text: string): boolean {
  return NOBODY.test(text);
}

/**
 * The part of an OIDC subject that stays: the repository, project or workspace without branch, environment, run or user.
 * Subjects of issuers whose form is not known come back as they are.
 */
export function stableSubject(subject: string): string {
  // GitHub `repo:o/r:ref:...`, GitLab `project_path:g/p:ref_type:...`, Terraform `organization:o:project:p:workspace:w:run_phase:plan`,
  // CircleCI `org/O/project/P/user/U`, Bitbucket `{repository}:{environment}:{step}`, Buildkite `organization:o:pipeline:p:ref:...`.
  return (
    /^(?:repo|repository|project_path):[^:]+/.exec(subject)?.[0] ??
    /^organization:[^:]+(?::project:[^:]+)?(?::workspace:[^:]+|:pipeline:[^:]+)/.exec(subject)?.[0] ??
    /^org\/[^/]+\/project\/[^/]+/.exec(subject)?.[0] ??
    /^\{[0-9a-f-]{36}\}(?=:)/.exec(subject)?.[0] ??
    subject
  );
}

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)?\s?([Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/;
/** As Microsoft's exports spell times for a reader in the United States: month first, and of twelve hours where AM or PM follows. */
const TIME_US =
  /^(\d{1,2})\/(\d{1,2})\/(\d{4}),? (\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:\s?([AaPp])[Mm])?\s?([Zz]|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/;

const SHAPE = '0000-00-00T00:00:00.000Z';

/** True for a real moment written exactly as `2026-03-01T10:15:30.120Z`, the one spelling of times inside. */
export function isInstant(text: string): boolean {
  if (text.length !== SHAPE.length) return false;
  for (let i = 0; i < SHAPE.length; i++) {
    const wanted = SHAPE.charCodeAt(i);
    const c = text.charCodeAt(i);
    if (wanted === 48 ? c < 48 || c > 57 : c !== wanted) return false;
  }
  const month = two(text, 5);
  const day = two(text, 8);
  if (month < 1 || month > 12 || day < 1 || two(text, 11) > 23 || two(text, 14) > 59 || two(text, 17) > 59)
    return false;
  return day <= 28 || day <= new Date(Date.UTC(two(text, 0) * 100 + two(text, 2), month, 0)).getUTCDate();
}

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

/**
 * A time of any precision and offset as RFC 3339 in UTC with milliseconds (finer digits are dropped, a leap second is the
 * last millisecond of its minute), or undefined when it is no real moment. A time without an offset is UTC only where
 * `zoneless` says so, as vendors that write `2024-12-12 16:04:32` mean it.
 */
export function instantOf(value: unknown, zoneless = false): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (isInstant(value)) return value;
  if (value.length === 20 && value.endsWith('Z')) {
    const withMs = `${value.slice(0, 19)}.000Z`;
    if (isInstant(withMs)) return withMs;
  }
  const parts = TIME.exec(value);
  if (parts === null) return undefined;
  const zone = parts[8];
  if (zone === undefined && !zoneless) return undefined;
  const seconds = parts[6] ?? '00';
  const leap = seconds === '60';
  const ms = leap ? '999' : (parts[7] ?? '').padEnd(3, '0').slice(0, 3);
  return zoned(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${leap ? '59' : seconds}.${ms}Z`, zone);
}

/** The moment that `utc` would be, were its offset not `zone`. */
function zoned(utc: string, zone: string | undefined): string | undefined {
  if (!isInstant(utc)) return undefined;
  if (zone === undefined || (!zone.startsWith('+') && !zone.startsWith('-'))) return utc;
  const minutes = Number(zone.slice(1, 3)) * 60 + (zone.length > 3 ? Number(zone.slice(-2)) : 0);
  if (minutes > 24 * 60) return undefined;
  return instantOfMs(Date.parse(utc) + (zone.startsWith('-') ? minutes : -minutes) * 60_000);
}

/**
 * The same for times of Microsoft's exports, which may be spelled `3/1/2026 10:00:00 AM`, month first. Without an offset they
 * are UTC.
 */
export function instantOfMicrosoft(value: unknown): string | undefined {
  const at = instantOf(value, true);
  if (at !== undefined || typeof value !== 'string') return at;
  const parts = TIME_US.exec(value);
  if (parts === null) return undefined;
  const [, month, day, year, given, minute, second = '00', fraction = '', half, zone] = parts;
  let hour = Number(given);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  const pad = (part: unknown) => String(part).padStart(2, '0');
  const ms = fraction.padEnd(3, '0').slice(0, 3);
  return zoned(`${year}-${pad(month)}-${pad(day)}T${pad(hour)}:${minute}:${second}.${ms}Z`, zone);
}

/** Milliseconds since the epoch as RFC 3339, or undefined outside years 1970 to 9999. */
export function instantOfMs(ms: number): string | undefined {
  return ms >= 0 && ms <= 253_402_300_799_999 ? new Date(Math.floor(ms)).toISOString() : undefined;
}

/** Earliest and latest moment that a log may tell of, in milliseconds: the years 2000 to 2099. */
const EPOCH_MS = { from: 946_684_800_000, before: 4_102_444_800_000 } as const;

/**
 * A count since the epoch in whichever unit it was written: of the years 2000 to 2099 seconds, milliseconds, microseconds and
 * nanoseconds are ranges that do not touch. Undefined for a number in none of them.
 */
export function instantOfEpoch(value: unknown): string | undefined {
  // Exports write numbers as text.
  const count = typeof value === 'string' && /^\d{10,19}(?:\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof count !== 'number') return undefined;
  for (const unit of [1, 1_000, 1e-3, 1e-6]) {
    const ms = count * unit;
    if (ms >= EPOCH_MS.from && ms < EPOCH_MS.before) return instantOfMs(ms);
  }
  return undefined;
}

const WORDS: readonly (readonly [Access, readonly string[]])[] = [
  ['authenticate', 'authenticate authorize login logout signin signout'.split(' ')],
  ['execute', 'run exec execute invoke eval shell bash call trigger'.split(' ')],
  ['admin', 'grant revoke permit assign unassign'.split(' ')],
  [
    'read',
    'get list read describe search find fetch head lookup query scan select view show check count inspect watch download browse batchget locate retrieve review test validate verify is can pull clone'.split(
      ' ',
    ),
  ],
  [
    'write',
    'create update delete put post patch set add remove insert write send attach detach modify move copy upload publish replace restore tag untag cancel close open schedule pay transfer reserve book append edit rename reset enable disable start stop terminate register deregister import export submit invite merge make save push commit lock unlock suspend resume approve reject deploy rotate renew drop alter archive restart reboot'.split(
      ' ',
    ),
  ],
];
const ACCESS_OF_WORD: ReadonlyMap<string, Access> = new Map(
  WORDS.flatMap(([access, words]) => words.map((word) => [word, access] as const)),
);

/**
 * What a name says it does, by its first known verb: `get_page`, `DescribeInstances` and `file.read` read, `sendMoney` writes.
 * `unknown` where no word of the name is a known verb. The verbs are those of public interfaces at large, of no one's data.
 */
export function accessOfName(name: string): Access {
  const known = accesses.get(name);
  if (known !== undefined) return known;
  const access = accessOfVerb(name);
  if (name.length > NAME_CHARS) return access;
  if (accesses.size >= NAMES_MAX) accesses = new Map();
  accesses.set(name, access);
  return access;
}

/** Names whose access is remembered, and the longest of them; logs name few operations again and again. */
const NAMES_MAX = 4_096;
const NAME_CHARS = 128;
let accesses = new Map<string, Access>();

function accessOfVerb(name: string): Access {
  for (const word of name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z]+/)) {
    const access = ACCESS_OF_WORD.get(word.toLowerCase());
    if (access !== undefined) return access;
  }
  return 'unknown';
}
