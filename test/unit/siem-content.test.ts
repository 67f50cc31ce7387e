/** What is shipped for Splunk, Elastic and Sentinel fits what the sinks send. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alertSchema } from '../../schemas/alert.ts';
import { ecsDocument } from '../../src/render/ecs.ts';
import { sentinelRow } from '../../src/sinks/sentinel.ts';
import { sink as splunk } from '../../src/sinks/splunk-hec.ts';
import { exampleAlert, hugeAlert } from './example-alert.ts';

const read = (name: string) => readFileSync(new URL(`../../ops/${name}`, import.meta.url), 'utf8');
const alerts = [exampleAlert(), hugeAlert(), exampleAlert({ incident: 'i', owner: 'o' })];

describe('Sentinel', () => {
  const columns = z.array(
    z.strictObject({ name: z.string(), type: z.enum(['string', 'int', 'long', 'real', 'datetime', 'dynamic']) }),
  );
  const table = z
    .strictObject({
      properties: z.strictObject({
        plan: z.string(),
        schema: z.strictObject({ name: z.string().regex(/_CL$/), columns }),
      }),
    })
    .parse(JSON.parse(read('sentinel/table.json'))).properties.schema;
  const rule = JSON.parse(read('sentinel/rule.json')).properties;

  it('the table has a column of the right type for every field of a row, and no other', () => {
    const row = sentinelRow(alerts[2]!, 'https://tidemark.example.com');
    expect(Object.keys(row).sort()).toEqual(table.columns.map(({ name }) => name).sort());
    const fits: Record<string, (value: unknown) => boolean> = {
      string: (value) => typeof value === 'string',
      int: Number.isInteger,
      long: Number.isInteger,
      real: (value) => typeof value === 'number',
      datetime: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
      dynamic: (value) => typeof value === 'object',
    };
    for (const alert of alerts)
      for (const { name, type } of table.columns) {
        const value = (sentinelRow(alert, 'https://x.example.com') as Record<string, unknown>)[name];
        if (value !== undefined) expect([name, fits[type]!(value)]).toEqual([name, true]);
      }
  });

  it('a row stays under what Azure takes in one call', () => {
    for (const alert of alerts) expect(JSON.stringify([sentinelRow(alert)]).length).toBeLessThan(500_000);
  });

  it('the rule declares the same columns and leads into the table', () => {
    expect(rule.streamDeclarations['Custom-TidemarkAlerts'].columns).toEqual(table.columns);
    const [{ name }] = rule.destinations.logAnalytics;
    expect(rule.dataFlows).toEqual([
      {
        streams: ['Custom-TidemarkAlerts'],
        destinations: [name],
        transformKql: 'source',
        outputStream: `Custom-${table.name}`,
      },
    ]);
  });

  it('the query asks for columns that exist', () => {
    const query = read('sentinel/alerts.kql')
      .replace(/^\/\/.*$/gm, '')
      .replace(/"[^"]*"/g, '');
    const known = new Set(['TidemarkAlerts_CL', ...table.columns.map(({ name }) => name)]);
    for (const [word] of query.matchAll(/\b[A-Z]\w+/g)) expect([word, known.has(word)]).toEqual([word, true]);
  });
});

describe('Splunk', () => {
  const stanza = read('splunk/props.conf')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const settings = new Map(
    stanza.slice(1).map((line) => {
      const [, key, value] = /^([A-Za-z_-]+(?:-[a-z_]+)?)\s*=\s*(.*)$/.exec(line)!;
      return [key!, value!] as const;
    }),
  );
  const options = splunk.options.parse({ url: 'https://splunk.example.com:8088', tokenFile: 'x' }) as {
    sourcetype: string;
  };
  const event = JSON.stringify(alerts[0]);

  it('is about the sourcetype that the sink sends', () => {
    expect(stanza[0]).toBe(`[${options.sourcetype}]`);
    expect(read('splunk/eventtypes.conf')).toContain(`sourcetype=${options.sourcetype}`);
    expect(read('splunk/tags.conf')).toContain('[eventtype=tidemark_alert]');
  });

  it('finds the time of an event', () => {
    const [prefix = ''] = new RegExp(settings.get('TIME_PREFIX')!).exec(event) ?? [];
    const after = event.slice(event.indexOf(prefix) + prefix.length);
    expect(after).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"/);
    expect(Number(settings.get('MAX_TIMESTAMP_LOOKAHEAD'))).toBeGreaterThanOrEqual(24);
  });

  it('names fields that an alert has', () => {
    const aliases = [...settings].flatMap(([key, value]) =>
      key.startsWith('FIELDALIAS') ? [/^(\S+) AS \w+$/.exec(value)![1]!] : [],
    );
    expect(aliases.length).toBeGreaterThan(5);
    for (const path of aliases) {
      const [root, inside] = path.replace('{}', '').split('.') as [string, string?];
      expect(Object.keys(alertSchema.shape)).toContain(root);
      if (inside !== undefined) {
        const shape = (alertSchema.shape as unknown as Record<string, z.ZodObject>)[root]!.shape;
        expect(Object.keys(shape)).toContain(inside);
      }
    }
  });
});

describe('Elastic', () => {
  const template = z
    .strictObject({
      index_patterns: z.array(z.string()).min(1),
      priority: z.number().min(200),
      template: z.strictObject({
        settings: z.looseObject({}),
        mappings: z.strictObject({
          dynamic: z.literal(false),
          dynamic_templates: z.array(z.looseObject({})).default([]),
          properties: z.record(z.string(), z.unknown()),
        }),
      }),
      _meta: z.strictObject({ description: z.string() }),
    })
    .parse(JSON.parse(read('elastic/index-template.json')));

  type Mapping = { readonly type?: string; readonly properties?: Record<string, Mapping> };
  function typeAt(path: readonly string[]): string | undefined {
    let mapping: Mapping = { properties: template.template.mappings.properties as Record<string, Mapping> };
    for (const part of path) {
      if (mapping.type === 'flattened') return 'flattened';
      const next = mapping.properties?.[part];
      if (next === undefined) return undefined;
      mapping = next;
    }
    return mapping.type;
  }
  function* leaves(value: unknown, path: readonly string[] = []): Generator<[readonly string[], unknown]> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) yield [path, value];
    else for (const [key, inside] of Object.entries(value)) yield* leaves(inside, [...path, key]);
  }

  it('maps every field of a document by a type that takes it', () => {
    for (const alert of alerts)
      for (const [path, value] of leaves(ecsDocument(alert))) {
        const type = typeAt(path);
        expect([path.join('.'), type]).toEqual([path.join('.'), expect.any(String)]);
        if (type === 'long' || type === 'float') expect([path, typeof value]).toEqual([path, 'number']);
        if (type === 'date') expect(Number.isNaN(Date.parse(String(value)))).toBe(false);
      }
  });
});
