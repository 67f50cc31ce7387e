import { expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { Hasher } from './hash.ts';
import { DetectorAges } from './memory/detector-ages.ts';
import { Layout } from './memory/layout.ts';
import { Lexicon } from './memory/lexicon.ts';
import { Partition } from './partition-state.ts';

const MS = Date.parse('2026-03-01T00:00:00.000Z');
const activity = (tenant: string, identity: string, provider = 'aws', id = 'event-1') =>
  ({
    id,
    tenant,
    identity: { id: identity, provider },
    action: { name: 'read' },
    source: {},
    outcome: 'success',
  }) as Activity;

test('the same id at the same time is a repetition of the same identity alone: not of another tenant, vendor or identity', () => {
  const hasher = new Hasher('key');
  const partition = new Partition(new Layout([], [], []), new DetectorAges([]));
  let offset = 0;
  const repeats = (one: Activity) => partition.repeats(hasher, one, { atMs: MS, ms: MS }, offset++);
  expect(repeats(activity('intruder', 'ci'))).toBe(false);
  expect(repeats(activity('acme', 'ci'))).toBe(false);
  expect(repeats(activity('acme', 'ci', 'gcp'))).toBe(false);
  expect(repeats(activity('acme', 'deploy'))).toBe(false);
  expect(repeats(activity('acme', 'ci'))).toBe(true);
  expect(partition.repeated).toBe(1);
  const restored = new Partition(new Layout([], [], []), new DetectorAges([]));
  for (const row of partition.rows(new Lexicon(), false)) restored.restore(row, new Lexicon());
  expect(restored.repeats(hasher, activity('acme', 'deploy'), { atMs: MS, ms: MS }, offset)).toBe(true);
});

test('a harmless record with the id and the time of an act does not make it vanish', () => {
  const hasher = new Hasher('key');
  const partition = new Partition(new Layout([], [], []), new DetectorAges([]));
  let offset = 0;
  const repeats = (change: object) =>
    partition.repeats(hasher, { ...activity('acme', 'ci'), ...change } as Activity, { atMs: MS, ms: MS }, offset++);
  const acts = [
    {},
    { action: { name: 'delete' } },
    { resource: { id: 'vault' } },
    { source: { ip: '203.0.113.9' } },
    { outcome: 'denied' },
  ];
  // A bucket keeps four; what is told apart is at one place of them.
  for (const act of acts) {
    expect(repeats(act)).toBe(false);
    expect(repeats(act)).toBe(true);
  }
  // What a collector adds on the way makes no other act of it.
  expect(repeats({ outcome: 'denied', source: { asn: 64_500 }, receivedFrom: 'other' })).toBe(true);
});
