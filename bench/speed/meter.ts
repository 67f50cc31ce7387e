/** Measures in CPU time of the whole process, the database engine's threads included: what a core does, however busy the machine is. */
import { permutationTest } from 'simple-statistics';

export interface Reading {
  readonly events: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export interface Meter {
  /** Runs `work` over `events` events and adds what it took. */
  measure(events: number, work: () => Promise<void> | void): Promise<void>;
  readonly reading: Reading;
}

export function createMeter(): Meter {
  let events = 0;
  let cpuMicros = 0;
  let wallMs = 0;
  return {
    async measure(count, work) {
      const cpu = process.cpuUsage();
      const wall = performance.now();
      await work();
      const { user, system } = process.cpuUsage(cpu);
      cpuMicros += user + system;
      wallMs += performance.now() - wall;
      events += count;
    },
    get reading() {
      return { events, cpuSeconds: cpuMicros / 1e6, wallSeconds: wallMs / 1e3 };
    },
  };
}

/** Probability of a difference at least as large when both are equally fast: a permutation test over rounds. Three rounds each give .1 at best. */
export const chanceOf = (ours: readonly number[], theirs: readonly number[]) =>
  Math.round(permutationTest([...ours], [...theirs], 'two_side', 10_000) * 1_000) / 1_000;
