/** Verdicts and unlearning of the real store reach the engine that knows the identity. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { activitySchema } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { openStore, openTriage } from '../../src/adapters/clickhouse/open.ts';
import { shelves } from '../../src/commands/settings.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Engine } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { createVerdictFeed } from '../../src/detect/verdict-feed.ts';
import { activityOf, ahead } from './console-acme.ts';
import { embeddedMissing } from './console-rig.ts';

const missing = await embeddedMissing();

describe.skipIf(missing !== undefined)('the feed of verdicts', () => {
  test('verdicts reach the engine that knows the identity, once and in order, and an engine opened anew has them all', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tidemark-feed-'));
    const settings = configSchema.parse({ store: { path: directory } });
    const store = await openStore(settings.store);
    const { triage } = openTriage(store);
    const { detectors } = await shelves();
    const given: string[] = [];
    /** A real engine that says which verdicts it is given. */
    const open = (name: string, identity: string): Engine => {
      const real = createEngine({ detectors, settings, population: createPopulation() });
      const activity = activitySchema.parse(
        activityOf(randomUUID(), { tenant: 'acme', identity: { id: identity, kind: 'bot', provider: 'acme' } }),
      );
      real.process([{ activity, offset: 0 }]);
      return {
        process: (batch) => real.process(batch),
        room: real.room,
        makingRoom: () => real.makingRoom(),
        met: (batch) => real.met(batch),
        updateInventory: (told) => real.updateInventory(told),
        decide: (decided) => real.decide(decided),
        changed: () => real.changed(),
        changedInSteps: () => real.changedInSteps(),
        restore: (row) => real.restore(row),
        held: () => ({ identities: 1, dropped: 0, repeated: 0 }),
        learning: () => real.learning(),
        size: () => real.size(),
        homes: (tenant, id) => real.homes(tenant, id),
        profile: (tenant, id) => real.profile(tenant, id),
        drift: (tenant, id, since) => real.drift(tenant, id, since),
        learningRecord: (tenant, id) => real.learningRecord(tenant, id),
        verdict: (verdict) => {
          if (verdict.identity === identity) given.push(`${name}: ${verdict.verdict} ${verdict.alertId}`);
          return real.verdict(verdict);
        },
        unlearn: (unlearning) => {
          const taken = real.unlearn(unlearning);
          if (taken) given.push(`${name}: ${unlearning.how} ${unlearning.from} ${unlearning.to}`);
          return taken;
        },
      };
    };
    let now = Date.now();
    const feed = createVerdictFeed({
      store: triage,
      clock: { now: () => now },
      onFault: (error) => expect.unreachable(String(error)),
    });
    const record = (
      alertId: string,
      identity: string,
      action: 'benign' | 'true' | 'comment' | 'unlearn',
      atMs: number,
    ) =>
      triage.record({
        id: randomUUID(),
        tenant: 'acme',
        alertId,
        identity,
        action,
        actor: 'ada',
        at: new Date(atMs).toISOString(),
        countsFrom: '2026-03-01T00:00:00.000Z',
        because: 'x',
        scope: action === 'unlearn' ? ['condemn'] : [],
        ...(action === 'benign' && { until: ahead(1) }),
        ...(action === 'unlearn' && { until: '2026-03-02T00:00:00.000Z' }),
      });
    const [one, two] = [open('one', 'bot-1'), open('two', 'bot-2')];
    await record('second', 'bot-1', 'true', now - 1_000);
    await record('first', 'bot-1', 'benign', now - 2_000);
    await record('noted', 'bot-1', 'comment', now - 500);
    await record('foreign', 'bot-9', 'true', now);
    const turn = async (...engines: Engine[]) => {
      now += 5_000;
      await feed.refresh();
      for (const engine of engines) feed.instruct(engine);
    };
    await turn(one, two);
    await turn(one, two);
    expect(given).toEqual(['one: benign first', 'one: true second']);
    await record('third', 'bot-2', 'true', now);
    await turn(one, two);
    expect(given.slice(2)).toEqual(['two: true third']);
    await turn(open('again', 'bot-1'));
    expect(given.slice(3)).toEqual(['again: benign first', 'again: true second']);
    await record('', 'bot-2', 'unlearn', now);
    await turn(one, two);
    await turn(one, two);
    expect(given.slice(5)).toEqual(['two: condemn 2026-03-01T00:00:00.000Z 2026-03-02T00:00:00.000Z']);
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test('of several tenants as many decisions of each are read, the newest, oldest first', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tidemark-feed-'));
    const store = await openStore(configSchema.parse({ store: { path: directory } }).store);
    const { triage } = openTriage(store);
    const record = (tenant: string, n: number) =>
      triage.record({
        id: `${tenant}-${n}`,
        tenant,
        alertId: 'a',
        identity: 'bot',
        action: 'true',
        actor: 'ada',
        at: new Date(Date.UTC(2026, 2, 1, 0, n)).toISOString(),
        countsFrom: '2026-03-01T00:00:00.000Z',
        because: 'x',
        scope: [],
      });
    await record('acme', 0);
    for (let n = 1; n <= 6; n++) await record('flood', n);
    const ids = async (query: Parameters<typeof triage.actions>[0]) =>
      (await triage.actions(query)).map(({ id }) => id);
    expect(await ids({ limit: 3 })).toEqual(['acme-0', 'flood-5', 'flood-6']);
    expect(await ids({ limit: 2, tenant: 'flood' })).toEqual(['flood-5', 'flood-6']);
    expect(await ids({ limit: 9, alertIds: ['b'] })).toEqual([]);
    const rule = (tenant: string, n: number) =>
      triage.saveSuppression(
        {
          id: `${tenant}-${n}`,
          tenant,
          owner: 'team',
          actor: 'bob',
          from: new Date(Date.UTC(2026, 2, n)).toISOString(),
          until: ahead(1),
          because: 'known',
          match: { identity: 'bot', maxSeverity: 'low' },
          lifted: false,
        },
        Date.now(),
      );
    await rule('acme', 9);
    for (let n = 1; n <= 3; n++) await rule('flood', n);
    const rules = async (tenant?: string) => (await triage.suppressions(Date.now(), tenant)).map(({ id }) => id);
    expect(await rules()).toEqual(['flood-1', 'flood-2', 'flood-3', 'acme-9']);
    expect(await rules('acme')).toEqual(['acme-9']);
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });
});
