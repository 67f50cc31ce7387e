/** What is shipped for Prometheus and Grafana speaks of metrics and labels that exist, and of commands that exist. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { METRICS, type Metric } from '../../src/telemetry/metrics.ts';

const read = (name: string) => readFileSync(new URL(`../../ops/${name}`, import.meta.url), 'utf8');
const text = z.string().min(1);

const rules = z
  .strictObject({
    groups: z.array(
      z.strictObject({
        name: text,
        rules: z.array(
          z.strictObject({
            alert: z.string().regex(/^Tidemark[A-Z]\w+$/),
            expr: text,
            for: z
              .string()
              .regex(/^\d+[mh]$/)
              .optional(),
            labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
            annotations: z.strictObject({ summary: text, description: text }),
          }),
        ),
      }),
    ),
  })
  .parse(parse(read('prometheus-rules.yaml')))
  .groups.flatMap(({ rules }) => rules);

const dashboard = z
  .looseObject({
    panels: z.array(
      z.looseObject({
        id: z.number(),
        title: text,
        type: text,
        gridPos: z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
        targets: z.array(z.looseObject({ expr: text, legendFormat: text })).default([]),
      }),
    ),
  })
  .parse(JSON.parse(read('grafana-dashboard.json')));

const questions = [
  ...rules.map(({ alert, expr, annotations }) => ({ of: alert, expr, shown: JSON.stringify(annotations) })),
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({ of: title, expr, shown: legendFormat })),
  ),
];
/** From Prometheus itself, or from Node's own metrics. */
const GIVEN = ['up', 'nodejs_heap_size_used_bytes', 'process_resident_memory_bytes'];
/** What Prometheus adds to every series, and what a histogram's buckets have. */
const EVERYWHERE = ['instance', 'job', 'le'];
const metrics: Readonly<Record<string, Metric>> = METRICS;

const baseOf = (name: string) => (name in metrics ? name : name.replace(/_(bucket|sum|count)$/, ''));

test.each(questions)('$of asks for what there is: $expr', ({ expr, shown }) => {
  const bare = expr.replaceAll(/"[^"]*"/g, '""');
  const names = [...bare.matchAll(/\b(?:tidemark|nodejs|process)_\w+|\bup\b/g)].map(([name]) => name);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    if (GIVEN.includes(name)) continue;
    const metric = metrics[baseOf(name)];
    expect(metric, name).toBeDefined();
    expect(name !== baseOf(name), name).toBe(metric?.type === 'histogram');
    // A rate of something that goes down, or a level of something that only grows, would be nonsense.
    const counted = new RegExp(`(?:rate|increase)\\(${name}\\b`).test(bare);
    expect(counted, name).toBe(metric?.type !== 'gauge');
  }
  const labels = new Set([...names.flatMap((name) => Object.keys(metrics[baseOf(name)]?.labels ?? {})), ...EVERYWHERE]);
  const used = [
    ...[...bare.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(', ')),
    ...[...bare.matchAll(/(\w+)(?:=~|!~|!=|=)""/g)].map(([, label]) => label!),
    ...[...shown.matchAll(/\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}/g)].map(([, label]) => label!),
  ];
  for (const label of used) expect(labels, expr).toContain(label);
  const count = (sign: string) => bare.split(sign).length;
  for (const [open, close] of ['()', '{}', '[]']) expect(count(open!), expr).toBe(count(close!));
});

test('no two panels lie on each other, and none beyond the width', () => {
  const taken = new Set<string>();
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  for (const { title, gridPos } of dashboard.panels) {
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken, title).not.toContain(`${x},${y}`);
        taken.add(`${x},${y}`);
      }
  }
});

test('whoever is woken is told what to look at', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  expect(rules.length).toBeGreaterThan(10);
});
