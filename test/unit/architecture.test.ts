/** Holds every import against the plan of the house: who may know whom, which package has which owner. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ZONES, type Zone } from './zones.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Packages and the only places that know them. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  kafkajs: ['src/adapters/kafka'],
  'lz4-napi': ['src/adapters/kafka'],
  snappy: ['src/adapters/kafka'],
  '@bokuweb/zstd-wasm': ['src/adapters/kafka'],
  '@bufbuild/protobuf': ['src/otlp/'],
  '@clickhouse/client': ['src/adapters/clickhouse'],
  chdb: ['src/adapters/clickhouse'],
  pino: ['src/telemetry/telemetry.ts'],
  'prom-client': ['src/telemetry/telemetry.ts'],
  'simple-statistics': ['src/core/', 'src/evaluate/'],
  tinyqueue: ['src/ingest/'],
  '@jmespath-community/jmespath': ['src/ingest/mapping-format.ts', 'src/ingest/bounded-search.ts'],
  'lru-cache': [
    'src/adapters/schema-registry.ts',
    'src/detect/pump.ts',
    'src/detect/standing-watch.ts',
    'src/ingest/push-ingest.ts',
    'src/respond/',
    'src/api/sign-in/',
  ],
  'string-width': ['src/terminal/'],
  yaml: ['src/config/'],
  jose: ['src/signing/', 'src/signals/', 'src/api/sign-in/'],
  'openid-client': ['src/api/sign-in/provider'],
  commander: ['src/cli.ts', 'src/commands/'],
  fastify: ['src/api/'],
  undici: ['src/adapters/egress', 'src/adapters/schema-registry', 'src/adapters/pub-sub'],
  'google-auth-library': ['src/adapters/pub-sub'],
  avsc: ['src/adapters/schema-registry'],
  protobufjs: ['src/adapters/schema-registry'],
  '@aws-sdk/client-s3': ['src/adapters/s3-queue'],
  '@aws-sdk/client-sqs': ['src/adapters/s3-queue'],
  nodemailer: ['src/sinks/email'],
  standardwebhooks: ['src/sinks/webhook', 'src/respond/responders/webhook', 'src/respond/signed-request'],
  maxmind: ['src/adapters/networks'],
  'ipaddr.js': ['src/adapters/', 'src/ingest/normalize.ts', 'src/core/novelty/', 'src/evaluate/'],
  zod: ['schemas/', 'detectors/', 'src/'],
  preact: ['console/'],
  '@preact/signals': ['console/'],
  uplot: ['console/parts/chart'],
  'openapi-fetch': ['console/api/client'],
  vite: ['console/vite.config'],
};

/** Discovery loads what stands on a shelf; evaluation a yardstick that is no part of the product. */
const MAY_COMPUTE = ['src/app/own-detectors/load.ts', 'src/app/shelves.ts', 'src/commands/evaluate.ts'];

interface Imports {
  readonly named: readonly string[];
  readonly computed: boolean;
  readonly barrel: boolean;
}

function importsOf(path: string, text: string): Imports {
  const source = ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.Latest,
    false,
    path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const named: string[] = [];
  let computed = false;
  const visit = (node: ts.Node): void => {
    const from =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined;
    if (from && ts.isStringLiteral(from)) named.push(from.text);
    if (ts.isCallExpression(node)) {
      const loads =
        node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(node.expression) && node.expression.text === 'require');
      const target = node.arguments[0];
      if (loads && target && ts.isStringLiteralLike(target)) named.push(target.text);
      else if (loads) computed = true;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const reexports = source.statements.filter((s) => ts.isExportDeclaration(s) && s.moduleSpecifier !== undefined);
  const barrel =
    reexports.length > 0 && source.statements.every((s) => ts.isExportDeclaration(s) || ts.isImportDeclaration(s));
  return { named, computed, barrel };
}

/** The zones as a table, the way ARCHITECTURE.md shows them. */
function zoneTable(): string {
  const inWords: Readonly<Record<string, string>> = { '*': 'everything', PACKAGES: 'the packages it owns' };
  const row = ({ what, of, may, below = [], node, apart }: Zone) => {
    const named = may.map((place) => inWords[place] ?? `\`${place}\``);
    const layers = below.length > 0 ? ['the layers of the core in the rows above'] : [];
    const rules = [...(node ? [] : ['no Node']), ...(apart ? ['its parts never know each other'] : [])];
    const files = of.map((place) => `\`${place}\``).join(', ');
    return `| ${files} | ${what} | ${[[...named, ...layers].join(', ') || 'nothing', ...rules].join('; ')} |`;
  };
  return ['| zone | what is there | may import |', '|---|---|---|', ...ZONES.map(row)].join('\n');
}

const isIn = (path: string, places: readonly string[]) =>
  places.some((place) => {
    return /\.tsx?$/.test(place) ? path === place : path.startsWith(place);
  });
const zoneOf = (path: string) => ZONES.find(({ of }) => isIn(path, of));
const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/');
/** The part of a shelf a file belongs to: `src/adapters/kafka/topics.ts` and `src/adapters/kafka.ts` are both kafka. */
const partOf = (path: string, zone: Zone) =>
  path
    .slice(zone.of.find((place) => path.startsWith(place))?.length)
    .split(/[/.]/, 1)[0]!
    .split('-', 1)[0]!;

function forbids(from: string, name: string): string | undefined {
  const zone = zoneOf(from);
  if (zone === undefined) return undefined;
  const { may, below = [] } = zone;
  if (name.startsWith('node:')) return zone.node ? undefined : 'must not know Node';
  if (!name.startsWith('.')) {
    const owner = OWNERS[packageOf(name)];
    if (owner === undefined) return 'has no owner in this test';
    if (!isIn(from, owner)) return `belongs to ${owner.join(', ')}`;
    return may.includes('*') || may.includes('PACKAGES') || may.includes(packageOf(name))
      ? undefined
      : 'is not for this zone';
  }
  if (!/\.tsx?$/.test(name)) return 'is not named with its ending';
  const target = posix.join(posix.dirname(from), name);
  if (/\.test\.ts$|^(test|bench)\//.test(target) && !may.includes('*')) return 'is no part of the product';
  if (/\.test\.ts$|^test\//.test(target)) return 'is a test';
  if (zoneOf(target) === zone)
    return zone.apart && partOf(from, zone) !== partOf(target, zone) ? 'is another part of the same shelf' : undefined;
  if (may.includes('*') || isIn(target, [...may.filter((place) => place.includes('/')), ...below])) return undefined;
  return 'is not for this zone';
}

/** Circles of imports, each told once, from its first file. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) found.push(`${[...way.slice(way.indexOf(path)), path].join(' -> ')} is a circle`);
    if (way.includes(path) || done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return found;
}

/** Everything in these files that breaks the plan. */
function violations(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of files) {
    const { named, computed, barrel } = importsOf(path, text);
    for (const name of named) {
      const why = forbids(path, name);
      if (why !== undefined) found.push(`${path} imports ${name}, which ${why}`);
    }
    if (zoneOf(path) === undefined) found.push(`${path} belongs to no zone`);
    if (computed && !MAY_COMPUTE.includes(path)) found.push(`${path} imports by a computed name`);
    if (barrel) found.push(`${path} only passes on what others export`);
    if (/^(utils?|helpers?|common|types?|misc|shared)\.ts$/.test(basename(path)))
      found.push(`${path} has a name that says nothing`);
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.config)?\.tsx?$/.test(basename(path))) found.push(`${path} is not in kebab-case`);
    if (!/^(#![^\n]*\n)?\/\*\*? \S/.test(text)) found.push(`${path} does not open by saying what it is for`);
    graph.set(
      path,
      named.filter((name) => name.startsWith('.')).map((name) => posix.join(posix.dirname(path), name)),
    );
  }
  return [...found, ...circles(graph)];
}

function sources(): Map<string, string> {
  const files = new Map<string, string>();
  for (const folder of ['schemas', 'detectors', 'src', 'console'])
    for (const entry of readdirSync(root + folder, { recursive: true, encoding: 'utf8' })) {
      const path = posix.join(folder, entry.replaceAll('\\', '/'));
      // What is generated imports nothing, and is long.
      if (/\.tsx?$/.test(path) && !path.endsWith('.test.ts') && !path.endsWith('/api-types.ts'))
        files.set(path, readFileSync(root + path, 'utf8'));
    }
  return files;
}

test('every file keeps to its zone, every package to its owner, and no imports go in a circle', () => {
  const files = sources();
  expect(files.size).toBeGreaterThan(50);
  expect(violations(files)).toEqual([]);
});

test('ARCHITECTURE.md shows the same zones', () => {
  const page = readFileSync(`${root}ARCHITECTURE.md`, 'utf8');
  const shown = /<!-- zones -->\n([\s\S]*?)\n<!-- \/zones -->/.exec(page)?.[1];
  // The page is to hold this table between the two marks.
  expect(shown).toBe(zoneTable());
});

describe('what the plan forbids is caught', () => {
  const plant = (path: string, text: string) => violations(new Map([[path, `/** For the test. */\n${text}`]]));

  test.each([
    ['src/core/engine.ts', "import { readFileSync } from 'node:fs';"],
    ['src/core/engine.ts', "import type { Store } from '../ports/store.ts';"],
    ['src/core/engine.ts', "import { openStore } from '../adapters/clickhouse/open.ts';"],
    ['src/core/engine.ts', "const { Kafka } = await import('kafkajs');"],
    ['src/core/engine.ts', "import pino from 'pino';"],
    ['src/core/population/x.ts', "import type { Memory } from '../memory/memory.ts';"],
    ['src/core/memory/x.ts', "import { Novelties } from '../novelty/novelty.ts';"],
    ['src/core/alert/x.ts', "import { Alerting } from '../alerting.ts';"],
    ['src/core/hash.ts', "import type { Detector } from './detector.ts';"],
    ['src/core/memory/x.ts', "import { createEngine } from '../engine.ts';"],
    ['src/core/loose.ts', 'export const x = 1;'],
    ['schemas/x.ts', "import { hash } from '../src/core/hash.ts';"],
    ['detectors/a.ts', "import { detector } from './b.ts';"],
    ['detectors/a.ts', "type Config = import('../src/config/shape.ts').Shape;"],
    ['src/formats/a.ts', "export { format } from './b.ts';\nconst x = 1;"],
    ['src/formats/a.ts', "import { z } from 'zod';"],
    ['src/adapters/kafka/a.ts', "import { b } from '../clickhouse/b.ts';"],
    ['src/adapters/kafka/a.ts', "import { createEngine } from '../../core/engine.ts';"],
    ['src/adapters/clickhouse/a.ts', "import { Kafka } from 'kafkajs';"],
    ['src/adapters/files.ts', "import { createClient } from '@clickhouse/client';"],
    ['src/sinks/a.ts', "import { sink } from './b.ts';"],
    ['src/sinks/a.ts', "import { createPump } from '../detect/pump.ts';"],
    ['src/ingest/a.ts', "import { createPump } from '../detect/pump.ts';"],
    ['src/api/a.ts', "import { openDetect } from '../app/detect-role.ts';"],
    ['src/detect/pump.ts', "import { openStore } from '../adapters/clickhouse/open.ts';"],
    ['src/detect/pump.ts', "import { runCommand } from '../commands/run.ts';"],
    ['src/detect/pump.ts', "import { mean } from 'simple-statistics';"],
    ['src/detect/pump.ts', "import { company } from '../../bench/world/company.ts';"],
    ['src/commands/x.ts', "import { receiver } from '../../test/engines/harness/receiver.ts';"],
    ['src/commands/x.ts', "import { plant } from './y.test.ts';"],
    ['src/commands/x.ts', "import pino from 'pino';"],
    ['src/commands/x.ts', "import left from 'left-pad';"],
    ['src/detect/pump.ts', "import { lag } from './lag.js';"],
    ['src/detect/pump.ts', 'const part = await import(name);'],
    ['src/detect/pump.ts', "export * from './decode.ts';"],
    ['src/loose.ts', "import { hash } from './core/hash.ts';"],
    ['src/core/memory/utils.ts', 'export const x = 1;'],
    ['src/core/memory/openStore.ts', 'export const x = 1;'],
    ['lib/x.ts', "import { z } from 'zod';"],
  ])('%s: %s', (path, text) => {
    expect(plant(path, text)).toHaveLength(1);
  });

  test.each([
    ['src/core/population/x.ts', "import { mean } from 'simple-statistics';\nimport { z } from 'zod';"],
    [
      'src/core/verdict/x.ts',
      "import { Habits } from '../memory/habits.ts';\nimport { RATE } from '../population/population.ts';",
    ],
    [
      'src/adapters/kafka/x.ts',
      "import { Kafka } from 'kafkajs';\nimport type { Located } from '../../core/engine-contract.ts';",
    ],
    [
      'src/app/run.ts',
      "import { openStore } from '../adapters/clickhouse/open.ts';\nimport { sink } from '../sinks/webhook.ts';",
    ],
    ['src/core/memory/x.ts', "const words = \"import x from 'kafkajs'\"; // import('pino')"],
  ])('%s may: %s', (path, text) => {
    expect(plant(path, text)).toEqual([]);
  });

  test('a circle of three files', () => {
    const header = '/** For the test. */\n';
    const files = new Map([
      ['src/core/memory/a.ts', `${header}import { b } from './b.ts';`],
      ['src/core/memory/b.ts', `${header}import { c } from './c.ts';`],
      ['src/core/memory/c.ts', `${header}import type { A } from './a.ts';`],
    ]);
    expect(violations(files)).toEqual([
      'src/core/memory/a.ts -> src/core/memory/b.ts -> src/core/memory/c.ts -> src/core/memory/a.ts is a circle',
    ]);
  });

  test('a file that does not say what it is for', () => {
    expect(violations(new Map([['src/core/memory/a.ts', 'export const a = 1;']]))).toEqual([
      'src/core/memory/a.ts does not open by saying what it is for',
    ]);
  });
});
