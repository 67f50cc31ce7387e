/** What is done to a running installation. Each fault ends with what it broke mended, but not with what followed from it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from '../../bench/world/dice.ts';
import type { World } from './world.ts';

/** All that was acknowledged is stored within this time after the last fault. */
export const DRAIN_MS = 600_000;

/** `meanwhile` does further damage, or nothing, while what was broken is still broken. */
type Fault = (world: World, dice: Dice, meanwhile: () => Promise<void>) => Promise<void>;

const worker = (world: World, dice: Dice) => (world.workers.length === 0 ? world.start() : dice.pick(world.workers));

export const FAULTS: Readonly<Record<string, Fault>> = {
  async 'worker-killed'(world, dice, meanwhile) {
    await world.end(worker(world, dice), 'SIGKILL');
    await meanwhile();
    world.start();
  },
  async 'worker-ended'(world, dice, meanwhile) {
    await world.end(worker(world, dice), 'SIGTERM');
    await meanwhile();
    world.start();
  },
  /** Longer than its session, at times: it wakes up as the owner of what others own by then. */
  async 'worker-stopped'(world, dice, meanwhile) {
    const stopped = worker(world, dice);
    stopped.signal('SIGSTOP');
    await pause(dice.int(200, 10_000));
    await meanwhile();
    stopped.signal('SIGCONT');
  },
  async 'rebalance-storm'(world, dice) {
    for (let turn = dice.int(2, 4); turn > 0; turn--) {
      const more = world.start();
      await pause(dice.int(300, 2_500));
      await world.end(more, dice.chance(0.5) ? 'SIGTERM' : 'SIGKILL');
    }
  },
  async 'broker-killed'(world, dice, meanwhile) {
    await world.engines.broker.kill9();
    await pause(dice.int(0, 4_000));
    await meanwhile();
    await world.engines.broker.restart();
  },
  async 'database-killed'(world, dice, meanwhile) {
    await world.engines.clickhouse.kill9();
    await pause(dice.int(0, 4_000));
    await meanwhile();
    await world.engines.clickhouse.restart();
  },
  async 'database-stopped'(world, dice, meanwhile) {
    process.kill(world.engines.clickhouse.pid, 'SIGSTOP');
    try {
      await pause(dice.int(200, 8_000));
      await meanwhile();
    } finally {
      process.kill(world.engines.clickhouse.pid, 'SIGCONT');
    }
  },
  async 'network-slow'(world, dice, meanwhile) {
    world.network.delayMs = dice.int(20, 1_500);
    try {
      await pause(dice.int(500, 6_000));
      await meanwhile();
    } finally {
      world.network.delayMs = 0;
    }
  },
  /** Whoever waits for an answer does not know whether its insert was done. */
  async 'network-broken'(world, dice) {
    for (let turn = dice.int(1, 6); turn > 0; turn--) {
      world.network.breakAll();
      await pause(dice.int(10, 1_000));
    }
  },
  async 'disk-full'(world, dice, meanwhile) {
    await world.setDiskFull(true);
    try {
      await pause(dice.int(500, 6_000));
      await meanwhile();
    } finally {
      await world.setDiskFull(false);
    }
  },
  /** All workers are on one machine, whose clock somebody sets wrong, and right again. */
  async 'clock-steps'(world, dice, meanwhile) {
    await world.setClock(dice.pick([-1, 1]) * dice.pick([1_000, 60_000, 3_600_000, 86_400_000]) * dice.int(1, 5));
    await pause(dice.int(500, 6_000));
    await meanwhile();
    await world.setClock(0);
  },
  async 'receiver-refuses'(world, dice) {
    const status = dice.pick([500, 503, 429, 408]);
    for (let answer = dice.int(1, 8); answer > 0; answer--) world.receiver.answers.push({ status });
  },
  /** Everything sent before was read: what is in a topic that is deleted unread is lost by whoever deletes it. */
  async 'raw-topic-made-anew'(world, dice) {
    world.paused = true;
    try {
      await pause(500);
      if (!(await world.drain(DRAIN_MS))) {
        world.problems.push('what was sent was not stored, so the raw topic was not made anew');
        return;
      }
      await world.remakeRawTopic();
      await pause(dice.int(0, 1_000));
    } finally {
      world.paused = false;
    }
  },
};

/** What may happen while something else is broken. */
const NESTED: Readonly<Record<string, readonly string[]>> = {
  'worker-killed': ['broker-killed', 'database-killed', 'worker-stopped', 'receiver-refuses'],
  'worker-ended': ['broker-killed', 'database-killed', 'rebalance-storm'],
  'worker-stopped': ['worker-killed', 'database-killed', 'broker-killed'],
  'broker-killed': ['worker-killed', 'database-killed', 'worker-stopped'],
  'database-killed': ['worker-killed', 'broker-killed', 'rebalance-storm', 'worker-ended'],
  'database-stopped': ['worker-killed', 'broker-killed'],
  'network-slow': ['worker-killed', 'worker-ended', 'rebalance-storm', 'network-broken', 'receiver-refuses'],
  'disk-full': ['worker-killed', 'worker-ended', 'broker-killed'],
  'clock-steps': ['worker-killed', 'worker-ended', 'rebalance-storm', 'receiver-refuses', 'broker-killed'],
};

/** There is one broker and one database: what is down already is not brought down again, however deep inside. */
const isOfOneThing = (a: string, b: string) =>
  ['broker', 'database'].some((thing) => a.startsWith(thing) && b.startsWith(thing));

/** Does `count` faults, one after another and at times one within another; gives how often each was done. */
export async function torture(
  world: World,
  dice: Dice,
  count: number,
  say: (line: string) => void,
): Promise<Readonly<Record<string, number>>> {
  const done: Record<string, number> = {};
  let left = count;
  const one = async (name: string, within: readonly string[]): Promise<void> => {
    left--;
    done[name] = (done[name] ?? 0) + 1;
    say(`${'  '.repeat(within.length)}${name}`);
    const open = [...within, name];
    const inside = (NESTED[name] ?? []).filter((next) => !open.some((other) => isOfOneThing(other, next)));
    await FAULTS[name]!(world, dice, async () => {
      if (left > 0 && open.length < 3 && inside.length > 0 && dice.chance(0.35)) await one(dice.pick(inside), open);
    });
  };
  while (left > 0) {
    await one(dice.pick(Object.keys(FAULTS)), []);
    await pause(dice.int(0, 3_000));
  }
  return done;
}
