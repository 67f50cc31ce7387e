/** Small steps that add up. */
import { describe, expect, it } from 'vitest';
import { act, DAY, HOUR, Life, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './slow-drift.ts';

const step = (n: number) => ({
  action: { name: `svc${n}:Read`, service: `svc${n}`, access: 'read' as const },
  source: { ip: `203.0.${n}.9`, asn: 64_900 + n },
});

describe('slow-drift', () => {
  it('speaks up when an identity is taught something new every other day', () => {
    const life = new Life('slow-drift', detector).live(weeks('web', 29));
    const nats = Array.from({ length: 8 }, (_, n) =>
      life.nats(act('web', START + (30 + n * 2) * DAY + 9 * HOUR, step(n))),
    );
    expect(nats[0]).toBe(0);
    expect(Math.max(...nats)).toBeGreaterThan(1);
  });

  it('says nothing of one change, nor of ordinary weeks', () => {
    const life = new Life('slow-drift', detector).live(weeks('web', 29));
    expect(life.finds(act('web', START + 30 * DAY, step(1)))).toEqual([]);
    expect(life.finds(act('web', START + 31 * DAY))).toEqual([]);
  });
});
