/** Since when each detector is on in a partition: one that is switched on later has to learn first, whatever the identities already know. */
import { z } from 'zod';
import { DAY_MS } from '../constants.ts';

export interface DetectorAge {
  readonly id: string;
  /** Calendar days before it speaks with full weight. */
  readonly learningDays: number;
}

const ms = z.number();
export const savedAgesSchema = z.object({
  /** Event time of the latest activity, in ms; absent before the first. */
  asOfMs: ms.optional(),
  /** By id: since when it is on where that is not the beginning of the partition, and since when it is off. */
  detectors: z.record(z.string().max(256), z.object({ sinceMs: ms.optional(), offMs: ms.optional() })),
});
export type SavedAges = z.infer<typeof savedAgesSchema>;

type Age = SavedAges['detectors'][string];

export class DetectorAges {
  readonly #detectors: readonly DetectorAge[];
  #ages = new Map<string, Age>();
  #asOfMs: number | undefined;
  /** Detectors that are new to the partition: they are on from its next activity on. */
  #waiting: readonly DetectorAge[] = [];
  /** Event time until which each of those that were switched on later learns. */
  readonly #young = new Map<string, number>();

  constructor(detectors: readonly DetectorAge[]) {
    this.#detectors = detectors;
    for (const { id } of detectors) this.#ages.set(id, {});
  }

  /** Takes up what was saved. A detector that comes back after a pause shorter than its learning goes on as if there had been none. */
  restore({ asOfMs, detectors }: SavedAges): void {
    this.#asOfMs = asOfMs;
    this.#ages = new Map();
    this.#young.clear();
    for (const [id, age] of Object.entries(detectors)) {
      const isOn = this.#detectors.some((one) => one.id === id);
      const offMs = age.offMs ?? asOfMs;
      if (!isOn) this.#ages.set(id, { ...age, ...(offMs !== undefined && { offMs }) });
    }
    this.#waiting = this.#detectors.filter(({ id, learningDays }) => {
      const saved = detectors[id];
      const pauseMs = saved?.offMs === undefined ? 0 : (asOfMs ?? 0) - saved.offMs;
      if (saved === undefined || pauseMs > learningDays * DAY_MS) return true;
      this.#on(id, learningDays, saved.sinceMs);
      return false;
    });
  }

  #on(id: string, learningDays: number, sinceMs: number | undefined): void {
    this.#ages.set(id, sinceMs === undefined ? {} : { sinceMs });
    if (sinceMs !== undefined && learningDays > 0) this.#young.set(id, sinceMs + learningDays * DAY_MS);
  }

  /** Event time of the latest activity, in ms; undefined before the first. */
  get asOfMs(): number | undefined {
    return this.#asOfMs;
  }

  /** An activity comes, of this event time. */
  meet(atMs: number): void {
    if (this.#asOfMs === undefined || atMs > this.#asOfMs) this.#asOfMs = atMs;
    if (this.#waiting.length === 0) return;
    for (const { id, learningDays } of this.#waiting) this.#on(id, learningDays, atMs);
    this.#waiting = [];
  }

  /** Whether a detector has not been on for as long as it learns: to it everything is new, so what it finds says nothing yet. */
  isLearning(id: string, atMs: number): boolean {
    return this.#young.size > 0 && atMs < (this.#young.get(id) ?? Number.NEGATIVE_INFINITY);
  }

  save(): SavedAges {
    return {
      ...(this.#asOfMs !== undefined && { asOfMs: this.#asOfMs }),
      detectors: Object.fromEntries([...this.#ages].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}
