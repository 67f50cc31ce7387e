/** Tells repetitions from news in one partition of the activity topic, by where each message came from. */
import { isPlace, type Provenance, SOURCE_NAME } from '../ingest/provenance.ts';

const SOURCES_MAX = 64;

const PARTITIONS_MAX = 1_500;

/**
 * The highest (offset, index) seen of every raw partition. Whoever re-keys a raw partition begins at or below its committed
 * offset, writes in order, and commits only what is written; so once a place was seen, all before it were, even while two
 * writers (an old one not yet dead, and its successor) interleave. It holds as long as the activity topic keeps its number
 * of partitions: with another number a repetition may land where its first copy never was.
 */
export interface SourceOffsets {
  /** True when this was not seen before; from then on it was. */
  admit(provenance: Provenance): boolean;
  /** At most 64 KiB; vectors with the same history give the same text. */
  encode(): string;
  /** Raw partitions forgotten, longest silent first, to stay at 64 sources and 1,500 partitions; theirs may pass twice. */
  readonly forgotten: number;
}

interface Seen {
  readonly from: string;
  readonly partition: number;
  offset: number;
  index: number;
  /** Grows with every advance of any partition. */
  turn: number;
}

/** Continues from what `encode` gave; throws a RangeError for anything else, since to begin anew would let repetitions pass. */
export function createSourceOffsets(encoded = ''): SourceOffsets {
  const sources = new Map<string, Map<number, Seen>>();
  let size = 0;
  let turn = 0;
  let forgotten = 0;

  function remember(from: string, partition: number, offset: number, index: number): void {
    let source = sources.get(from);
    if (!source) {
      source = new Map();
      sources.set(from, source);
    }
    turn += 1;
    size += 1;
    source.set(partition, { from, partition, offset, index, turn });
  }

  const inOrder = () => [...sources.values()].flatMap((source) => [...source.values()]).sort((a, b) => a.turn - b.turn);

  /** Drops a tenth at once, so that many more partitions than fit cost a sort now and then, not one each. */
  function forget(): void {
    const oldest = inOrder();
    for (let dropped = 0; size > PARTITIONS_MAX * 0.9 || sources.size > SOURCES_MAX; dropped++) {
      const { from, partition } = oldest[dropped]!;
      const source = sources.get(from)!;
      source.delete(partition);
      if (source.size === 0) sources.delete(from);
      size -= 1;
      forgotten += 1;
    }
  }

  for (const { from, partition, offset, index } of decodeAll(encoded)) remember(from, partition, offset, index);

  return {
    admit({ from, partition, offset, index }) {
      const seen = sources.get(from)?.get(partition);
      if (!seen) {
        remember(from, partition, offset, index);
        if (size > PARTITIONS_MAX || sources.size > SOURCES_MAX) forget();
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
      const names = [...new Set(all.map(({ from }) => from))];
      const numbers = new Map(names.map((name, number) => [name, number]));
      const places = all.map(({ from, partition, offset, index }) =>
        [numbers.get(from)!, partition, offset, index].map((number) => number.toString(36)).join('.'),
      );
      return all.length === 0 ? '' : `${names.join('\n')}\n\n${places.join('\n')}`;
    },
    get forgotten() {
      return forgotten;
    },
  };
}

function decodeAll(encoded: string): Provenance[] {
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
    const from = names[name];
    if (from === undefined || !SOURCE_NAME.test(from) || !isPlace(partition, offset, index)) throw damaged();
    return { from, partition, offset, index };
  });
}

const damaged = () => new RangeError('a re-key vector is damaged');
