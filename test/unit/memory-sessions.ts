/** Sessions and claims as the store's ports describe them, in memory: what several processes of the API would share. */
import type { ClaimStore } from '../../src/ports/respond.ts';
import type { OpenSession, SessionEvent, SessionStore } from '../../src/ports/sessions.ts';

export class MemorySessions implements SessionStore {
  readonly events: SessionEvent[] = [];

  async add(events: readonly SessionEvent[]): Promise<void> {
    this.events.push(...events);
  }
  async ofCookie(hash: string): Promise<SessionEvent[]> {
    const ids = new Set(this.events.filter(({ cookie }) => cookie === hash).map(({ id }) => id));
    return this.events.filter(({ id }) => ids.has(id));
  }
  async open(now: number, limit: number): Promise<OpenSession[]> {
    const open = this.events.flatMap(({ id, event, until, person, body, at }) => {
      const own = this.events.filter((each) => each.id === id);
      if (event !== 'began' || until <= now || own.some((each) => each.event === 'ended')) return [];
      return [
        {
          id,
          person,
          body,
          until,
          beganAt: at,
          usedAt: Math.max(...own.filter((each) => each.event !== 'renewed').map((each) => each.at)),
        },
      ];
    });
    return open.sort((a, b) => b.usedAt - a.usedAt).slice(0, limit);
  }
}

export function memoryClaims(): ClaimStore {
  const known = new Set<string>();
  return {
    async isFirst(kind, key) {
      const isNew = !known.has(`${kind} ${key}`);
      known.add(`${kind} ${key}`);
      return isNew;
    },
    isKnown: async (kind, key) => known.has(`${kind} ${key}`),
  };
}
