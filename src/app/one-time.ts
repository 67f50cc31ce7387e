/** One-time tokens for links, and the tokens of the sessions they are exchanged for; kept in memory alone. */
import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from '../../schemas/api.ts';

const SESSIONS_MAX = 32;

const hashOf = (token: string) => createHash('sha256').update(token).digest('base64');
const fresh = () => `tdm_${randomBytes(32).toString('base64url')}`;

export interface OneTime {
  /** A token that can be exchanged once; the one before it cannot any more. */
  issue(): string;
  /** The token of a session; undefined where `token` is not the one that was issued last, or was used. */
  exchange(token: string): string | undefined;
  find(token: string): Caller | undefined;
}

export function createOneTime(caller: Caller): OneTime {
  let issued: string | undefined;
  const sessions = new Set<string>();
  return {
    issue() {
      const token = fresh();
      issued = hashOf(token);
      return token;
    },
    exchange(token) {
      if (issued === undefined || hashOf(token) !== issued) return undefined;
      issued = undefined;
      const session = fresh();
      sessions.add(hashOf(session));
      for (const oldest of sessions) {
        if (sessions.size <= SESSIONS_MAX) break;
        sessions.delete(oldest);
      }
      return session;
    },
    find: (token) => (sessions.has(hashOf(token)) ? caller : undefined),
  };
}
