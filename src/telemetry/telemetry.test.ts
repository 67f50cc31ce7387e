import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Event } from './define-event.ts';
import { EVENTS, type EventName } from './events.ts';
import { METRICS, type Metric, type MetricName } from './metrics.ts';
import { createTelemetry, type TelemetryOptions } from './telemetry.ts';

class Outage extends Error {
  override readonly name = 'Outage';
  readonly remedy = 'start it';
}

function open(rest: Partial<TelemetryOptions> = {}) {
  const lines: Record<string, unknown>[] = [];
  const telemetry = createTelemetry({
    level: 'trace',
    destination: { write: (line) => void lines.push(JSON.parse(line)) },
    ...rest,
  });
  return { telemetry, lines };
}

const committed = { topic: 't', partition: 3, first: 0, last: 9, activities: 10, seconds: 0.02 };

test('an event writes one line with an ISO time, its name and its fields, and moves its metrics', async () => {
  const { telemetry, lines } = open();
  telemetry.event('turn-committed', committed);
  telemetry.event('turn-committed', committed);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({ level: 'debug', event: 'turn-committed', msg: 'turn committed', ...committed });
  expect(lines[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const text = await telemetry.metrics();
  expect(text).toContain('\ntidemark_activities_total 20\n');
  expect(text).toContain('\ntidemark_turn_commit_seconds_count 2\n');
});

test('the level hides lines and never metrics', async () => {
  const { telemetry, lines } = open({ level: 'warn' });
  telemetry.event('turn-committed', committed);
  telemetry.event('records-taken', { format: 'activity', outcome: 'read', records: 5 });
  expect(lines).toEqual([]);
  expect(await telemetry.metrics()).toContain('tidemark_records_total{format="activity",outcome="read"} 5');
});

test('an event without a needed field, with a wrong one, or unknown does not compile', () => {
  const { telemetry } = open({ level: 'silent' });
  // @ts-expect-error no such event
  expect(() => telemetry.event('turn-comitted', committed)).toThrow(TypeError);
  // @ts-expect-error seconds is missing
  telemetry.event('stopped', {});
  // @ts-expect-error seconds is a number
  telemetry.event('stopped', { seconds: '1' });
  // @ts-expect-error nothing called minutes
  telemetry.event('stopped', { seconds: 1, minutes: 1 });
});

test('repeated lines are spaced out and the next one counts those left out', () => {
  let clock = 0;
  const { telemetry, lines } = open({ now: () => clock });
  for (let i = 0; i < 100; i++) telemetry.event('broker-retried', { error: new Outage('down') });
  clock = 10_000;
  telemetry.event('broker-retried', { error: new Outage('down') });
  expect(lines.map(({ alike }) => alike)).toEqual([undefined, 99]);
});

test('a fault is logged with its remedy and no stack, a bug with its stack', () => {
  const { telemetry, lines } = open();
  telemetry.event('failed', { error: new Outage('no broker') });
  telemetry.event('failed', { error: new RangeError('oops') });
  telemetry.event('failed', { error: 'thrown text' });
  expect(lines[0]?.error).toEqual({ type: 'Outage', message: 'no broker', remedy: 'start it' });
  expect(lines[1]?.error).toMatchObject({
    type: 'RangeError',
    message: 'oops',
    stack: expect.stringContaining('test.ts'),
  });
  expect(lines[2]?.error).toEqual({ message: 'thrown text' });
});

test('no secret reaches a log line or a metric', async () => {
  const { telemetry, lines } = open();
  const planted = [
    'hunter2hunter2',
    'ghp_0123456789abcdefghijklmnopqrstuvwxyz',
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  ];
  telemetry.event('failed', { error: new Error(`POST https://me:${planted[0]}@db.example with Bearer ${planted[1]}`) });
  telemetry.event('delivery-refused', {
    sink: 'soc',
    delivery: 'd',
    alert: 'a',
    attempts: 1,
    reason: `wrong secret ${planted[2]}`,
  });
  telemetry.event('stopping', { reason: 'x', ...{ password: planted[0], headers: { authorization: planted[1] } } });
  const out = JSON.stringify(lines) + (await telemetry.metrics());
  for (const secret of planted) expect(out).not.toContain(secret);
});

test('a long text is cut and a line stays one line', () => {
  const { telemetry, lines } = open();
  telemetry.event('stopping', { reason: 'a\nb'.repeat(10_000) });
  expect(String(lines[0]?.reason).length).toBeLessThanOrEqual(1_000);
});

test('no text of a log, and no secret in it, acts on or misleads whoever reads a metric', async () => {
  const { telemetry } = open({ level: 'silent' });
  const reason = 'x"} 1\ntidemark_ready 1\r\u001b[2J\u009b1A\u0085\u202e\u2066\u2028\u{e0041} password=hunter2hunter2';
  telemetry.event('records-skipped', { format: reason, reason, records: 1 });
  telemetry.event('records-skipped', { format: reason, reason, records: 2 });
  const text = await telemetry.metrics();
  const lines = text.split('\n').filter((line) => line.startsWith('tidemark_skipped_records_total{'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/"\} 3$/);
  expect(lines[0]).toContain('\\u202e');
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(text).not.toContain('hunter2hunter2');
  expect(text.split('\n').filter((line) => line.startsWith('tidemark_ready '))).toEqual(['tidemark_ready 0']);
});

test('the number of series is bounded however many values a label sees', async () => {
  const { telemetry } = open({ level: 'silent' });
  for (let i = 0; i < 1_000; i++)
    telemetry.event('records-skipped', { format: 'activity', reason: `reason ${i}`, records: 1 });
  const series = (await telemetry.metrics()).split('\n').filter((l) => l.startsWith('tidemark_skipped_records_total{'));
  expect(series).toHaveLength(65);
  expect(series).toContain('tidemark_skipped_records_total{format="activity",reason="other"} 936');
});

test('a partition that was handed over leaves no series behind', async () => {
  const { telemetry } = open({ level: 'silent' });
  telemetry.event('watermark', { topic: 't', partition: 1, delaySeconds: 5 });
  expect(await telemetry.metrics()).toContain('tidemark_watermark_delay_seconds{topic="t",partition="1"} 5');
  telemetry.event('partition-revoked', { topic: 't', partition: 1 });
  expect(await telemetry.metrics()).not.toContain('tidemark_watermark_delay_seconds{');
});

test('a number that is none moves nothing', async () => {
  const { telemetry } = open({ level: 'silent' });
  telemetry.event('turn-committed', { ...committed, activities: Number.NaN, seconds: -1 });
  telemetry.event('activities-published', { activities: -5 });
  const text = await telemetry.metrics();
  expect(text).toContain('\ntidemark_activities_total 0\n');
  expect(text).toContain('\ntidemark_published_activities_total 0\n');
});

test.each(Object.entries(EVENTS) as [EventName, Event][])(
  '%s feeds every label of the metrics it moves',
  (_, event) => {
    for (const { metric, by, labels } of event.moves) {
      const needed = Object.keys((METRICS[metric] as Metric).labels ?? {});
      for (const label of needed) expect({ ...event.fields, ...labels }).toHaveProperty(label);
      for (const label of Object.keys(labels ?? {})) expect(needed).toContain(label);
      if (by !== undefined) expect(event.fields[by]).toBe('number');
    }
  },
);

test('every event is told by some part: a metric that never moves would reassure whoever watches it', () => {
  const source = readdirSync(new URL('../', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'telemetry/events.ts')
    .map((file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'))
    .join('\n');
  for (const name of Object.keys(EVENTS)) expect(source).toContain(`.event('${name}'`);
});

test('every metric is moved by some event, ends in its unit, and has no tenant or identity for a label', () => {
  const moved = new Set((Object.values(EVENTS) as Event[]).flatMap(({ moves }) => moves.map(({ metric }) => metric)));
  for (const [name, metric] of Object.entries(METRICS) as [MetricName, Metric][]) {
    expect(moved).toContain(name);
    if (metric.type === 'counter') expect(name).toMatch(/_total$/);
    expect(Object.keys(metric.labels ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/tenant|identity/)]),
    );
  }
});
