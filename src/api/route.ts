/** One operation of the API, declared once: what it takes is checked, and described in `/openapi.json`, from the same schemas. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ZodType } from 'zod';
import { type Caller, ROLES, type Scope } from '../../schemas/api.ts';

/** A request whose token was found good. */
export interface Asked<Query, Body> {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly headers: IncomingHttpHeaders;
}

export interface Answer {
  readonly status?: number;
  /** JSON, or text of the type that `headers` name. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** Parameters as `:name`. */
  readonly path: string;
  /** Least that the token must be allowed; undefined: no token is asked for. */
  readonly scope: Scope | undefined;
  readonly summary: string;
  readonly query?: ZodType;
  /** JSON body; absent with `records` or where none is taken. */
  readonly body?: ZodType;
  /** The body is log records, handed on as bytes, decompressed. */
  readonly records?: true;
  /** The body is of this type and handed on as bytes. */
  readonly raw?: string;
  /** Open to anybody who knows something else: requests are counted by address, and bodies are small. */
  readonly limited?: true;
  /** It may be signed instead of bearing a token. */
  readonly signed?: Signed;
  /** Schema of a JSON answer; absent where the answer has the type that `answers` names. */
  readonly answer?: ZodType;
  readonly answers?: string;
  /** Status of a success; 200 unless given. */
  readonly status?: number;
  run(asked: Asked<never, never>): Promise<Answer>;
  /**
   * Takes the token as the password of Basic authentication too, for senders that know no other way. Not for pages: a browser would
   * go on sending it by itself.
   */
  readonly basic?: boolean;
  /** Header that holds the token alone, for senders that know no other way. */
  readonly tokenHeader?: string;
  /** Media types of `records`, where they are others than usual. */
  readonly takes?: readonly string[];
  /** Says a failure in the words of another protocol. */
  readonly phrase?: (status: number, detail: string, headers: IncomingHttpHeaders) => Phrased;
}

/** A failure as another protocol says it. */
export interface Phrased {
  /** Media type; `application/json` unless given. */
  readonly type?: string;
  readonly body: object;
}

/** How a request is signed by Standard Webhooks: the body is an envelope, `{type, timestamp, data}`. */
export interface Signed {
  /** Which keys may sign: those of `http.signers`, or those shared with responders. */
  readonly by: 'signer' | 'responder';
  /** Types that may stand in the envelope; of a signer it is one, and `data` is the body besides the id of the path. */
  readonly types: readonly string[];
}

interface Declared<Query, Body> extends Omit<Route, 'query' | 'body' | 'run'> {
  readonly query?: ZodType<Query>;
  readonly body?: ZodType<Body>;
  run(asked: Asked<Query, Body>): Promise<Answer>;
}

/** Declares a route; its function sees query and body as their schemas make them. */
export function route<Query = unknown, Body = Buffer>(declared: Declared<Query, Body>): Route {
  return declared as unknown as Route;
}

/** Each may what those before it may; a token of another scope does its one thing and reads nothing besides. */
const LADDER: readonly Scope[] = ROLES;

export function mayUse(scope: Scope, needed: Scope): boolean {
  if (scope === 'admin' || scope === needed) return true;
  return LADDER.includes(needed) && LADDER.indexOf(scope) >= LADDER.indexOf(needed);
}
