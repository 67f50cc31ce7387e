/** The smallest containment that works, with a way back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Activity, CREDENTIAL_KINDS } from '../../../schemas/activity.ts';
import { recommendationSchema } from '../../../schemas/alert.ts';
import { type InventoryRecord, inventorySchema } from '../../../schemas/inventory.ts';
import {
  actionOf,
  activity,
  attended,
  client,
  deed,
  episode,
  hour,
  item,
  load,
  offPlatform,
  order,
  overlap,
  place,
  session,
  standing,
  strong,
  unload,
} from '../../../test/unit/evidence.ts';
import { ITEM_AT } from '../../../test/unit/window-item.ts';
import { Inventory } from '../facts.ts';
import { joint } from '../memory/window.ts';
import { gravityOf } from '../sensitivity.ts';
import { callsAnHour, recommend, type Standing } from './recommend.ts';

const factsOf = (record: Partial<InventoryRecord>) =>
  new Inventory([inventorySchema.parse({ identity: 'worker', tenant: 'acme', ...record })]).of(
    { tenant: 'acme', id: 'worker', provider: 'aws', account: '' },
    { ofId: true, ofProvider: () => true },
  );

const weak = [place({ nats: 4 })];
const stolen = [offPlatform(), ...strong];
/** As bad as it gets: from elsewhere, by what gives rights. */
const worst = [...stolen, deed()];

describe('a recommendation', () => {
  it('is to observe while misuse is unlikely', () => {
    const advice = recommend(episode([place({ nats: 2 })]), standing());
    expect(advice.action).toBe('observe');
    expect(advice.wouldStop).toEqual([]);
  });

  it('grows no milder as the evidence grows', () => {
    const order = ['observe', 'step-up', 'narrow-scope', 'revoke-session', 'rotate-credential', 'suspend-identity'];
    const steps = Array.from({ length: 40 }, (_, nats) =>
      order.indexOf(actionOf([deed({ nats: nats / 2 })], {}, { score: nats / 2 })),
    );
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(5);
  });

  it('takes the credential away, and leaves the identity, for a new place with usual work', () => {
    expect(actionOf(strong, {}, { sensitivity: 0.9 })).toBe('rotate-credential');
    expect(actionOf(strong.map((i) => ({ ...i, nats: 40 })))).toBe('rotate-credential');
  });

  it('does not suspend for a usual grave act, however new the thing it touched and the place it came from', () => {
    const usual = item({
      key: 20,
      field: 'resource.id',
      group: 'work',
      kind: 'scope-drift',
      gravity: 1,
      novelty: { dimension: 'resource', level: 1, popularity: 0, value: 3 },
    });
    expect(actionOf([...strong, usual], {}, { sensitivity: 1 })).toBe('rotate-credential');
  });

  it('suspends for a grave act that is new to the identity, unless such acts are the daily work of its class', () => {
    expect(actionOf([deed()])).toBe('suspend-identity');
    expect(actionOf([deed({ nats: 3 })], attended)).toBe('step-up');
  });

  it('says why it would stop what is hardly likely to be misused', () => {
    const told = (misuse?: number) => recommend(episode([deed()]), standing({ misuse })).because;
    expect(told(0.42)).toContain('misuse 42 % likely, and what was done outlives its credential');
    expect(told(0.999)).toContain('misuse over 99 % likely');
    expect(recommend(episode(weak), standing({ misuse: 0.002 })).because).toMatch(/misuse under 1 % likely$/);
    // Where no odds can be held none are stated.
    expect(told()).not.toContain('likely');
    const stranger = item({
      kind: 'scope-drift',
      group: 'work',
      nats: 7.9,
      key: 9,
      says: 'touched a thing for the first time',
    });
    const both = recommend(episode([stranger, deed()]), standing());
    expect(both.action).toBe('suspend-identity');
    expect(both.because).toContain(deed().says);
  });

  it('does not suspend for a new act of little consequence, nor for running a command', () => {
    expect(actionOf([deed({ gravity: 0.25, nats: 12 })])).not.toBe('suspend-identity');
    expect(gravityOf({ level: 0.6, purpose: 'run' })).toBeLessThan(gravityOf({ level: 0.6, purpose: 'share' }));
  });

  it('stops nobody for hours, loads and orders alone, which are one run, and asks for proof when that is far from usual', () => {
    expect(actionOf([hour], attended)).toBe('observe');
    expect(actionOf([hour, load, order], attended)).toBe('observe');
    expect(
      actionOf(
        [hour, load, order].map((i) => ({ ...i, nats: 60 })),
        attended,
      ),
    ).toBe('step-up');
  });

  it('does not only watch what is high by what was done, though nobody can be asked for proof', () => {
    const probed = item({ key: 40, field: 'resource.id', group: 'work', kind: 'scope-drift', nats: 5.5 });
    const burst = (nats: number) => [{ ...load, nats }, probed];
    expect(actionOf(burst(7))).toBe('observe');
    expect(actionOf(burst(9))).not.toBe('observe');
    // The gravest act in it counts as it does for severity.
    expect(actionOf(burst(7), {}, { sensitivity: 0.6 })).not.toBe('observe');
    // A move has new places and nothing else.
    const region = item({ key: 41, novelty: { dimension: 'region', level: 0, popularity: 0, value: 4 }, nats: 9 });
    expect(actionOf([place({ nats: 9 }), client({ nats: 9 }), region])).toBe('observe');
  });

  it('ends all sessions of a role only where misuse is likelier than for one key', () => {
    const role = { id: 'arn:aws:iam::111122223333:role/web', kind: 'role', provider: 'aws' } as const;
    const of = (nats: number, identity: Activity['identity']) =>
      actionOf([place({ nats })], { activity: activity({ identity, credential: session }) });
    const other = { id: 'worker', kind: 'role', provider: 'example' } as const;
    expect(of(6.8, other)).toBe('revoke-session');
    expect(of(6.8, role)).toBe('observe');
    expect(of(9, role)).toBe('revoke-session');
  });

  it('hears circumstances where a place already speaks of theft', () => {
    const unsure = place({ nats: 6 });
    expect(actionOf([unsure], attended)).toBe('step-up');
    expect(actionOf([unsure, hour, load, order], attended)).toBe('rotate-credential');
  });

  it('takes a whole workload in another region for a move', () => {
    const region = item({
      key: 21,
      field: 'source.region',
      novelty: { dimension: 'region', level: 0, popularity: 0, value: 4 },
    });
    expect(actionOf([place(), client()])).toBe('rotate-credential');
    expect(['observe', 'step-up']).toContain(actionOf([place(), client(), region]));
  });

  it('believes two places at once no more than the second place is strange', () => {
    const pods = [place({ nats: 1.8 }), overlap(), offPlatform({ nats: 2 })];
    expect(actionOf(pods, {}, { score: 10 })).not.toBe('rotate-credential');
    expect(actionOf([place({ nats: 5 }), overlap()], {}, { score: 10 })).toBe('rotate-credential');
  });

  it('asks a person for proof where a machine would lose its key', () => {
    const identity = { id: 'worker', kind: 'human', provider: 'example' } as const;
    expect(actionOf(strong, { activity: activity({ identity }) })).toBe('step-up');
  });

  it('lets go of what hindsight explains', () => {
    const [where, what] = [place(), client()];
    const explained = [where, what].map(({ key }) => ({
      key,
      day: 0,
      replaced: 7,
      shared: 0,
      epoch: 0,
      vouched: true,
    }));
    expect(actionOf([where, what])).toBe('rotate-credential');
    expect(actionOf([where, what], {}, { watches: explained, explainedNats: joint([where, what]) })).toBe('observe');
    const [moved] = explained;
    expect(actionOf([where, offPlatform()], {}, { watches: moved === undefined ? [] : [moved] })).toBe('observe');
  });

  it('ends the session where a session was stolen, unless it was used to grant what outlives it', () => {
    const change = { activity: activity({ credential: session }) };
    const advice = recommend(episode(stolen, { sensitivity: 0.6 }), standing(change));
    expect(advice.action).toBe('revoke-session');
    expect(advice.target).toEqual({ kind: 'session', id: 'session' });
    const secret = deed({ gravity: 0.5 });
    expect(actionOf([...stolen, secret], change)).toBe('revoke-session');
    expect(actionOf([...strong, secret], change)).toBe('suspend-identity');
    expect(actionOf(stolen, change, { sensitivity: 0.9 })).toBe('suspend-identity');
  });

  it("takes away the credential of the most telling activity, not the latest one's", () => {
    const advice = recommend(episode(stolen, { credential: session }), standing());
    expect(advice.target).toEqual({ kind: 'session', id: 'session' });
  });

  it('suspends where taking the credential away does not end it', () => {
    const dead = item({ lane: 'invariant', kind: 'lifecycle', group: 'lifecycle', contain: 'identity', nats: 11 });
    expect(actionOf([dead])).toBe('suspend-identity');
    expect(actionOf([{ ...dead, contain: 'credential' }])).toBe('rotate-credential');
    const certificate = activity({ credential: { id: 'leaf', kind: 'x509' } });
    expect(actionOf(stolen, { activity: certificate })).toBe('suspend-identity');
    const stranger = item({ key: 22, field: 'onBehalfOf', group: 'delegation', kind: 'delegation', nats: 7 });
    expect(actionOf([...strong, stranger])).toBe('suspend-identity');
    expect(actionOf([stranger])).not.toBe('suspend-identity');
  });

  it('narrows the scope to what an agent used without declaring it, and names that service', () => {
    const undeclared = item({
      field: 'run.declared',
      group: 'declared',
      kind: 'scope-drift',
      lane: 'invariant',
      contain: 'scope',
      service: 'payments',
    });
    const advice = recommend(episode([undeclared]), standing());
    expect(advice.action).toBe('narrow-scope');
    expect(advice.target).toEqual({ kind: 'scope', id: 'payments' });
  });

  it('narrows the service out of which one call took more than such calls ever do, for that does not come back', () => {
    const advice = recommend(episode([unload(), load]), standing());
    expect(advice.action).toBe('narrow-scope');
    expect(advice.target).toEqual({ kind: 'scope', id: 'warehouse' });
    // A little more than usual is observed, and so are many calls of the usual size: a backfill.
    expect(actionOf([unload({ nats: 4 }), load])).toBe('observe');
    expect(actionOf([{ ...load, nats: 8 }, hour])).toBe('observe');
    // It asks for no new key unless a place speaks of theft, and then for that.
    expect(actionOf([unload(), ...strong])).toBe('rotate-credential');
    expect(actionOf([unload({ nats: 12 })])).toBe('narrow-scope');
  });

  it('narrows the scope where there is no credential to take away', () => {
    const { credential: _, ...without } = activity();
    const advice = recommend(episode(strong), standing({ activity: without as Activity }));
    expect(advice.target.kind).toBe('scope');
    expect(advice.action).toBe('narrow-scope');
  });

  it('never suspends what the inventory says only people may stop', () => {
    const action = actionOf(worst, { facts: factsOf({ neverSuspend: true }) }, { sensitivity: 1 });
    expect(action).not.toBe('suspend-identity');
    expect(action).not.toBe('observe');
  });

  it('never acts against a service of the provider, nor against whoever is nobody', () => {
    for (const identity of [
      { id: 'autoscaling.amazonaws.com', kind: 'provider-service' as const, provider: 'aws' },
      {
        id: 'arn:aws:iam::111122223333:role/aws-service-role/autoscaling.amazonaws.com/awsserviceroleforautoscaling',
        kind: 'role' as const,
        provider: 'aws',
      },
      { id: 'service-12@gcp-sa-pubsub.iam.gserviceaccount.com', kind: 'service-account' as const, provider: 'gcp' },
      { id: 'system:kube-controller-manager', kind: 'unknown' as const, provider: 'kubernetes' },
      { id: 'aws:anonymous:anonymous', kind: 'unknown' as const, provider: 'aws' },
    ])
      expect(actionOf(worst, { activity: activity({ identity }) }, { sensitivity: 1 }), identity.id).toBe('observe');
    const account = {
      id: 'system:serviceaccount:shop:anonymous-stats',
      kind: 'service-account',
      provider: 'kubernetes',
    };
    expect(actionOf(worst, { activity: activity({ identity: account as Activity['identity'] }) })).not.toBe('observe');
  });

  it('asks for proof only where somebody can give it', () => {
    const doubtful = Array.from({ length: 80 }, (_, n) => [
      item({ group: 'time', kind: 'unusual-pattern', nats: n / 4 }),
    ]);
    const advised = (change: Partial<Activity>) =>
      new Set(doubtful.map((items) => actionOf(items, { activity: activity(change) })));
    expect(advised({ onBehalfOf: [{ id: 'clerk@example.com', kind: 'human' }] })).toContain('step-up');
    expect(advised({ onBehalfOf: [{ id: 'repo:acme/api', kind: 'oidc-subject' }] })).not.toContain('step-up');
    expect(advised({})).not.toContain('step-up');
    const account = { identity: { id: 'sync-bot', kind: 'human', provider: 'github' } } as const;
    expect(advised({ ...account, credential: { id: 'session', kind: 'session-token' } })).toContain('step-up');
    expect(advised({ ...account, credential: { id: 'a token', kind: 'pat' } })).not.toContain('step-up');
  });

  it('says who has to confirm', () => {
    const doubtful = episode([hour, load, order].map((one) => ({ ...one, nats: 60 })));
    expect(recommend(doubtful, standing(attended)).wouldStop[0]).toContain('until clerk@example.com, for whom it acts');
    const person = { activity: activity({ identity: { id: 'ann', kind: 'human', provider: 'okta' } }) };
    expect(recommend(doubtful, standing(person)).wouldStop[0]).toContain('until it has proved itself again');
  });

  it('suspends in the first week of a tenant on proof alone', () => {
    const isCold = true;
    expect(actionOf([deed({ nats: 19 })])).toBe('suspend-identity');
    expect(actionOf([deed({ nats: 19 })], { isCold })).not.toBe('suspend-identity');
    expect(actionOf(worst, { isCold }, { sensitivity: 1 })).toBe(actionOf(worst, {}, { sensitivity: 1 }));
  });

  it('says of a role of AWS that all its sessions end, and how to take that back', () => {
    const role = { id: 'arn:aws:iam::111122223333:role/orders-api', kind: 'role' as const, provider: 'aws' };
    const credential = { id: 'ASIAEXAMPLE', kind: 'session-token' as const };
    const advice = recommend(episode(strong), standing({ activity: activity({ identity: role, credential }) }));
    expect(advice).toMatchObject({ action: 'revoke-session', undo: expect.stringContaining('inline policy') });
    expect(advice.wouldStop[0]).toMatch(/^all sessions of .*cached credentials/);
  });

  it('is slower to suspend what the company stops without', () => {
    const suspends = (facts: Standing['facts']) =>
      Array.from({ length: 80 }, (_, half) => actionOf([deed({ nats: half / 4 })], { facts })).indexOf(
        'suspend-identity',
      );
    expect(suspends(factsOf({ tier: 3 }))).toBeGreaterThan(0);
    expect(suspends(factsOf({ tier: 0 }))).toBeGreaterThan(suspends(factsOf({ tier: 3 })));
  });

  it('reads what an earlier build saved, which knows no gravity', () => {
    const { gravity: _, service: __, ...old } = deed();
    expect(actionOf([old])).toBe('observe');
  });

  it('says the same of an alert that repeats itself for days', () => {
    const days = Array.from({ length: 30 }, (_, n) => place({ key: 100 + n, nats: 1.6, ms: ITEM_AT + n * 86_400_000 }));
    expect(actionOf(days, {}, { score: 10 })).toBe('observe');
  });

  it('always says why, what it would stop, how to undo it and until when, and waits for approval', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 80, noNaN: true }),
        fc.constantFrom(weak, strong, worst, stolen),
        fc.constantFrom(...CREDENTIAL_KINDS, undefined),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (score, items, kind, sensitivity, activitiesAnHour) => {
          const credential = kind === undefined ? undefined : { id: 'c', kind };
          const advice = recommend(
            episode(items, { score, sensitivity }),
            standing({
              activity: { ...activity(), credential } as Activity,
              activitiesAnHour,
              downstream: 3,
            }),
          );
          expect(recommendationSchema.strict().safeParse(advice).error).toBeUndefined();
          expect(advice.because).not.toBe('');
          expect(advice.undo).not.toBe('');
          expect(advice.needsApproval).toBe(true);
          expect(Date.parse(advice.expiresAt)).toBe(ITEM_AT + 3_600_000);
          if (advice.action !== 'observe') expect(advice.wouldStop).not.toEqual([]);
        },
      ),
    );
  });
});

it('calls an hour are taken over the life of the profile, at least an hour and at most 400 days', () => {
  const day = 86_400_000;
  expect(callsAnHour(240, 0, 10 * day)).toBe(1);
  expect(callsAnHour(240, 0, 0)).toBeLessThanOrEqual(240);
  expect(callsAnHour(9_600, 0, 4_000 * day)).toBe(1);
});
