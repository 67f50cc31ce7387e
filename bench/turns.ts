/** How long turns of the event loop last, in processor time of its thread: unlike a delay, that does not grow when the machine is busy with others. */
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface LongTurn {
  /** Of the clock that `process.hrtime` reads, in ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What the thread ran meanwhile. */
  readonly ranMs: number;
}

export interface TurnReading {
  /** Processor time of the longest turn, ms. */
  readonly longestMs: number;
  /** Time by the clock for which something that was due had to wait, at most, ms. Others on the machine are in it too. */
  readonly delayMs: number;
  /** Processor time of the thread together, ms. */
  readonly ranMs: number;
  /** Turns over the bound, in order; the first thousand. */
  readonly long: readonly LongTurn[];
}

/** What no turn should take, ms of processor time. */
export const BOUND_MS = 50;
const LONG_MAX = 1_000;

/** Nanoseconds that the main thread has run; of the whole process where Linux does not tell it of one thread. */
function ranNs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]);
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) * 1e3;
  }
}

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

/** Watches the turns of the main thread from now on, until what it returns is called. A timer each millisecond looks: a turn is what ran between two looks. */
export function watchTurns(boundMs: number): () => TurnReading {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const long: LongTurn[] = [];
  const beganNs = ranNs();
  let longest = 0;
  let last = beganNs;
  let lastMs = nowMs();
  const look = () => {
    const [now, atMs] = [ranNs(), nowMs()];
    const ran = (now - last) / 1e6;
    longest = Math.max(longest, ran);
    if (ran > boundMs && long.length < LONG_MAX) long.push({ fromMs: lastMs, toMs: atMs, ranMs: ran });
    last = now;
    lastMs = atMs;
  };
  const timer = setInterval(look, 1);
  return () => {
    clearInterval(timer);
    look();
    delay.disable();
    return { longestMs: longest, delayMs: delay.max / 1e6, ranMs: (last - beganNs) / 1e6, long };
  };
}
