/** A store in this process, for what several workers or several lives of one leave behind. */
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { Contribution, Located, MemoryRow } from '../../src/core/engine-contract.ts';
import { inStoredOrder, toldIn } from '../../src/detect/event-hours.ts';
import { keyOfAct } from '../../src/ports/same-act.ts';
import type { OwnHours, Reached, ToldPart, Turn } from '../../src/ports/store.ts';

const isBefore = (a: Reached, b: Reached | undefined) =>
  b !== undefined && (a.offset < b.offset || (a.offset === b.offset && a.hour < b.hour));

export class Killed extends Error {}

/** What a store keeps, with inserts that a token makes idempotent; `dieAfter` inserts the process is gone. */
export class Kept {
  readonly #tokens = new Set<string>();
  readonly activities: { topic: string; partition: number; located: Located }[] = [];
  readonly rows: { turn: string; contribution: Contribution }[] = [];
  readonly #places = new Map<string, string>();
  readonly marks: (Reached & { topic: string })[] = [];
  readonly turns: Turn[] = [];
  readonly raised: Turn[] = [];
  readonly memories = new Map<string, MemoryRow>();
  readonly snapshots = new Map<string, number>();
  dieAfter = Number.POSITIVE_INFINITY;
  inserts = 0;

  #insert(token: string, write: () => void): void {
    if (++this.inserts > this.dieAfter) throw new Killed();
    if (this.#tokens.has(token)) return;
    this.#tokens.add(token);
    write();
  }
  async commit(turn: Turn) {
    const { topic, partition } = turn.span;
    const kept = structuredClone(turn);
    this.#insert(`${turn.id}/activity`, () => {
      for (const located of kept.activities) this.activities.push({ topic, partition, located });
    });
    this.#insert(`${turn.id}/contribution`, () =>
      this.#tell({ turn: turn.id, before: kept.toldBefore ?? 0, contributions: kept.contributions }),
    );
    this.#insert(`${turn.id}/decision`, () => void this.raised.push(kept));
    this.#insert(`${turn.id}/turn`, () => void this.turns.push(kept));
  }
  #tell({ turn, before, contributions }: ToldPart): void {
    for (const [at, contribution] of contributions.entries()) {
      const place = `${turn} ${before + at}`;
      const [now, was] = [JSON.stringify(contribution), this.#places.get(place)];
      if (was !== undefined && was !== now) throw new Error(`${place} was told as ${was}, and now as ${now}`);
      if (was !== undefined) continue;
      this.#places.set(place, now);
      this.rows.push({ turn, contribution });
    }
  }
  async lastTold() {
    return Math.max(-1, ...this.rows.map(({ contribution }) => toldIn(contribution)));
  }
  async tell(topic: string, parts: readonly ToldPart[], reached: readonly Reached[]) {
    for (const part of parts) this.#tell(structuredClone(part));
    for (const one of reached) this.marks.push({ topic, ...one });
  }
  async reached(topic: string): Promise<Reached[]> {
    const last = new Map<number, Reached>();
    for (const one of this.marks)
      if (one.topic === topic && !isBefore(one, last.get(one.partition))) last.set(one.partition, one);
    return [...last.values()];
  }
  async reachedAt(topic: string, partition: number, offset: number) {
    const found = this.marks.filter((one) => one.topic === topic && one.partition === partition);
    return found
      .filter((one) => one.offset <= offset)
      .sort((a, b) => (isBefore(a, b) ? -1 : 1))
      .at(-1)?.hour;
  }
  async saveMemories(topic: string, partition: number, upTo: number, rows: readonly MemoryRow[]) {
    const half = rows.length >> 1;
    for (const [n, part] of [rows.slice(0, half), rows.slice(half)].entries())
      this.#insert(`${Math.random()} ${n}`, () => {
        for (const row of part) this.memories.set(`${topic}/${partition}/${row.key}`, structuredClone(row));
      });
    this.#insert(`${Math.random()}`, () => void this.snapshots.set(`${topic}/${partition}`, upTo));
  }
  async recall(topic: string, partition: number) {
    const prefix = `${topic}/${partition}/`;
    const found = [...this.memories].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      offset: this.snapshots.get(`${topic}/${partition}`) ?? -1,
      rows: (async function* () {
        for (const [, row] of found) yield row;
      })(),
    };
  }
  async turnsAfter(topic: string, partition: number, offset: number) {
    return this.turns
      .filter(({ span }) => span.topic === topic && span.partition === partition && span.last > offset)
      .sort((a, b) => a.span.first - b.span.first);
  }
  async *stored(topic: string, partition: number, after: number, upTo: number): AsyncGenerator<Located> {
    for (const one of this.activities)
      if (
        one.topic === topic &&
        one.partition === partition &&
        one.located.offset > after &&
        one.located.offset <= upTo
      )
        yield structuredClone(one.located);
  }
  async storedBefore(topic: string, partition: number, before: number, activities: readonly Activity[]) {
    const known = new Set(
      this.activities
        .filter((one) => one.topic === topic && one.partition === partition && one.located.offset < before)
        .map(({ located: { activity } }) => keyOfAct(activity)),
    );
    return new Set(activities.flatMap((one, n) => (known.has(keyOfAct(one)) ? [n] : [])));
  }
  async *inventory() {}
  async *decisions() {}
  async heard() {
    return new Map<string, ReadonlySet<string>>();
  }
  async *contributions(after: number, upTo: number) {
    const found = this.rows.filter(({ contribution: one }) => toldIn(one) > after && toldIn(one) <= upTo);
    yield* found.sort((a, b) => inStoredOrder(a.contribution, b.contribution));
  }
  async *population(after: number, upTo: number, own: readonly OwnHours[] = []): AsyncGenerator<Contribution> {
    const found = this.rows.filter(({ turn, contribution }) => {
      const hours = own.find(({ partition }) => partition === Number(turn.split('/').at(-3))) ?? { after, upTo };
      return toldIn(contribution) > hours.after && toldIn(contribution) <= hours.upTo;
    });
    yield* found.map(({ contribution }) => contribution).sort(inStoredOrder);
  }
  alerts(): Alert[] {
    const last = new Map<string, Alert>();
    for (const { alerts } of this.raised) for (const alert of alerts) last.set(alert.id, alert);
    return [...last.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  /** All that history left behind; the moment of a snapshot does not matter, what it says in the end does. */
  content(): string {
    const memories = [...this.memories].map(([key, { offset, bytes }]) => [
      key,
      // What belongs to a whole partition is saved when it changed, and says where it was saved last.
      key.includes('\u0001') ? 0 : offset,
      Buffer.from(bytes).toString('base64'),
    ]);
    const turns = this.turns.map(({ id, span, epoch, state }) => ({ id, span, epoch, state }));
    return [turns, this.rows, this.activities, memories]
      .map((all) =>
        all
          .map((one) => JSON.stringify(one))
          .sort()
          .join('\n'),
      )
      .join('\n\n');
  }
}
