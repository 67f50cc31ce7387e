/** What can go wrong between us and ClickHouse, each told in one line with its remedy. */

export type StoreErrorKind =
  /** No answer, or one cut off; worth another try. */
  | 'unreachable'
  /** The server is there and has no room or time just now. */
  | 'busy'
  /** No space left to write. */
  | 'full'
  | 'auth'
  | 'plaintext'
  /** A file with a password or certificate cannot be read. */
  | 'secret'
  /** The database or a table is missing, or is not as this version needs it. */
  | 'schema'
  /** An applied migration was changed. */
  | 'tampered'
  /** The embedded engine cannot be had here. */
  | 'engine'
  /** Another process holds the directory of the embedded engine. */
  | 'held'
  /** The server refused what was sent: a bug, or rows it cannot hold. */
  | 'refused'
  | 'closed';

/** An outage or refusal of the store. `message` is one line, `remedy` the next step; neither ever holds a secret. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorKind;
  readonly remedy: string;
  /** ClickHouse's own error code, where it gave one. */
  readonly code: number | undefined;

  constructor(
    kind: StoreErrorKind,
    message: string,
    remedy: string,
    origin: { code?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, origin.cause === undefined ? {} : { cause: origin.cause });
    this.kind = kind;
    this.remedy = remedy;
    this.code = origin.code;
  }

  /** Whether the same request may succeed later. */
  get transient(): boolean {
    return this.kind === 'unreachable' || this.kind === 'busy' || this.kind === 'full';
  }
}

const AUTH = new Set([192, 193, 194, 195, 497, 516]);
/** Unknown table, column, database or setting: every row would fail alike, so none of them is poison. */
const SCHEMA = new Set([8, 10, 16, 47, 60, 81, 115, 164, 218]);
const FULL = new Set([243, 75]);
/** Too many queries or parts, memory, timeouts, Keeper, replicas, cancelled, shutting down, an upload cut short. */
const BUSY = new Set([
  3, 32, 33, 158, 159, 173, 198, 202, 209, 210, 225, 236, 241, 242, 252, 254, 279, 285, 286, 319, 394, 425, 439, 473,
  574, 735, 745, 999,
]);

const NO_SPACE = /No space left on device|errno: 28\b/;
const UNKNOWN_DATABASE = 81;

const LINE_MAX = 300;

/** Any error of the client or the engine as a `StoreError`. `place` is the URL or path to name. */
export function toStoreError(error: unknown, place: string): StoreError {
  if (error instanceof StoreError) return error;
  const said = oneLine(error);
  const code = clickHouseCode(error);
  const [kind, message, remedy] = diagnose(code, said, systemCode(error), place);
  return new StoreError(kind, code === undefined ? message : `${message} (code ${code})`, remedy, {
    code,
    cause: error,
  });
}

function diagnose(
  code: number | undefined,
  said: string,
  system: string | undefined,
  place: string,
): [kind: StoreErrorKind, message: string, remedy: string] {
  const at = `ClickHouse at ${place}`;
  if (system === 'ENOSPC' || NO_SPACE.test(said) || (code !== undefined && FULL.has(code)))
    return ['full', `the disk of ${at} is full: ${said}`, 'Free some space; what is not stored yet is sent again.'];
  if (code === undefined)
    return ['unreachable', `cannot reach ${at}: ${said}`, 'Check that it is running and that store.url is right.'];
  if (AUTH.has(code))
    return [
      'auth',
      `${at} refused the login or a right: ${said}`,
      "Check store.username, store.passwordFile and the user's grants.",
    ];
  if (code === UNKNOWN_DATABASE)
    return ['schema', `${at} lacks the database: ${said}`, 'Run `tidemark migrate`, or correct store.database.'];
  if (SCHEMA.has(code))
    return ['schema', `the tables of ${at} are not as this version needs them: ${said}`, 'Run `tidemark migrate`.'];
  if (BUSY.has(code))
    return [
      'busy',
      `${at} is overloaded or stopping: ${said}`,
      'Try again; if it stays so, give it more memory or disk.',
    ];
  return ['refused', `${at} refused the request: ${said}`, 'Look the code up in the documentation of ClickHouse.'];
}

/** ClickHouse's code. Read by shape: the HTTP client and the embedded engine throw different classes of one name. */
function clickHouseCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('type' in error)) return undefined;
  const code = Number(error.code);
  return Number.isInteger(code) ? code : undefined;
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message || (systemCode(error) ?? error.name) : String(error);
  const line = message.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > LINE_MAX ? `${line.slice(0, LINE_MAX)}...` : line;
}
