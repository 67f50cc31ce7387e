/** Reads a labelled set from disk: activities line by line, inventory, truth; plain or gzip. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { type Activity, activitySchema } from '../../schemas/activity.ts';
import { type InventoryRecord, inventorySchema, type Network, networkSchema } from '../../schemas/inventory.ts';
import { readTruth, type Truth } from './truth.ts';

/** A file that cannot be used as told; names the line. */
export class SetError extends Error {
  override readonly name = 'SetError';
  readonly remedy = 'bench/README.md of the source repository says what the files of a labelled set hold.';
}

/** Longest line that is read; a longer one is an error, not a reason to run out of memory. */
const LINE_MAX_CHARS = 4 * 1024 * 1024;

async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.once('error', (error) => text.destroy(error));
  try {
    yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new SetError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    file.destroy();
  }
}

const firstIssue = ({ issues: [issue] }: z.ZodError) => `${issue?.path.join('.')}: ${issue?.message}`;

async function* records<T>(path: string, schema: z.ZodType<T>): AsyncGenerator<T> {
  let number = 0;
  for await (const line of linesOf(path)) {
    number++;
    if (line.trim() === '') continue;
    let raw: unknown;
    try {
      if (line.length > LINE_MAX_CHARS) throw new SyntaxError('line too long');
      raw = JSON.parse(line);
    } catch {
      throw new SetError(`${path}:${number}: not a JSON object`);
    }
    const read = schema.safeParse(raw);
    if (!read.success) throw new SetError(`${path}:${number}: ${firstIssue(read.error)}`);
    yield read.data;
  }
}

/** Activities in the order of the file. */
export const readActivities = (path: string): AsyncGenerator<Activity> => records(path, activitySchema);

/** A later record of an identity replaces the earlier one. */
export async function readInventory(path: string): Promise<InventoryRecord[]> {
  const known = new Map<string, InventoryRecord>();
  for await (const record of records(path, inventorySchema))
    known.set(`${record.tenant}\u0000${record.identity}`, record);
  return [...known.values()];
}

/** Prefixes in the order of the file. */
export async function readNetworks(path: string): Promise<Network[]> {
  const networks: Network[] = [];
  for await (const network of records(path, networkSchema)) networks.push(network);
  return networks;
}

export async function readTruthFile(path: string): Promise<Truth> {
  const parts: string[] = [];
  for await (const line of linesOf(path)) parts.push(line);
  try {
    return readTruth(JSON.parse(parts.join('\n')));
  } catch (error) {
    if (error instanceof z.ZodError) throw new SetError(`${path}: ${firstIssue(error)}`);
    throw new SetError(`${path}: ${error instanceof Error ? error.message : 'not a truth file'}`);
  }
}
