/** The configuration in docs/azure.md is accepted as printed, and what it reads is what the page says. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import type { Format } from '../../src/ingest/format.ts';
import { createReader } from '../../src/ingest/reader.ts';
import { built } from '../built.ts';

const guide = readFileSync(new URL('../../docs/azure.md', import.meta.url), 'utf8');
const yaml = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
const cli = await built('src/cli.ts');
const dir = mkdtempSync(join(tmpdir(), 'tidemark-azure-'));
const path = join(dir, 'tidemark.yaml');
const secret = join(dir, 'event-hubs');
writeFileSync(
  secret,
  'Endpoint=sb://example.servicebus.windows.net/;SharedAccessKeyName=t;SharedAccessKey=c2VjcmV0\n',
  {
    mode: 0o600,
  },
);
writeFileSync(path, yaml.replace('/run/secrets/event-hubs', secret));
afterAll(() => rmSync(dir, { recursive: true }));

it('the configuration is accepted, and the user name is the words that Event Hubs wants', () => {
  const { kafka } = loadConfig({ path, env: {} }).config;
  expect(kafka?.sasl).toEqual({ mechanism: 'plain', username: '$ConnectionString', passwordFile: secret });
  expect(kafka).toMatchObject({ tls: { enabled: true }, compression: 'gzip', createTopics: false });
});

it('tidemark check accepts it', () => {
  const said = execFileSync(process.execPath, [cli, 'check', '--offline', '--config', path], { encoding: 'utf8' });
  expect(said).toContain(path);
});

it('a message of mixed categories is taken apart into the formats that the page names', async () => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const limits = configSchema.parse({}).ingest;
  const reader = createReader({ formats, format: 'auto', tenant: 'default', limits });
  const sample = (id: string) =>
    JSON.parse(readFileSync(new URL(`../samples/${id}.ndjson`, import.meta.url), 'utf8').split('\n')[0]!);
  const records = [
    sample('azure-activity'),
    sample('entra-signin'),
    sample('microsoft-graph-activity'),
    { category: 'kube-audit-admin', properties: { log: JSON.stringify(sample('kubernetes-audit')) } },
  ];
  const outcomes = reader.readParsed({ records });
  expect(outcomes.map(({ status, format }) => [status, format])).toEqual([
    ['read', 'azure-activity'],
    ['read', 'entra-signin'],
    ['read', 'microsoft-graph-activity'],
    ['read', 'kubernetes-audit'],
  ]);
  for (const { format } of outcomes) expect(guide).toContain(`\`${format}\``);
  const who = outcomes.slice(0, 3).map((one) => (one.status === 'read' ? one.activities[0]! : undefined));
  expect(new Set(who.map((activity) => activity?.identity.id)).size).toBe(1);
  expect(new Set(who.map((activity) => activity?.actor?.id)).size).toBe(1);
});
