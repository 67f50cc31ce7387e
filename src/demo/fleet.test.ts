import { expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../discover.ts';
import type { Format } from '../format.ts';
import { createReader } from '../reader.ts';
import { demoFleet } from './fleet.ts';

const fleet = demoFleet(7);

test('the same seed makes the same fleet, another seed another', () => {
  const again = demoFleet(7);
  expect(JSON.stringify(again.records.slice(0, 5_000))).toBe(JSON.stringify(fleet.records.slice(0, 5_000)));
  expect(again.records.length).toBe(fleet.records.length);
  expect(JSON.stringify(demoFleet(8).records[0])).not.toBe(JSON.stringify(fleet.records[0]));
});

test('every record is read by the format of its vendor, in order of time', async () => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const reader = createReader({ formats, format: 'auto', tenant: 'default', limits: configSchema.parse({}).ingest });
  const seen = new Map<string, number>();
  let last = '';
  for (const record of fleet.records)
    for (const outcome of reader.read(JSON.stringify(record))) {
      expect(outcome.status, JSON.stringify(outcome)).toBe('read');
      if (outcome.status !== 'read') continue;
      seen.set(outcome.format, (seen.get(outcome.format) ?? 0) + 1);
      for (const { at } of outcome.activities) {
        // CloudTrail has whole seconds, the others milliseconds.
        expect(at.slice(0, 19) >= last.slice(0, 19)).toBe(true);
        last = at;
      }
    }
  expect([...seen.keys()].sort()).toEqual(['aws-cloudtrail', 'kubernetes-audit', 'otel-genai']);
  for (const [format, count] of seen) expect(count, format).toBeGreaterThan(3_000);
});

test('attacks are rare, begin after the learning period, and no record says that it is one', () => {
  const attacks = fleet.story.filter(({ expect: wanted }) => wanted === 'alert');
  expect(attacks.length).toBeGreaterThanOrEqual(5);
  const records = attacks.flatMap((chapter) => chapter.records);
  expect(records.length / fleet.records.length).toBeLessThan(0.02);
  for (const { at } of fleet.story) expect(at > fleet.learnUntil).toBe(true);
  expect(JSON.stringify(records)).not.toMatch(/attack|evil|hacker|malicious|stolen|exfil/i);
});

test('an identity that the story speaks of is one that acts', () => {
  const all = JSON.stringify(fleet.records).toLowerCase();
  for (const { identity } of fleet.story) expect(all).toContain(identity.replace(/^agent:/, '').toLowerCase());
});
