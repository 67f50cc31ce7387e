/** What is known about identities from outside, out of an NDJSON file: hints, one record an identity. */

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { firstProblem } from '../../schemas/first-problem.ts';
import type { Home } from '../../schemas/identity-ref.ts';
import { type InventoryRecord, inventorySchema } from '../../schemas/inventory.ts';
import { excessOf } from '../bounds/shape.ts';
import { InputError } from '../fault.ts';
import { createFingerprinter, type Fingerprinter } from '../secrets.ts';

/** Key of a record: of its tenant and id, and of what it tells of its provider and account. */
export function inventoryKey(tenant: string, identity: string, { provider, account }: Home = {}): string {
  const home = provider === undefined && account === undefined ? [] : [provider?.toLowerCase() ?? '', account ?? ''];
  return [tenant, identity, ...home].join('\u0000');
}

export interface Inventory {
  /**
   * By `inventoryKey`. An AWS identity stands here a second time in lower case, the spelling that its log format gives it.
   */
  readonly records: ReadonlyMap<string, InventoryRecord>;
  /** Identities told of. */
  readonly identities: number;
  /** Lines that could not be read, the first hundred of them; the rest is only counted. */
  readonly faults: readonly InputError[];
  readonly faultCount: number;
}

const MAX_FAULTS = 100;
const MAX_UNPACKED = 1024 * 1024 * 1024;
/** Far above what is known of one identity; a record that says more would hold the process. */
const RECORD_BYTES = 1024 * 1024;
const SHAPE = { depth: 32, values: 10_000, names: 512 };
const REMEDY = 'Write one record an identity and line, such as {"identity":"...","owner":"..."}.';

/** Unknown is absent: what feeds write as empty or null says nothing. */
function told(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(told).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value === '' || value === null ? undefined : value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, part]) => [key, told(part)] as const)
      .filter(([, part]) => part !== undefined),
  );
}

/** The same text everywhere in a value, with known secrets replaced by their names. */
function scrubbed(value: unknown, scrub: (text: string) => string): unknown {
  if (typeof value === 'string') return scrub(value);
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, scrub));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, scrubbed(part, scrub)]));
}

/** One record out of a value, without secrets and with credentials named as activities name them; or what is wrong with it. */
export function readInventoryRecord(
  value: unknown,
  tenant: string,
  fingerprinter: Fingerprinter,
): InventoryRecord | string {
  const raw = told(value);
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return 'expected an object';
  const parsed = inventorySchema.safeParse('tenant' in raw ? raw : { ...raw, tenant });
  if (!parsed.success) return firstProblem(parsed.error);
  const of = parsed.data.tenant;
  // Keys put tenant and identity together with a control character between them.
  if (/\p{Cc}/u.test(of) || /\p{Cc}/u.test(parsed.data.identity)) return 'tenant and identity: no control characters';
  const record = scrubbed(parsed.data, (text) => fingerprinter.scrub(of, text)) as InventoryRecord;
  const { person } = fingerprinter;
  if (person === undefined || record.kind !== 'human' || record.identity.startsWith('person:')) return record;
  // Named as its activities name it; whom to ask about machines (owners) stays readable.
  const { name: _, ...rest } = record;
  return { ...rest, identity: person(of, record.identity) };
}

/** A record with every spelling under which logs know its identity: those of AWS write it in lower case. */
export function spellings(record: InventoryRecord): InventoryRecord[] {
  const identity = record.identity.toLowerCase();
  return identity === record.identity || !identity.startsWith('arn:aws') ? [record] : [record, { ...record, identity }];
}

/** The same out of JSON text. */
export function inventoryRecordOf(
  text: Uint8Array | string,
  tenant: string,
  fingerprinter: Fingerprinter,
): InventoryRecord | string {
  if (text.length > RECORD_BYTES || excessOf(text, SHAPE) !== undefined) return 'the record holds too much';
  try {
    const json = typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
    return readInventoryRecord(JSON.parse(json), tenant, fingerprinter);
  } catch (error) {
    if (error instanceof SyntaxError) return 'not valid JSON';
    throw error;
  }
}

/**
 * Loads an inventory file (NDJSON, gzip or not); a later record of an identity replaces an earlier one. A line that cannot be
 * read is a fault beside the records; a file of which nothing can be read throws an InputError. `fingerprinter` must be the
 * reader's, so that a credential has one name in both.
 */
export function loadInventory(
  file: string,
  options: { readonly tenant?: string; readonly fingerprinter?: Fingerprinter } = {},
): Inventory {
  const { tenant = 'default', fingerprinter = createFingerprinter() } = options;
  let text: string;
  try {
    const bytes = readFileSync(file);
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED }) : bytes;
    text = plain.toString('utf8').replace(/^\uFEFF/, '');
  } catch {
    throw new InputError(
      file,
      'cannot be read',
      'Check the path and its permissions (ingest.inventoryFile or --inventory).',
    );
  }
  const records = new Map<string, InventoryRecord>();
  const faults: InputError[] = [];
  let faultCount = 0;
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    if (line.trim() === '') continue;
    const record = inventoryRecordOf(line, tenant, fingerprinter);
    if (typeof record !== 'string') records.set(inventoryKey(record.tenant, record.identity, record), record);
    else {
      faultCount++;
      if (faults.length < MAX_FAULTS) faults.push(new InputError(file, record, REMEDY, number));
    }
  }
  if (records.size === 0 && faults[0] !== undefined) throw faults[0];
  const identities = records.size;
  for (const record of [...records.values()])
    for (const spelled of spellings(record)) {
      const alias = inventoryKey(spelled.tenant, spelled.identity, spelled);
      if (!records.has(alias)) records.set(alias, spelled);
    }
  return { records, identities, faults, faultCount };
}
