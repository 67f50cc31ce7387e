/** Configurations of Tidemark in the pages are accepted as printed, name formats that are there, and links between pages lead somewhere. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Format } from '../../src/ingest/format.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GUIDES = [
  'docs/aws.md',
  'docs/google-cloud.md',
  'docs/kubernetes-audit.md',
  'docs/azure.md',
  'docs/agents.md',
  'docs/s3-queues.md',
  'docs/collectors.md',
];
const SECTIONS = new Set(Object.keys(configSchema.shape));
const formats = await discover<Format>(SHELVES.formats, 'format');
const dir = mkdtempSync(join(tmpdir(), 'tidemark-guides-'));
afterAll(() => rmSync(dir, { recursive: true }));

const page = (name: string) => readFileSync(join(ROOT, name), 'utf8');
/** Blocks of YAML, without the indent of a list they stand in. */
const blocks = (text: string) =>
  [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```/gm)].map(([, indent = '', body = '']) =>
    body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
/** Those that are a configuration of Tidemark. */
const configurations = GUIDES.flatMap((name) =>
  blocks(page(name))
    .filter((body) => Object.keys(parse(body) ?? {}).every((key) => SECTIONS.has(key)))
    .map((body, at) => ({ name, at, body })),
);

describe('guides', () => {
  it('print a configuration each', () => {
    expect([...new Set(configurations.map(({ name }) => name))].sort()).toEqual([...GUIDES].sort());
  });

  it.each(configurations)('$name, configuration $at, is accepted', ({ body }) => {
    const path = join(dir, 'tidemark.yaml');
    writeFileSync(path, body);
    const { config } = loadConfig({ path, env: {} });
    const named = [
      ...(config.kafka?.inputs ?? []),
      ...Object.values(config.s3Queues ?? {}),
      ...Object.values(config.pubSub ?? {}),
    ].map(({ format }) => format);
    for (const format of named) if (format !== 'auto') expect([...formats.keys()]).toContain(format);
  });

  it.each(GUIDES)('%s names in its tables formats that are there', (name) => {
    const read = [...page(name).matchAll(/^\|[^\n]*\| `([a-z0-9-]+)` \|$/gm)].map(([, id]) => id);
    for (const id of read) expect([...formats.keys()]).toContain(id);
  });
});

it('every link from a page to a file of the project leads to one', () => {
  const pages = [
    'README.md',
    ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
  ];
  const broken = pages
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) =>
      [...page(name).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, to = '']) => to)
        .filter((to) => !/^[a-z]+:/.test(to) && !existsSync(join(ROOT, dirname(name), to)))
        .map((to) => `${name}: ${to}`),
    );
  expect(broken).toEqual([]);
});
