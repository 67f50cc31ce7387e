/** The saved row that tells which tables the memories of a partition have, and since when each detector is on. */
import { z } from 'zod';
import { ByteReader, ByteWriter } from './bit-stream.ts';
import { type DetectorAges, savedAgesSchema } from './detector-ages.ts';
import type { Layout } from './layout.ts';
import { MemoryFault } from './memory-fault.ts';
import { format7Layouts, savedLayoutSchema } from './saved-layout.ts';

const VERSION = 1;

const rowSchema = z.object({
  layouts: z.array(savedLayoutSchema).min(1),
  /** Detectors that made the memories of format 7, which tells no tables; absent where there are none. */
  format7: z.array(z.string()).optional(),
  ages: savedAgesSchema,
});

export function packLayouts(layout: Layout, ages: DetectorAges): Uint8Array {
  const w = new ByteWriter();
  w.u8(VERSION);
  const row: z.infer<typeof rowSchema> = {
    layouts: [...layout.saved],
    ...(layout.format7Detectors !== undefined && { format7: [...layout.format7Detectors] }),
    ages: ages.save(),
  };
  w.text(JSON.stringify(row));
  return w.take();
}

/** Takes it up, before any memory of the partition. Throws where it is damaged or of a later version. */
export function restoreLayouts(bytes: Uint8Array, layout: Layout, ages: DetectorAges): void {
  const r = new ByteReader(bytes);
  const version = r.u8();
  if (version !== VERSION)
    throw new MemoryFault(
      `it has version ${version}, and this build reads ${VERSION}`,
      'A newer Tidemark saved it: start that version, or restore the tables memory and snapshot from a backup made before.',
    );
  const row = rowSchema.parse(JSON.parse(r.text()));
  layout.restore(row.layouts);
  if (row.format7 !== undefined) layout.setFormat7(format7Layouts(row.format7).slice(0, 1));
  ages.restore(row.ages);
}
