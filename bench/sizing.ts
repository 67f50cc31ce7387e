/**
 * How many processes a load needs, by simulation: `node dist/bench/sizing.js [--events N] [--identities N] [--workers N] [--sigma S] [--json]`.
 * Identities get rates at random, keys fall into partitions, partitions to processes, and one process is away. What is assumed is printed with it.
 */
import { parseArgs } from 'node:util';
import { createDice } from '../src/demo/dice.ts';

const { values } = parseArgs({
  options: {
    /** Activities a second at the peak. */
    events: { type: 'string', default: '5000' },
    identities: { type: 'string', default: '20000' },
    /** Absent: as few as do. */
    workers: { type: 'string' },
    /** Spread of the rates of identities: standard deviation of their logarithm. */
    sigma: { type: 'string', default: '1.5' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

/** What is measured elsewhere, or chosen; each with its source. */
const ASSUMED = {
  /** Activities a second that one core reads, judges and commits; the lower end of docs/sizing.md. */
  perCore: 14_000,
  /** Share of a core that the peak may take: the rest is for rebalances, catching up and merges. */
  planned: 0.5,
  /** Partitions for each process, and the most that a topic of ours has. */
  partitionsEach: 4,
  partitionsMax: 1_024,
  /** Seconds until Kafka gives the partitions of a dead process over: `kafka.sessionTimeoutMs` of the example, and a heartbeat. */
  handOver: 7,
  /** Seconds of activities that follow the last snapshot at the most, where a partition is not behind. */
  unsaved: 5,
  /** Identities recalled in a second: 6,737 took 1.03 s. */
  recalled: 6_500,
  /** Bytes of an identity that is ready to judge, of any other, and of what every process knows of one that is another's. */
  ready: 20_000,
  held: 2_000,
  known: 400,
  /** Ready identities of a partition at the most: `detect.hotIdentities`. */
  hot: 4_096,
  /** Bytes of code, queues and one chunk. */
  base: 1e9,
  /** Contributions that an identity tells in a day: 57 in its first days, of which a third come in the busiest hour. */
  told: 57,
  busiest: 1 / 3,
  /** Contributions that a process takes in in a second. */
  takenIn: 200_000,
} as const;

function whole(name: 'events' | 'identities' | 'seed' | 'workers'): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= 1 && value <= 100_000_000) return value;
  process.stderr.write(`--${name} takes a whole number from 1 to 100,000,000\n`);
  return process.exit(2);
}

const events = whole('events');
const identities = whole('identities');
const sigma = Number(values.sigma);
if (!(sigma >= 0 && sigma <= 3)) {
  process.stderr.write('--sigma takes a number from 0 to 3\n');
  process.exit(2);
}

/** Rates of identities, log-normal, that come to `events` together. */
function ratesOf(): Float64Array {
  const dice = createDice(whole('seed'));
  const uniform = () => (dice.below(2 ** 30) + 0.5) / 2 ** 30;
  const rates = new Float64Array(identities);
  let sum = 0;
  for (let at = 0; at < identities; at++) {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    rates[at] = Math.exp(sigma * normal);
    sum += rates[at] as number;
  }
  for (let at = 0; at < identities; at++) rates[at] = ((rates[at] as number) * events) / sum;
  return rates;
}

interface Plan {
  readonly workers: number;
  readonly partitions: number;
  /** Share of its core that the busiest process needs with all there, and with one away. */
  readonly busiest: number;
  readonly busiestOneAway: number;
  /** Identities of the fullest process with one away, and the bytes it takes. */
  readonly identities: number;
  readonly bytes: number;
  /** Seconds until the last partition of a dead process is judged again. */
  readonly takeOver: number;
  /** Seconds of a core that a process spends on what others told in the busiest hour. */
  readonly population: number;
}

const rates = ratesOf();
const top = rates.reduce((most, one) => Math.max(most, one), 0);

function planOf(workers: number): Plan {
  const partitions = Math.min(ASSUMED.partitionsMax, workers * ASSUMED.partitionsEach);
  const load = new Float64Array(partitions);
  const held = new Float64Array(partitions);
  const dice = createDice(whole('seed') + 1);
  for (let at = 0; at < identities; at++) {
    const partition = dice.below(partitions);
    load[partition] = (load[partition] as number) + (rates[at] as number);
    held[partition] = (held[partition] as number) + 1;
  }
  const owned = Array.from({ length: workers }, () => ({ load: 0, held: 0, partitions: 0, taken: 0 }));
  for (let partition = 0; partition < partitions; partition++) {
    const owner = owned[partition % workers]!;
    owner.load += load[partition] as number;
    owner.held += held[partition] as number;
    owner.partitions++;
  }
  const busiest = Math.max(...owned.map((one) => one.load)) / ASSUMED.perCore;
  // The first is away: its partitions go to the others in turn.
  let takeOver = 0;
  if (workers > 1) {
    let next = 1;
    const again = owned.map(() => 0);
    for (let partition = 0; partition < partitions; partition += workers) {
      const heir = owned[next]!;
      heir.load += load[partition] as number;
      heir.held += held[partition] as number;
      heir.partitions++;
      again[next]! +=
        (held[partition] as number) / ASSUMED.recalled +
        ((load[partition] as number) * ASSUMED.unsaved) / ASSUMED.perCore;
      next = (next % (workers - 1)) + 1;
    }
    takeOver = ASSUMED.handOver + Math.max(...again);
  }
  const left = workers > 1 ? owned.slice(1) : owned;
  const bytesOf = (one: { held: number; partitions: number }) =>
    ASSUMED.base +
    Math.min(one.held, one.partitions * ASSUMED.hot) * ASSUMED.ready +
    one.held * ASSUMED.held +
    identities * ASSUMED.known;
  return {
    workers,
    partitions,
    busiest,
    busiestOneAway: Math.max(...left.map((one) => one.load)) / ASSUMED.perCore,
    identities: Math.max(...left.map((one) => one.held)),
    bytes: Math.max(...left.map(bytesOf)),
    takeOver,
    population: (identities * ASSUMED.told * ASSUMED.busiest) / ASSUMED.takenIn,
  };
}

/** As few processes as keep the busiest one within what is planned while one is away. */
function fewest(): Plan {
  let low = Math.max(2, Math.ceil(events / (ASSUMED.perCore * ASSUMED.planned)));
  for (; low < 4_096; low = Math.ceil(low * 1.02 + 0.5)) {
    const plan = planOf(low);
    if (plan.busiestOneAway <= ASSUMED.planned || low > ASSUMED.partitionsMax / 2) return plan;
  }
  return planOf(low);
}

const plan = values.workers === undefined ? fewest() : planOf(whole('workers'));
if (values.json)
  process.stdout.write(`${JSON.stringify({ asked: { events, identities, sigma }, assumed: ASSUMED, top, ...plan })}\n`);
else {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const seconds = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
  const lines = [
    `${events.toLocaleString('en')} activities a second of ${identities.toLocaleString('en')} identities, the busiest ${top.toFixed(1)} a second`,
    `processes ${plan.workers}, partitions ${plan.partitions}`,
    `the busiest process: ${percent(plan.busiest)} of a core, with one away ${percent(plan.busiestOneAway)}`,
    `the fullest with one away: ${Math.round(plan.identities).toLocaleString('en')} identities, ${(plan.bytes / 1e9).toFixed(1)} GB`,
    ...(plan.takeOver > 0 ? [`a dead process is replaced after ${seconds(plan.takeOver)}`] : []),
    `what others tell in the busiest hour takes each process ${seconds(plan.population)}`,
    `assumed: ${JSON.stringify(ASSUMED)}`,
  ];
  if (plan.busiestOneAway > ASSUMED.planned)
    lines.push('That is more than is planned for: the partitions that a topic may have are used up.');
  process.stdout.write(`${lines.join('\n')}\n`);
}
