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
    const ended = new Set(this.events.filter(({ event }) => event === 'ended').map(({ id }) => id));
    const open = this.events.filter(({ event, id, until }) => event === 'began' && until > now && !ended.has(id));
    const used = this.events.filter(({ event }) => event === 'used');
    return open
      .map(({ id, person, body, until, at }) => {
        const uses = used.filter((each) => each.id === id).map((each) => each.at);
        return { id, person, body, until, beganAt: at, usedAt: Math.max(at, ...uses) };
      })
      .sort((a, b) => b.usedAt - a.usedAt)
      .slice(0, limit);
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
