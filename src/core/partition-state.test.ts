import { describe, expect, test } from 'vitest';
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

describe('what was here before', () => {
  const hasher = new Hasher('key');
  const made = () => new Partition(new Layout([], [], []), new DetectorAges([]));
  const nth = (n: number) => activity('acme', 'ci', 'aws', `event-${n}`);
  const moment = (n: number) => ({ atMs: MS + n * 1_000, ms: MS + n * 1_000 });
  /** So many activities, one a second. */
  function lived(count: number): Partition {
    const partition = made();
    for (let n = 0; n < count; n++) partition.repeats(hasher, nth(n), moment(n), n);
    expect(partition.repeated).toBe(0);
    return partition;
  }
  const MANY = 100_000;
  const met = (partition: Partition, n: number, id = nth(n)) => partition.met(hasher, id, moment(n).atMs, MANY);

  test('lately is known; long ago is not told from what was never here; and what is later than all is new', () => {
    const partition = lived(MANY);
    expect(met(partition, MANY - 1)).toBe('known');
    expect(met(partition, 0)).toBe('unsure');
    expect(met(partition, 0, nth(-1))).toBe('unsure');
    expect(met(partition, MANY)).toBe('new');
    // A little late, as logs of several sources are: nobody has to be asked.
    for (let late = 1; late < 1_000; late++) expect(met(partition, MANY - late, nth(-late))).toBe('new');
  });

  test('of all that ever came nothing is taken for new', () => {
    const partition = lived(MANY);
    for (let n = 0; n < MANY; n += 97) expect(met(partition, n)).not.toBe('new');
  });

  test('and so it is after a restart, also from what an earlier version saved', () => {
    const partition = lived(MANY);
    const rows = [...partition.rows(new Lexicon(), false)].sort((a, b) => (a.key < b.key ? -1 : 1));
    const [restored, older, mixed] = [made(), made(), made()];
    for (const row of rows) {
      restored.restore(row, new Lexicon());
      if (!row.key.endsWith(':times')) older.restore(row, new Lexicon());
      // The earlier version ran after this one.
      mixed.restore(
        row.key.endsWith(':times') ? { ...row, offset: row.offset - 1, bytes: row.bytes.slice().fill(0) } : row,
        new Lexicon(),
      );
    }
    for (let n = 0; n < MANY; n += 97) {
      expect(met(restored, n)).toBe(met(partition, n));
      expect(met(older, n)).not.toBe('new');
      expect(met(mixed, n)).not.toBe('new');
    }
    expect(met(restored, MANY - 1, nth(-1))).toBe('new');
    expect(met(older, MANY)).toBe('new');
  });
});
