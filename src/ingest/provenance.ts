/** Where an activity came from, as the header of its message on the activity topic carries it. */

/** Where an activity came from: the raw record, and which activity of that record it is. */
export interface Provenance {
  /** Cluster and raw topic, such as `main/cloudtrail`; at most 300 characters, none of them `|` or a line break. */
  readonly from: string;
  /** Below 2^31. */
  readonly partition: number;
  readonly offset: number;
  /** Which of the logs that had this topic's name: offsets of two of them cannot be compared. Absent where nobody could tell. */
  readonly generation?: string;
  /** Number of the activity among those of its record, from 0; below 2^20. */
  readonly index: number;
}

/** The header that carries it. */
export const PROVENANCE_HEADER = 'o';

const PARTITION_LIMIT = 2 ** 31;

const INDEX_LIMIT = 2 ** 20;

export const SOURCE_NAME = /^[^|\n\r]{1,300}$/;

export const GENERATION = /^[\w~-]{1,64}$/;

const HEADER = /^([^|\n\r]{1,300})\|(\d{1,10})\|(\d{1,16})\|(\d{1,7})(?:\|([\w~-]{1,64}))?$/;

/** Text of the header. Throws a RangeError for what could not be read back. */
export function encodeProvenance({ from, partition, offset, index, generation }: Provenance): string {
  if (
    !SOURCE_NAME.test(from) ||
    !isPlace(partition, offset, index) ||
    (generation !== undefined && !GENERATION.test(generation))
  )
    throw new RangeError(`not where a message comes from: ${from.slice(0, 80)} ${partition} ${offset} ${index}`);
  return `${from}|${partition}|${offset}|${index}${generation === undefined ? '' : `|${generation}`}`;
}

/** Undefined for anything `encodeProvenance` did not write. */
export function decodeProvenance(text: string): Provenance | undefined {
  const match = HEADER.exec(text);
  if (!match) return undefined;
  const [partition, offset, index] = [Number(match[2]), Number(match[3]), Number(match[4])] as const;
  if (!isPlace(partition, offset, index)) return undefined;
  return { from: match[1]!, partition, offset, index, ...(match[5] !== undefined && { generation: match[5] }) };
}

const isBelow = (value: number, limit: number) => Number.isSafeInteger(value) && value >= 0 && value < limit;

export const isPlace = (partition: number, offset: number, index: number) =>
  isBelow(partition, PARTITION_LIMIT) && isBelow(offset, Number.MAX_SAFE_INTEGER) && isBelow(index, INDEX_LIMIT);
