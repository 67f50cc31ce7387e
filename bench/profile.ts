/** A profile of the main thread, and where most of one stretch of it was spent. */
import { type Profiler, Session } from 'node:inspector';
import type { LongTurn } from './turns.ts';

const SAMPLE_MICROS = 500;
/** A function that calls another is named by the one it called, where that took such a share of the stretch. */
const MOST = 0.3;
/** How many functions of a stack are named, the innermost last. */
const NAMED = 4;

export interface Profile {
  /** In which stack most of a stretch was spent, and how many per cent of it. */
  during(turn: LongTurn): string;
  /** The functions in which most time was spent altogether, without those they called. */
  readonly functions: readonly string[];
}

/** Functions that are named of a whole profile. */
const FUNCTIONS = 12;

/** Profiles until what it returns is called. */
export async function startProfile(): Promise<() => Promise<Profile>> {
  const session = new Session();
  session.connect();
  const post = <T>(method: string, params?: object) =>
    new Promise<T>((resolve, reject) =>
      session.post(method, params, (error, result) => (error === null ? resolve(result as T) : reject(error))),
    );
  await post('Profiler.enable');
  await post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROS });
  await post('Profiler.start');
  return async () => {
    const { profile } = await post<{ profile: Profiler.Profile }>('Profiler.stop');
    session.disconnect();
    return { during: (turn) => mostOf(profile, turn), functions: functionsOf(profile) };
  };
}

const nameOf = ({ callFrame: { functionName, url, lineNumber } }: Profiler.ProfileNode) =>
  `${functionName || '(anonymous)'} ${url.split('/').at(-1)}:${lineNumber + 1}`;

function functionsOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): string[] {
  const byId = new Map(nodes.map((node) => [node.id, nameOf(node)]));
  const micros = new Map<string, number>();
  samples.forEach((sample, n) => {
    const name = byId.get(sample) as string;
    micros.set(name, (micros.get(name) ?? 0) + (timeDeltas[n] as number));
  });
  return [...micros]
    .filter(([name]) => !name.startsWith('(idle)'))
    .sort((a, b) => b[1] - a[1])
    .slice(0, FUNCTIONS)
    .map(([name, sum]) => `${name} ${Math.round(sum / 1e3)} ms`);
}

function mostOf({ nodes, samples = [], timeDeltas = [], startTime }: Profiler.Profile, turn: LongTurn): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const counts = new Map<number, number>();
  let all = 0;
  let at = startTime;
  samples.forEach((sample, n) => {
    at += timeDeltas[n] as number;
    if (at < turn.fromMs * 1e3 || at > turn.toMs * 1e3 || byId.get(sample)?.callFrame.functionName === '(idle)') return;
    all++;
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id))
      counts.set(id, (counts.get(id) ?? 0) + 1);
  });
  const countOf = (id: number) => counts.get(id) ?? 0;
  const stack: string[] = [];
  let share = 0;
  for (let node = nodes[0]; node !== undefined; ) {
    const next: number | undefined = node.children?.reduce((a, b) => (countOf(b) > countOf(a) ? b : a));
    if (next === undefined || countOf(next) < MOST * all) break;
    node = byId.get(next) as Profiler.ProfileNode;
    share = countOf(next) / all;
    stack.push(nameOf(node));
  }
  return `${stack.slice(-NAMED).join(' > ')} ${Math.round(100 * share)} %`;
}
