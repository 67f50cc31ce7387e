/** Small lives for detector tests: an identity with peers, weeks of habits, then one act; what one detector says of it. */
import { expect } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { type InventoryRecord, inventorySchema } from '../../schemas/inventory.ts';
import { FLOOR_RATE } from '../../src/core/constants.ts';
import type { Detector, Finding } from '../../src/core/detector.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Engine, EngineOutcome } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const START = Date.parse('2026-01-05T00:00:00.000Z');

/** Rarest that a finding is ever taken to be, nats: less of it is what its detector subtracts as a prior. */
export const RAREST_NATS = -Math.log(FLOOR_RATE);

/** Holds the strength of a finding between what it must have and the most its detector's rule can give. */
export function expectNats(nats: number | undefined, above: number, atMost: number): void {
  expect(nats).toBeGreaterThan(above);
  expect(nats).toBeLessThanOrEqual(atMost + 1e-9);
}

/** An ordinary act of identity `who` at `ms`; `change` overrides whole fields. */
export function act(who: string, ms: number, change: Partial<Activity> = {}): Activity {
  return {
    id: `${who} ${ms} ${JSON.stringify(change)}`.slice(0, 256),
    at: new Date(ms).toISOString(),
    tenant: 'acme',
    identity: { id: who, kind: 'role', provider: 'aws', account: '111111111111' },
    credential: { id: `AKIA${who}`, kind: 'access-key', longLived: true },
    actor: { id: `i-${who}`, kind: 'instance' },
    action: { name: 's3:GetObject', service: 's3', access: 'read' },
    resource: { id: `arn:aws:s3:::${who}-data/in`, type: 's3-object' },
    source: {
      ip: '198.51.100.7',
      asn: 64500,
      country: 'DE',
      region: 'eu-central-1',
      userAgent: 'aws-sdk-go-v2/1.30.3',
    },
    outcome: 'success',
    ...change,
  };
}

export const record = (of: Record<string, unknown>): InventoryRecord =>
  inventorySchema.parse({ tenant: 'acme', ...of });

/** A life watched by one detector. */
export class Life {
  readonly engine: Engine;
  readonly outcomes: EngineOutcome[] = [];
  #offset = 0;
  #heard: Finding[] = [];

  constructor(id: string, detector: Detector, inventory: readonly InventoryRecord[] = []) {
    const recorder: Detector = {
      ...detector,
      judge: (context, options) => {
        const findings = detector.judge(context, options);
        if (findings !== undefined) this.#heard.push(...findings);
        return findings;
      },
    };
    this.engine = createEngine({
      detectors: new Map([[id, recorder]]),
      settings: configSchema.parse({}),
      population: createPopulation(),
      inventory,
    });
  }

  /** Lets time pass with these activities, in order of time. */
  live(activities: readonly Activity[]): this {
    const sorted = [...activities].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    this.outcomes.push(this.engine.process(sorted.map((activity) => ({ activity, offset: this.#offset++ }))));
    return this;
  }

  /** What the detector finds in further activities, strongest first. */
  finds(...activities: readonly Activity[]): Finding[] {
    this.#heard = [];
    this.live(activities);
    return [...this.#heard].sort((a, b) => b.nats - a.nats);
  }

  /** Strength of the strongest finding, of one field if named; 0 when there is none. */
  nats(activity: Activity, field?: string): number {
    return this.finds(activity).find((f) => field === undefined || f.field === field)?.nats ?? 0;
  }
}

const PEERS = ['peer-a', 'peer-b', 'peer-c', 'peer-d', 'peer-e'];

/** `days` days of `who` and five peers, four acts a day; `change` as in `act`. */
export function weeks(
  who: string,
  days: number,
  change: (ms: number, peer: string) => Partial<Activity> = () => ({}),
): Activity[] {
  const out: Activity[] = [];
  for (let day = 0; day < days; day++)
    [who, ...PEERS].forEach((peer, n) => {
      for (const hour of [9, 11, 14, 16]) {
        const ms = START + day * DAY + hour * HOUR + n * 60_000;
        out.push(act(peer, ms, change(ms, peer)));
      }
    });
  return out;
}
