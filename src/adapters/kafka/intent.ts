/** What is written beside a committed offset: which log of that name it belongs to, and the chunk that is in work from there on. */

export interface Intent {
  readonly first: number;
  readonly last: number;
  /** Population epoch the chunk is judged with. */
  readonly epoch: number;
}

/** The metadata of a commit. */
export interface CommitNote {
  /** Which of the logs that had this topic's name the offset is of; absent where nobody could tell. */
  readonly generation?: string;
  /** Promised before a chunk is processed, so that it can be rebuilt exactly. */
  readonly intent?: Intent;
}

/** Longest generation that is read back; an id of a topic has 22 characters. */
const GENERATION = /^[\w~-]{1,64}$/;

/** Under 200 bytes; a broker takes 4,096. Empty where there is nothing to say. */
export function encodeNote({ generation, intent }: CommitNote): string {
  if (generation === undefined && intent === undefined) return '';
  return JSON.stringify({
    ...(intent && { intent: [intent.first, intent.last], epoch: intent.epoch }),
    ...(generation !== undefined && { generation }),
  });
}

/** Leaves out whatever is not well-formed, such as the metadata another program left behind. */
export function decodeNote(metadata: string | null): CommitNote {
  if (!metadata) return {};
  let value: { intent?: unknown; epoch?: unknown; generation?: unknown } | null;
  try {
    value = JSON.parse(metadata);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const { generation } = value;
  const intent = toIntent(value);
  return {
    ...(typeof generation === 'string' && GENERATION.test(generation) && { generation }),
    ...(intent && { intent }),
  };
}

function toIntent({ intent, epoch }: { intent?: unknown; epoch?: unknown }): Intent | undefined {
  if (!Array.isArray(intent) || intent.length !== 2) return undefined;
  const [first, last] = intent;
  if (!isOffset(first) || !isOffset(last) || last < first || !Number.isSafeInteger(epoch)) return undefined;
  return { first, last, epoch: epoch as number };
}

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
