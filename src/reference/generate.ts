/** Makes what is generated: JSON Schemas for other languages and editors, and the reference pages. Run it with `npm run generate`. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ZodType, z } from 'zod';
import { activitySchema } from '../../schemas/activity.ts';
import { alertSchema } from '../../schemas/alert.ts';
import { inventorySchema, networkSchema } from '../../schemas/inventory.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import { configShape } from '../config/shape.ts';
import type { Detector } from '../core/detector.ts';
import type { Format } from '../ingest/format.ts';
import type { SinkType } from '../ports/delivery.ts';
import {
  activityPage,
  configPage,
  detectorsPage,
  formatsPage,
  inventoryPage,
  sinksPage,
  telemetryPage,
} from './pages.ts';
import { billOfMaterials, thirdPartyPage } from './third-party.ts';

/** What others write to us may leave out what has a default; what we write is complete. */
const jsonSchema = (schema: ZodType, io: 'input' | 'output') => {
  const { $defs, $ref, ...head } = z.toJSONSchema(schema, { io }) as Record<string, unknown>;
  const root = typeof $ref === 'string' ? ($defs as Record<string, object>)[$ref.slice('#/$defs/'.length)] : {};
  return { ...head, ...root };
};

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Content of every generated file by its path from the project root. */
export async function generated(): Promise<Map<string, string>> {
  const detectors = await discover<Detector>(SHELVES.detectors, 'detector');
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const sinks = await discover<SinkType>(SHELVES.sinks, 'sink');
  return new Map([
    ['schemas/json/activity.json', json(jsonSchema(activitySchema, 'input'))],
    ['schemas/json/alert.json', json(jsonSchema(alertSchema, 'output'))],
    ['schemas/json/inventory.json', json(jsonSchema(inventorySchema, 'input'))],
    ['schemas/json/network.json', json(jsonSchema(networkSchema, 'input'))],
    ['schemas/json/config.json', json(configShape(detectors, sinks))],
    ['docs/reference/activity.md', activityPage()],
    ['docs/reference/inventory.md', inventoryPage()],
    ['docs/reference/config.md', configPage()],
    ['docs/reference/metrics-and-logs.md', telemetryPage()],
    ['docs/reference/detectors.md', detectorsPage(detectors)],
    ['docs/reference/formats.md', formatsPage(formats)],
    ['docs/reference/sinks.md', sinksPage(sinks)],
    ['THIRD-PARTY.md', thirdPartyPage(projectRoot())],
    ['sbom.cdx.json', json(billOfMaterials(projectRoot()))],
  ]);
}

/** The project root, seen from `src/` or from `dist/src/`. */
function projectRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) directory = dirname(directory);
  return directory;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [path, content] of await generated()) {
    const file = join(projectRoot(), path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    process.stderr.write(`wrote ${path}\n`);
  }
}
