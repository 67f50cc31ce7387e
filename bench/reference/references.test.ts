/** A reference that cannot find the obvious would flatter us. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { isolationForest } from './isolation-forest.ts';
import { references } from './references.ts';

const START = Date.parse('2026-02-02T00:00:00.000Z');
const HOUR = 3_600_000;
const LEARN_S = (START + 20 * 24 * HOUR) / 1000;

function activity(i: number, hour: number, edit: Partial<Activity> = {}): Activity {
  return {
    id: `a${i}`,
    at: new Date(START + hour * HOUR + (i % 60) * 1000).toISOString(),
    tenant: 't',
    identity: { id: `bot-${i % 5}`, kind: 'bot', provider: 'p' },
    credential: { id: `key-${i % 5}`, kind: 'pat' },
    action: { name: `act-${hour % 3}`, service: 's', access: 'read' },
    source: { ip: `192.0.2.${i % 5}`, asn: 64500, country: 'SE' },
    outcome: 'success',
    ...edit,
  };
}

/** Benign life is not without news: now and then another resource or action, seldom another network. */
const novelty = (hour: number): Partial<Activity> => ({
  ...(hour % 2 === 0 ? { resource: { id: `thing-${hour}`, type: 'thing' } } : {}),
  ...(hour % 11 === 0 ? { action: { name: `try-${hour}`, service: `s${hour}`, access: 'admin' as const } } : {}),
  ...(hour % 5 === 0 ? { source: { ip: `203.0.113.${hour % 250}`, asn: 64_000 + hour, country: 'SE' } } : {}),
});
const usual = Array.from({ length: 24 * 25 }, (_, hour) =>
  [0, 1, 2, 3, 4].map((k) => activity(hour * 5 + k, hour, hour % 37 === k ? novelty(hour) : {})),
).flat();
const intruderHour = 24 * 24 + 5;
const intruder = Array.from({ length: 40 }, (_, n) =>
  activity(100_000 + n * 5, intruderHour, {
    action: { name: 'steal', service: 'vault', access: 'admin' },
    source: { ip: '198.51.100.9', asn: 64999, country: 'ZZ' },
  }),
);
const all = [...usual, ...intruder].sort((a, b) => (a.at < b.at ? -1 : 1));

describe('each reference detector', () => {
  for (const detector of references(LEARN_S))
    it(`${detector.id} ranks a plain intruder among the first three days`, () => {
      for (const one of all) detector.observe(one);
      const judged = detector.finish().filter((alert) => alert.firstS >= LEARN_S);
      const stolen = new Set(intruder.map(({ id }) => id));
      const place = judged
        .toSorted((a, b) => b.score - a.score)
        .findIndex(({ who, cites }) => who === 'bot-0' && cites.some((id) => stolen.has(id)));
      expect(place).toBeGreaterThanOrEqual(0);
      expect(place).toBeLessThan(3);
      for (const { cites } of judged) expect(cites.length).toBeLessThanOrEqual(100);
    });

  it('survives an empty stream', () => {
    for (const detector of references(LEARN_S)) expect(detector.finish()).toEqual([]);
  });
});

describe('the isolation forest', () => {
  // Bell-shaped, with one far point among them: what no tree has seen lie apart, no tree can tell apart.
  const bell = (i: number, k: number) => ((i * k) % 10) + ((i * 3 * k) % 7) + ((i * 11) % 5);
  const far = Float32Array.of(60, -40, 3);
  const rows = [...Array.from({ length: 500 }, (_, i) => Float32Array.of(bell(i, 7), bell(i, 13), 3)), far];

  it('scores a far point above every usual one, the same each time', () => {
    const anomaly = isolationForest(rows, 4, 100, 500);
    expect(anomaly(far)).toBeGreaterThan(Math.max(...rows.slice(0, -1).map(anomaly)));
    expect(isolationForest(rows, 4, 100, 500)(far)).toBe(anomaly(far));
  });

  it('has no opinion where all points are alike', () => {
    const anomaly = isolationForest(Array.from({ length: 50 }, () => Float32Array.of(1, 1)));
    expect(anomaly(Float32Array.of(9, 9))).toBe(anomaly(Float32Array.of(1, 1)));
  });
});
