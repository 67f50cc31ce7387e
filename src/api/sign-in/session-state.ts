/** What the events of a session come to, as pure functions: which cookies of it count, since when, and until when. */
import type { SessionEvent } from '../../ports/sessions.ts';

/** Requests under way with the cookie before it changed are still answered. */
const GRACE_MS = 60_000;

interface Cookie {
  readonly since: number;
  readonly sealed: string;
  /** When the next one took its place. */
  replacedAt?: number;
}

export interface SessionState {
  readonly id: string;
  readonly body: string;
  readonly beganAt: number;
  readonly until: number;
  readonly usedAt: number;
  readonly ended: boolean;
  /** By hash. */
  readonly cookies: ReadonlyMap<string, Readonly<Cookie>>;
}

/** `events`: of one session, in whatever order. Undefined where its beginning is not among them. */
export function stateOf(events: readonly SessionEvent[]): SessionState | undefined {
  const began = events.find(({ event }) => event === 'began');
  if (began === undefined) return undefined;
  const cookies = new Map<string, Cookie>();
  let usedAt = began.at;
  let ended = false;
  for (const { event, at, cookie, sealed } of events) {
    if (event === 'ended') ended = true;
    // A page that asks by itself may renew the cookie: nobody is at it all the same.
    if (event === 'used') usedAt = Math.max(usedAt, at);
    if (cookie !== '') cookies.set(cookie, { since: at, sealed });
  }
  // Two processes may renew one cookie at once: both new ones count, and the old one is replaced by the first of them.
  for (const { at, former } of events) {
    const old = cookies.get(former);
    if (old !== undefined) old.replacedAt = Math.min(old.replacedAt ?? Number.POSITIVE_INFINITY, at);
  }
  const { id, body, at: beganAt, until } = began;
  return { id, body, beganAt, until, usedAt, ended, cookies };
}

/** Whether a cookie of it still counts at `now`; `usedAt`: when it was last used, as far as is known here. */
export function counts(state: SessionState, hash: string, now: number, usedAt: number, idleMs: number): boolean {
  const cookie = state.cookies.get(hash);
  if (cookie === undefined || state.ended || now >= state.until || now - usedAt >= idleMs) return false;
  return cookie.replacedAt === undefined || now < cookie.replacedAt + GRACE_MS;
}
