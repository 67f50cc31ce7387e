import { expect, it } from 'vitest';
import type { Activity } from '../schemas/activity.ts';
import { act, at, type Persona, routine, strength, tellAlone, workers } from '../test/unit/story.ts';

const DAYS = 12;
const [victim, maker, ...rest] = workers.slice(0, 5) as [Persona, Persona, ...Persona[]];
const quiet = [victim, maker, ...rest].flatMap((who) => routine({ ...who, hours: [9] }, 0, DAYS + 1));
const fresh = { id: 'new-key', kind: 'access-key' as const, longLived: true };
const makesKey = {
  action: { name: 'iam:CreateAccessKey', service: 'iam', access: 'admin' as const },
  resource: { id: victim.base.identity.id, type: 'user' },
  change: { kind: 'credential' as const, identity: victim.base.identity.id, credential: fresh.id },
};
const uses = (credential: Activity['credential'], hour = 13) => act(victim, at(DAYS, hour, 20), { credential });

const nats = (...events: Activity[]) =>
  strength(tellAlone([...quiet, ...events]), 'unusual-change', victim.base.identity.id, at(DAYS, 0));

it('fires when a key is used that somebody made who never made one', () => {
  expect(nats(act(maker, at(DAYS, 11), makesKey), uses(fresh))).toBeGreaterThan(1);
});

it('says nothing of a key that nobody is known to have made, nor of the key that the identity always had', () => {
  expect(nats(uses(fresh))).toBe(0);
  expect(nats(act(maker, at(DAYS, 11), makesKey), uses(victim.base.credential))).toBe(0);
});

it('says nothing of a key that was made by whoever makes one every day', () => {
  const habit = Array.from({ length: DAYS }, (_, day) =>
    act(maker, at(day, 9, 40), { ...makesKey, change: { ...makesKey.change, credential: `key-${day}` } }),
  );
  expect(nats(...habit, act(maker, at(DAYS, 11), makesKey), uses(fresh))).toBe(0);
});

it('says nothing of a change that was refused, and nothing days later', () => {
  expect(nats(act(maker, at(DAYS, 11), { ...makesKey, outcome: 'denied' }), uses(fresh))).toBe(0);
  expect(nats(act(maker, at(DAYS - 4, 11), makesKey), uses(fresh))).toBe(0);
});
