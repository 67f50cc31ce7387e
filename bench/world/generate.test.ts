/** A world must be the same for a seed, valid throughout, and must not give its attacks away by shape. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Activity, activitySchema } from '../../schemas/activity.ts';
import { inventorySchema } from '../../schemas/inventory.ts';
import { generateWorld } from './generate.ts';

const world = generateWorld(7, 1);
const truth = world.truth as {
  learnUntil: string;
  end: string;
  scenarios: { category: string; victim: string; activityIds: string[]; activityAt: string[] }[];
  hardNegatives: { kind: string; activityIds: string[] }[];
};
const digest = (events: readonly Activity[]) => createHash('sha256').update(JSON.stringify(events)).digest('hex');

describe('a made-up company', () => {
  it('is the same for the same seed and another for another', () => {
    expect(digest(generateWorld(7, 1).events)).toBe(digest(world.events));
    const other = generateWorld(8, 1);
    const names = new Set(world.events.map((event) => event.identity.id));
    expect(other.events.some((event) => names.has(event.identity.id))).toBe(false);
  });

  it('is canonical, in time order and without a repeated id', () => {
    for (let i = 0; i < world.events.length; i += 23) activitySchema.parse(world.events[i]);
    for (const record of world.inventory) inventorySchema.parse(record);
    expect(new Set(world.events.map((event) => event.id)).size).toBe(world.events.length);
    expect(world.events.every((event, i) => i === 0 || event.at >= world.events[i - 1]!.at)).toBe(true);
  });

  it('tells all six categories in the judged month, each activity at its time', () => {
    const at = new Map(world.events.map((event) => [event.id, event.at]));
    expect(new Set(truth.scenarios.map((scenario) => scenario.category)).size).toBe(6);
    for (const scenario of truth.scenarios) {
      expect(scenario.activityIds.map((id) => at.get(id))).toEqual(scenario.activityAt);
      expect(scenario.activityAt[0]! >= truth.learnUntil && scenario.activityAt.at(-1)! < truth.end).toBe(true);
    }
  });

  it('gives no attack away by the set of its fields', () => {
    const attacks = new Set(truth.scenarios.flatMap((scenario) => scenario.activityIds));
    const shape = (event: Activity) => Object.keys(event).sort().join();
    const benign = new Set(world.events.filter((event) => !attacks.has(event.id)).map(shape));
    const odd = world.events.filter((event) => attacks.has(event.id) && !benign.has(shape(event)));
    expect(odd.length / attacks.size).toBeLessThan(0.02);
  });

  it('knows what each benign change touched', () => {
    const touched = truth.hardNegatives.filter((change) => change.activityIds.length > 0);
    expect(touched.length).toBeGreaterThan(truth.hardNegatives.length * 0.85);
    expect(new Set(touched.map((change) => change.kind)).size).toBeGreaterThan(20);
  });
});
