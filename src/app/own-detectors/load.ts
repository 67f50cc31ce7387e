/** Loads the detectors of one's own from a folder: a file, a detector, and its name is its id. */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ALERT_KINDS } from '../../../schemas/alert.ts';
import { formerDetectorIds } from '../../../schemas/detector-ids.ts';
import { ConfigError, type ConfigProblem } from '../../config/config-error.ts';
import { type Detector, type Dimension, defineDimension, type SketchPlan } from '../../core/detector.ts';
import { type DetectorFailure, errorOf, guarded, guardedDimension } from './guard.ts';
import { KIT, type Kit, type MakeDetector } from './kit.ts';

const PAGE = 'docs/own-detectors.md';
const FILES_MAX = 64;
const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Values that one dimension may remember of one identity, and cells of one sketch: memory is kept for every identity there is. */
const DIMENSION_CAP_MAX = 256;
const DEPTH_MAX = 4;
const SKETCH_CELLS_MAX = 512;

const aboutSchema = z.object({
  title: z.string().min(1).max(128),
  kind: z.enum(ALERT_KINDS),
  lane: z.enum(['invariant', 'statistical']),
  description: z.string().min(1).max(2_048),
  blindSpots: z.array(z.string().min(1).max(512)).max(32),
  techniques: z.array(z.string().min(1).max(32)).max(16),
  learningDays: z.number().min(0).max(90),
});
const callable = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', 'is no function');
const detectorSchema = z.object({
  about: aboutSchema,
  options: z.custom<Detector['options']>(
    (value) => typeof value === 'object' && value !== null && '_zod' in value,
    'is no schema: make it of kit.z',
  ),
  dimensions: z.array(z.unknown()).max(32),
  sketches: z.array(z.unknown()).max(8),
  onlyWhenFresh: z.boolean().optional(),
  judge: callable,
  count: callable.optional(),
  learn: callable.optional(),
  observe: callable.optional(),
});

/** Where in a file an error arose: `file:line:column`, as far as its stack tells. */
export function placeIn(file: string, error: unknown): string {
  const { stack } = (error ?? {}) as { stack?: unknown };
  if (typeof stack !== 'string') return file;
  for (const name of [pathToFileURL(file).href, file])
    for (let at = stack.indexOf(name); at >= 0; at = stack.indexOf(name, at + 1)) {
      // The query is what tells a changed file from the one before.
      const place = /^(?:\?[\d.]+)?((?::\d+){1,2})/.exec(stack.slice(at + name.length));
      if (place) return `${file}${place[1]}`;
    }
  return file;
}

/** A detector of one's own, with the fence around it and without. */
export interface OwnDetector {
  readonly file: string;
  /** What runs. */
  readonly guarded: Detector;
  /** What the file made: for the conformance suite, which wants to see it fail. */
  readonly bare: Detector;
}

/** The files of a folder that are detectors. Throws a ConfigError where the folder cannot be read or holds what cannot be loaded. */
function filesOf(folder: string): string[] {
  const refuse = (at: string, wrong: string, remedy: string) =>
    new ConfigError([{ at, key: 'detect.detectorsFolder', wrong, remedy }], PAGE);
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const wrong =
      code === 'ENOENT' ? 'does not exist' : code === 'ENOTDIR' ? 'is no folder' : `cannot be read: ${code}`;
    throw refuse(folder, wrong, 'name a folder whose .js or .mjs files are detectors');
  }
  const sources = names.find((name) => /\.(ts|mts|tsx)$/.test(name) && !/\.d\.m?ts$/.test(name));
  if (sources !== undefined && !names.some((name) => name === sources.replace(/\.m?tsx?$/, '.js')))
    throw refuse(
      join(folder, sources),
      'is TypeScript, which is not loaded',
      'compile it to JavaScript beside it, or move it out of the folder',
    );
  const files = names.filter((name) => /\.m?js$/.test(name) && !/\.test\.m?js$/.test(name));
  if (files.length > FILES_MAX)
    throw refuse(folder, `holds ${files.length} detectors, at most ${FILES_MAX} are loaded`, 'take some of them out');
  return files;
}

/**
 * Loads every detector of a folder. `known` are those that Tidemark has: none of their ids, tables or former ids may be taken. The
 * code runs in this process with all its rights, like a plug-in of any server. Throws a ConfigError with every problem and its place.
 */
export async function loadDetectors(
  folder: string,
  known: ReadonlyMap<string, Detector>,
  onFailure: (failure: DetectorFailure) => void,
): Promise<Map<string, OwnDetector>> {
  const loaded = new Map<string, OwnDetector>();
  const problems: ConfigProblem[] = [];
  for (const name of filesOf(folder)) {
    const file = resolve(folder, name);
    const id = name.replace(/\.m?js$/, '');
    const refuse = (wrong: string, remedy: string, at = file) => problems.push({ at, key: '', wrong, remedy });
    if (!ID.test(id)) {
      refuse('its name is no id', 'name the file in small letters, digits and hyphens: its name is the id in alerts');
      continue;
    }
    if (known.has(id) || formerDetectorIds().has(id) || loaded.has(id)) {
      refuse(`there is a detector ${id} already`, 'give the file another name');
      continue;
    }
    try {
      const own = await loadOne(id, file, onFailure);
      const clash = clashOf(own.bare, [...known.values(), ...[...loaded.values()].map(({ bare }) => bare)]);
      if (clash === undefined) loaded.set(id, own);
      else refuse(clash, `begin its name with the id of the detector, such as ${id}-seen`);
    } catch (error) {
      if (error instanceof Malformed) refuse(error.message, error.remedy);
      else
        refuse(
          `could not be loaded: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
          'mend the file, or take it out of the folder',
          placeIn(file, error),
        );
    }
  }
  if (problems.length > 0) throw new ConfigError(problems, PAGE);
  return loaded;
}

/** A file that loads and makes no detector. */
class Malformed extends Error {
  override readonly name = 'Malformed';
  readonly remedy: string;
  constructor(wrong: string, remedy: string) {
    super(wrong);
    this.remedy = remedy;
  }
}

async function loadOne(id: string, file: string, onFailure: (failure: DetectorFailure) => void): Promise<OwnDetector> {
  // A file that was changed is another module, or a reload would go on with what was loaded first.
  const { mtimeMs } = statSync(file);
  const module = (await import(`${pathToFileURL(file).href}?${mtimeMs}`)) as { detector?: unknown; default?: unknown };
  const make = module.detector ?? (module.default as { detector?: unknown } | undefined)?.detector;
  if (typeof make !== 'function')
    throw new Malformed(
      'does not export a function `detector`',
      'write `export const detector = (kit) => kit.defineDetector({ ... })`',
    );
  const made = new Set<unknown>();
  const kit: Kit = {
    ...KIT,
    defineDimension: (plan) => {
      // What it says it reads is not trusted: it is asked for every activity.
      const dimension = defineDimension({ ...plan, facet: undefined });
      const fenced = {
        ...dimension,
        ...guardedDimension(dimension, (error) =>
          onFailure({ detector: id, step: 'dimension', file, error: errorOf(error) }),
        ),
      };
      made.add(fenced);
      return fenced;
    },
    defineSketch: (plan) => {
      const sketch = KIT.defineSketch(plan);
      made.add(sketch);
      return sketch;
    },
  };
  const bare = (make as MakeDetector)(Object.freeze(kit));
  wellFormed(bare, made);
  return { file, bare, guarded: guarded({ id, file }, bare, onFailure) };
}

/** Throws `Malformed` where an engine could not hold the detector. */
function wellFormed(bare: Detector, made: ReadonlySet<unknown>): void {
  const parsed = detectorSchema.safeParse(bare);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Malformed(
      `the detector is not whole: ${issue?.path.join('.') || 'detector'}: ${issue?.message}`,
      `${PAGE} shows what a detector must say of itself`,
    );
  }
  const shared = new Set<unknown>(Object.values(KIT.dimensions));
  for (const dimension of bare.dimensions) {
    if (!shared.has(dimension) && !made.has(dimension))
      throw new Malformed(
        'one of its dimensions is none of the kit',
        'use kit.dimensions, or make it by kit.defineDimension',
      );
    const { id, cap, depth } = dimension as Dimension;
    if (typeof id !== 'string' || id === '' || !within(cap, DIMENSION_CAP_MAX) || !within(depth, DEPTH_MAX))
      throw new Malformed(
        `dimension ${id} is out of bounds`,
        `give it an id, a cap of 1 to ${DIMENSION_CAP_MAX} and a depth of 1 to ${DEPTH_MAX}`,
      );
  }
  for (const sketch of bare.sketches) {
    const { name, cap, fields } = sketch as SketchPlan;
    if (!made.has(sketch)) throw new Malformed('one of its sketches is none of the kit', 'make it by kit.defineSketch');
    if (
      typeof name !== 'string' ||
      name === '' ||
      !within(cap, SKETCH_CELLS_MAX) ||
      !within(fields, SKETCH_CELLS_MAX / cap)
    )
      throw new Malformed(
        `sketch ${name} is out of bounds`,
        `give it a name, and at most ${SKETCH_CELLS_MAX} numbers: cap times fields`,
      );
  }
  if (!bare.options.safeParse({}).success)
    throw new Malformed('an option has no default', 'give every option a default: kit.numberOption does');
}

const within = (value: number, most: number) => Number.isInteger(value) && value >= 1 && value <= most;

/** A table of the detector whose name another detector has for a different one. */
function clashOf(own: Detector, others: readonly Detector[]): string | undefined {
  for (const other of others) {
    const dimension = own.dimensions.find((mine) => other.dimensions.some((its) => its !== mine && its.id === mine.id));
    if (dimension !== undefined) return `there is a dimension ${dimension.id} already`;
    const sketch = own.sketches.find((mine) => other.sketches.some((its) => its.name === mine.name));
    if (sketch !== undefined) return `there is a sketch ${sketch.name} already`;
  }
  return undefined;
}
