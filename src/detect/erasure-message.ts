/** Writes and reads the wish to forget somebody as a message to every partition of the activity topic. It names a request and nobody. */
import type { OutgoingMessage, TopicMessage } from '../ports/stream.ts';

/** The header that sets such a message apart from an activity. */
const ERASURE_HEADER = 'erasure';

/** Which request, and which round of it. */
export interface ErasureMark {
  readonly id: string;
  readonly round: number;
}

const MARK = /^([0-9a-f-]{36})\/([12])$/;

export function erasureMessages({ id, round }: ErasureMark, partitions: number): OutgoingMessage[] {
  const headers = { [ERASURE_HEADER]: `${id}/${round}` };
  return Array.from({ length: partitions }, (_, partition) => ({ key: id, partition, value: '{}', headers }));
}

/** Undefined for a message of another kind, and for one that names no request as we write it: nobody can be forgotten by it. */
export function readErasureMessage({ headers }: Pick<TopicMessage, 'headers'>): ErasureMark | undefined {
  const header = headers[ERASURE_HEADER];
  const [, id, round] = (header && MARK.exec(Buffer.from(header).toString('latin1'))) ?? [];
  return id === undefined ? undefined : { id, round: Number(round) };
}
