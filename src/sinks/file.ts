/** Appends alerts to a file, one JSON line a version, rotated by size. */
import { createHash } from 'node:crypto';
import { chmod, type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { SinkType } from '../ports/delivery.ts';
import { visibleJson } from '../render/visible.ts';

const MiB = 1024 * 1024;
/** Lines remembered, so that a delivery repeated after a crash is not written twice. */
const REMEMBERED = 10_000;
/** Read back from the end of the file when it is opened, to remember what an earlier process wrote. */
const TAIL_BYTES = 4 * MiB;

const options = z.strictObject({
  path: z.string().min(1).max(4_096).meta({ description: 'File to append to; its directory is made when missing.' }),
  maxBytes: z
    .number()
    .int()
    .min(64 * 1024)
    .max(64 * 1024 * MiB)
    .default(64 * MiB)
    .meta({ description: 'Size at which the file becomes `<path>.1` and a new one begins.' }),
  keepFiles: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(8)
    .meta({ description: 'Rotated files kept; older ones are removed.' }),
  groupReads: z
    .boolean()
    .default(false)
    .meta({ description: 'Let the group of this process read files made here, as a log shipper needs it.' }),
});

const digest = (line: string) => createHash('sha256').update(line).digest('base64');

/** Opens the file, made for this user alone unless its group is to read it; what is there keeps its mode. */
async function fresh({ path, groupReads }: z.infer<typeof options>): Promise<FileHandle> {
  const handle = await open(path, 'a+', 0o600);
  if (groupReads && (await handle.stat()).size === 0) await handle.chmod(0o640);
  return handle;
}

/** One file under one writer. Appends run one after another. */
class RotatingFile {
  readonly #options: z.infer<typeof options>;
  readonly #known: Set<string>;
  #handle: FileHandle;
  #size: number;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(settings: z.infer<typeof options>, handle: FileHandle, size: number, known: Set<string>) {
    this.#options = settings;
    this.#handle = handle;
    this.#size = size;
    this.#known = known;
  }

  static async open(settings: z.infer<typeof options>): Promise<RotatingFile> {
    const made = await mkdir(dirname(settings.path), { recursive: true, mode: 0o700 });
    if (made !== undefined && settings.groupReads) await chmod(dirname(settings.path), 0o750);
    const handle = await fresh(settings);
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
    const torn = lines.pop() ?? '';
    const journal = new RotatingFile(settings, handle, size, new Set(lines.slice(-REMEMBERED).map(digest)));
    // The process died in the middle of a line: end it, so that the next one stands on its own.
    if (torn !== '') await journal.#write('\n');
    return journal;
  }

  append(line: string, signal: AbortSignal): Promise<void> {
    const next = this.#last.then(async () => {
      const key = digest(line);
      if (this.#known.has(key)) return;
      signal.throwIfAborted();
      const bytes = Buffer.byteLength(line) + 1;
      if (this.#size > 0 && this.#size + bytes > this.#options.maxBytes) await this.#rotate();
      await this.#write(`${line}\n`);
      this.#known.add(key);
      for (const oldest of this.#known) {
        if (this.#known.size <= REMEMBERED) break;
        this.#known.delete(oldest);
      }
    });
    this.#last = next.catch(() => {});
    return next;
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#handle.appendFile(text);
      await this.#handle.datasync();
      this.#size += Buffer.byteLength(text);
    } catch (error) {
      // A full disk takes part of a line; what is taken back cannot be read as half an alert.
      await this.#handle.truncate(this.#size).catch(() => {});
      throw error;
    }
  }

  async #rotate(): Promise<void> {
    const { path, keepFiles } = this.#options;
    await rm(`${path}.${keepFiles}`, { force: true });
    for (let n = keepFiles - 1; n >= 0; n--)
      await rename(n === 0 ? path : `${path}.${n}`, `${path}.${n + 1}`).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
      });
    const next = await fresh(this.#options);
    await this.#handle.close();
    this.#handle = next;
    this.#size = 0;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#handle.close();
  }
}

const causeOf = (error: unknown) =>
  error instanceof Error && 'code' in error ? String(error.code) : error instanceof Error ? error.name : 'failed';

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'NDJSON file', standard: 'one JSON document a line' },
  options,
  encode: (alert) => visibleJson(alert),
  async open(settings, context) {
    const journal = await RotatingFile.open(settings).catch((error) => context.refuse(`path: ${causeOf(error)}`));
    return {
      async deliver(delivery, signal) {
        try {
          await journal.append(delivery.body, signal);
          return { status: 'delivered' };
        } catch (error) {
          return { status: 'retry', reason: causeOf(error) };
        }
      },
      close: () => journal.close(),
    };
  },
};
