/** Tells repetitions from news in one partition of the activity topic, by where each message came from. */
import { GENERATION, isPlace, type Provenance, SOURCE_NAME } from '../ingest/provenance.ts';

const SOURCES_MAX = 64;

const PARTITIONS_MAX = 1_500;

/**
 * The highest (offset, index) seen of every raw partition. Whoever re-keys a raw partition begins at or below its committed
 * offset, writes in order, and commits only what is written; so once a place was seen, all before it were, even while two
 * writers (an old one not yet dead, and its successor) interleave. It holds as long as the activity topic keeps its number
 * of partitions: with another number a repetition may land where its first copy never was. A topic that was made anew begins at
 * offset 0 again, so what was seen is kept by generation; what is known without one, from an earlier version, is taken for that
 * of the first generation heard of.
 */
export interface SourceOffsets {
  /** True when this was not seen before; from then on it was. */
  admit(provenance: Provenance): boolean;
  /** At most 64 KiB; vectors with the same history give the same text. */
  encode(): string;
  /** Partitions of which a message of another generation came than any before: their topics were made anew. */
  readonly regenerated: number;
  /** Raw partitions forgotten, longest silent first, to stay at 64 sources and 1,500 partitions; theirs may pass twice. */
  readonly forgotten: number;
}

interface Seen {
  /** Source, and its generation after a bar where it has one. */
  readonly log: string;
  readonly partition: number;
  offset: number;
  index: number;
  /** Grows with every advance of any partition. */
  turn: number;
}

/** Continues from what `encode` gave; throws a RangeError for anything else, since to begin anew would let repetitions pass. */
export function createSourceOffsets(encoded = ''): SourceOffsets {
  const logs = new Map<string, Map<number, Seen>>();
  let size = 0;
  let turn = 0;
  let forgotten = 0;
  let regenerated = 0;

  function remember(log: string, partition: number, offset: number, index: number): void {
    let source = logs.get(log);
    if (!source) {
      source = new Map();
      logs.set(log, source);
    }
    turn += 1;
    size += 1;
    source.set(partition, { log, partition, offset, index, turn });
  }

  const inOrder = () => [...logs.values()].flatMap((source) => [...source.values()]).sort((a, b) => a.turn - b.turn);

  function drop(log: string, partition: number): void {
    const source = logs.get(log);
    if (!source?.delete(partition)) return;
    if (source.size === 0) logs.delete(log);
    size -= 1;
  }

  /** Drops a tenth at once, so that many more partitions than fit cost a sort now and then, not one each. */
  function forget(): void {
    const oldest = inOrder();
    for (let dropped = 0; size > PARTITIONS_MAX * 0.9 || logs.size > SOURCES_MAX; dropped++) {
      const { log, partition } = oldest[dropped]!;
      drop(log, partition);
      forgotten += 1;
    }
  }

  /** What was seen of this partition before there were generations, or of this generation. */
  function seenOf(from: string, log: string, partition: number): Seen | undefined {
    const known = logs.get(log)?.get(partition);
    if (known !== undefined || log === from) return known;
    const older = logs.get(from)?.get(partition);
    if (older === undefined) {
      const isOther = [...logs.keys()].some((name) => name.startsWith(`${from}|`) && logs.get(name)!.has(partition));
      if (isOther) regenerated += 1;
      return undefined;
    }
    drop(from, partition);
    remember(log, partition, older.offset, older.index);
    return logs.get(log)!.get(partition);
  }

  for (const { log, partition, offset, index } of decodeAll(encoded)) remember(log, partition, offset, index);

  return {
    admit({ from, partition, offset, index, generation }) {
      const log = generation === undefined ? from : `${from}|${generation}`;
      const seen = seenOf(from, log, partition);
      if (!seen) {
        remember(log, partition, offset, index);
        if (size > PARTITIONS_MAX || logs.size > SOURCES_MAX) forget();
        return true;
      }
      if (offset < seen.offset || (offset === seen.offset && index <= seen.index)) return false;
      turn += 1;
      seen.offset = offset;
      seen.index = index;
      seen.turn = turn;
      return true;
    },
    encode() {
      const all = inOrder();
      const names = [...new Set(all.map(({ log }) => log))];
      const numbers = new Map(names.map((name, number) => [name, number]));
      const places = all.map(({ log, partition, offset, index }) =>
        [numbers.get(log)!, partition, offset, index].map((number) => number.toString(36)).join('.'),
      );
      return all.length === 0 ? '' : `${names.join('\n')}\n\n${places.join('\n')}`;
    },
    get forgotten() {
      return forgotten;
    },
    get regenerated() {
      return regenerated;
    },
  };
}

function decodeAll(encoded: string): Omit<Seen, 'turn'>[] {
  if (encoded === '') return [];
  const [names, places, ...rest] = encoded.split('\n\n').map((part) => part.split('\n'));
  if (!names || !places || rest.length > 0 || places.length > PARTITIONS_MAX) throw damaged();
  return places.map((place) => {
    if (!/^([0-9a-z]{1,11}\.){3}[0-9a-z]{1,11}$/.test(place)) throw damaged();
    const [name, partition, offset, index] = place.split('.').map((text) => Number.parseInt(text, 36)) as [
      number,
      number,
      number,
      number,
    ];
    const log = names[name];
    if (log === undefined || !isLog(log) || !isPlace(partition, offset, index)) throw damaged();
    return { log, partition, offset, index };
  });
}

function isLog(log: string): boolean {
  const [from, generation, ...rest] = log.split('|');
  return SOURCE_NAME.test(from!) && (generation === undefined || GENERATION.test(generation)) && rest.length === 0;
}

const damaged = () => new RangeError('a re-key vector is damaged');
