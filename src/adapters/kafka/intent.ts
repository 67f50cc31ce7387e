/** The promise written into commit metadata before a chunk is processed: which offsets it has, so that it can be rebuilt exactly. */

export interface Intent {
  readonly first: number;
  readonly last: number;
  /** Population epoch the chunk is judged with. */
  readonly epoch: number;
}

/** Under 100 bytes; a broker takes 4,096. */
export function encodeIntent({ first, last, epoch }: Intent): string {
  return JSON.stringify({ intent: [first, last], epoch });
}

/** Undefined for anything but a well-formed intent, such as the metadata another program left behind. */
export function decodeIntent(metadata: string | null): Intent | undefined {
  if (!metadata) return undefined;
  let value: { intent?: unknown; epoch?: unknown } | null;
  try {
    value = JSON.parse(metadata);
  } catch {
    return undefined;
  }
  if (!value || !Array.isArray(value.intent) || value.intent.length !== 2) return undefined;
  const [first, last] = value.intent;
  const { epoch } = value;
  if (!isOffset(first) || !isOffset(last) || last < first || !Number.isSafeInteger(epoch)) return undefined;
  return { first, last, epoch: epoch as number };
}

const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
