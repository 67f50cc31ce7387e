/** A backtest must find what was found, lose only what its configuration loses, and leave no trace. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { ask } from '../../src/adapters/clickhouse/ask.ts';
import { connect } from '../../src/adapters/clickhouse/connect.ts';
import { budgetInForce, openHashKey, openHistory, openStore } from '../../src/adapters/clickhouse/open.ts';
import { loadInventory } from '../../src/adapters/inventory.ts';
import { loadNetworks } from '../../src/adapters/networks.ts';
import { asJudged } from '../../src/app/budget-in-force.ts';
import { toldAlert } from '../../src/backtest/compared-alert.ts';
import { judgeAgain } from '../../src/backtest/judge-again.ts';
import { backtestCommand } from '../../src/commands/backtest.ts';
import { replayCommand } from '../../src/commands/replay.ts';
import { shelves } from '../../src/commands/settings.ts';
import { verdictCommand } from '../../src/commands/verdict.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { type DemoFleet, demoFleet } from '../../src/demo/fleet.ts';
import { createFingerprinter } from '../../src/secrets.ts';
import { clickHouseMissing } from './harness/clickhouse.ts';

const missing = await clickHouseMissing();
/** More alerts than the demo asks for, so that a smaller budget has some to leave out. */
const BUDGET = 2;
const DAY_MS = 86_400_000;

describe.skipIf(missing !== undefined)('a backtest on the embedded engine', () => {
  let directory: string;
  let fleet: DemoFleet;
  let alerts: readonly Alert[];
  const file = (name: string) => join(directory, name);
  const configured = (name: string, rest: string) => {
    writeFileSync(
      file(name),
      `store: { path: ${file('store')} }\ningest: { inventoryFile: ${file('inventory.ndjson')}, networksFile: ${file('networks.ndjson')} }\n${rest}\n`,
    );
    return file(name);
  };
  const place = () => configSchema.parse({ store: { path: file('store') } }).store;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-backtest-'));
    fleet = demoFleet(7);
    const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    // A third of the everyday work is enough for habits, and is judged a dozen times below; the story is told whole.
    const told = new Set<object>(fleet.story.flatMap(({ records }) => records.map(({ raw }) => raw)));
    const records = fleet.records.filter((record, index) => index % 3 === 0 || told.has(record));
    writeFileSync(file('records.ndjson'), lines(records));
    writeFileSync(file('inventory.ndjson'), lines(fleet.inventory));
    writeFileSync(file('networks.ndjson'), lines(fleet.networks));
    configured('current.yaml', `alerts: { falsePerDay: ${BUDGET} }`);
    await quietly(() =>
      replayCommand().parseAsync(
        [file('records.ndjson'), '--config', file('current.yaml'), '--learn-until', fleet.learnUntil],
        { from: 'user' },
      ),
    );
    const store = await openStore(place());
    alerts = await store.alerts({ limit: 1_000 });
    await store.close();
    expect(alerts.length).toBeGreaterThan(8);
  });
  afterAll(() => {
    if (directory) rmSync(directory, { recursive: true, force: true });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  async function quietly(work: () => Promise<unknown>): Promise<{ out: string; err: string }> {
    const said = { out: '', err: '' };
    const into = (name: 'out' | 'err') => (text: string | Uint8Array) => {
      said[name] += String(text);
      return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(into('out'));
    vi.spyOn(process.stderr, 'write').mockImplementation(into('err'));
    try {
      await work();
    } finally {
      vi.restoreAllMocks();
    }
    return said;
  }
  const backtest = (...words: string[]) =>
    quietly(() => backtestCommand().parseAsync(['--current', file('current.yaml'), ...words], { from: 'user' }));
  const compared = async (...words: string[]) =>
    JSON.parse((await backtest('--since', fleet.learnUntil, '--json', ...words)).out);
  const idsOf = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id).sort();
  const verdict = (id: string, ...words: string[]) =>
    quietly(() =>
      verdictCommand().parseAsync(
        [id, ...words, '--because', 'for the test', '--tenant', alerts[0]!.tenant, '--store', file('store')],
        { from: 'user' },
      ),
    );

  async function rowsOf(): Promise<unknown> {
    const connection = await connect(place());
    const tables = await ask<[string, boolean]>(
      connection,
      "SELECT name, engine != 'MergeTree' FROM system.tables WHERE database = 'tidemark' AND engine LIKE '%MergeTree' ORDER BY name",
    );
    const counts = [];
    for (const [table, merges] of tables)
      counts.push([table, await ask(connection, `SELECT count() FROM tidemark.${table} ${merges ? 'FINAL' : ''}`)]);
    expect(counts.length).toBeGreaterThan(8);
    await connection.close();
    return counts;
  }

  test('with the configuration in force there is no difference, and nothing is written', async () => {
    const before = await rowsOf();
    const found = await compared();
    expect(found).toMatchObject({ settings: [], lost: [], onlyThen: [], onlyNow: [], changed: [] });
    expect(found.matched).toBe(alerts.length);
    expect(found.now).toEqual(found.past);
    expect(found.activities).toBeGreaterThan(10_000);
    expect(await rowsOf()).toEqual(before);
  });

  test('the alerts are the very same, score and evidence included, whatever the batches', async () => {
    const parts = await shelves();
    const networks = loadNetworks(file('networks.ndjson'));
    const known = loadInventory(file('inventory.ndjson'), {
      tenant: alerts[0]!.tenant,
      fingerprinter: createFingerprinter(),
    });
    const store = await openStore(place(), { migrate: false });
    try {
      const { alerts: again } = await judgeAgain({
        activities: openHistory(store).activities({ fromMs: 0, untilMs: Date.parse('2100-01-01T00:00:00Z') }),
        engine: createEngine({
          detectors: parts.detectors,
          settings: configSchema.parse({ alerts: { falsePerDay: BUDGET } }),
          population: createPopulation(),
          inventory: known.records.values(),
          learnUntil: fleet.learnUntil,
          declared: (ip) => networks.lookup(ip)?.declared === true,
          // Ids of alerts hang on it.
          hashKey: await openHashKey(store),
        }),
        verdicts: [],
        sinceMs: 0,
        batchRows: 777,
      });
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      expect([...again].sort(byId)).toEqual(alerts.map(toldAlert).sort(byId));
    } finally {
      await store.close();
    }
  });

  test('history comes in order of time, every activity once, and periods fit together', async () => {
    const store = await openStore(place(), { migrate: false });
    try {
      const history = openHistory(store);
      const all = { fromMs: 0, untilMs: Date.parse('2100-01-01T00:00:00Z') };
      const { activities, firstMs, lastMs } = await history.extent(all);
      const middle = Math.floor((firstMs! + lastMs!) / 2);
      let last = '';
      let count = 0;
      for (const period of [
        { ...all, untilMs: middle },
        { ...all, fromMs: middle },
      ])
        for await (const page of history.activities(period)) {
          expect(page.length).toBeLessThanOrEqual(10_000);
          for (const { at } of page) {
            expect(at >= last).toBe(true);
            last = at;
            count++;
          }
        }
      expect(count).toBe(activities);
    } finally {
      await store.close();
    }
  });

  test('what was judged before the time compared counts: later alerts are found as they were', async () => {
    const since = new Date(Date.parse(fleet.learnUntil) + 9.5 * DAY_MS).toISOString();
    const later = alerts.filter(({ raisedAt }) => raisedAt >= since);
    expect(later.length).toBeGreaterThan(0);
    expect(later.length).toBeLessThan(alerts.length);
    const found = await compared('--since', since);
    expect(found).toMatchObject({ lost: [], onlyThen: [], onlyNow: [], changed: [], matched: later.length });
    // What is compared must have been judged.
    const last = later
      .map(({ raisedAt }) => raisedAt)
      .sort()
      .at(-1)!;
    await expect(compared('--since', since, '--learn-until', last)).rejects.toThrow('--learn-until is after --since');
  });

  test('the budget that was in force is known from the store, whatever a configuration of today says', async () => {
    const store = await openStore(place(), { migrate: false });
    try {
      expect(await budgetInForce(store)).toBe(BUDGET);
      expect((await asJudged(configSchema.parse({}), store)).alerts.falsePerDay).toBe(BUDGET);
    } finally {
      await store.close();
    }
    configured('forgetful.yaml', '');
    const found = await compared('--current', file('forgetful.yaml'));
    expect(found).toMatchObject({ lost: [], onlyThen: [], onlyNow: [], changed: [], past: { falsePerDay: BUDGET } });
    expect(found.settings).toEqual([]);
  });

  test('with a smaller budget fewer are raised, and none that was not', async () => {
    const found = await compared('--false-per-day', '0.05');
    expect(found.settings).toEqual([{ key: 'alerts.falsePerDay', past: BUDGET, now: 0.05 }]);
    expect(found.onlyNow).toEqual([]);
    expect(found.onlyThen.length).toBeGreaterThan(0);
    expect(found.now.alerts).toBe(found.past.alerts - found.onlyThen.length);
    expect(found.past).toMatchObject({ alerts: alerts.length, falsePerDay: BUDGET });
    expect(found.now.falsePerDay).toBe(0.05);
  });

  test('with a detector off its alerts are missing; a confirmed one among them is said first, and fails where asked', async () => {
    const without = (detector: string) =>
      configured(
        'without.yaml',
        `alerts: { falsePerDay: ${BUDGET} }\ndetect: { detectors: { ${detector}: { enabled: false } } }`,
      );
    const alone = alerts.find(({ detectors }) => detectors.length === 1);
    expect(alone).toBeDefined();
    const config = without(alone!.detectors[0]!);
    const found = await compared('--config', config);
    expect(idsOf(found.onlyThen)).toContain(alone!.id);
    for (const { detectors } of found.onlyThen) expect(detectors).toContain(alone!.detectors[0]);
    expect(found.lost).toEqual([]);

    await verdict(alone!.id, '--true');
    const spared = found.onlyThen.find(({ id }: Alert) => id !== alone!.id);
    const until = new Date(Date.now() + DAY_MS).toISOString();
    if (spared !== undefined) await verdict(spared.id, '--benign', '--until', until, '--scope', 'all-evidence');
    const lost = await compared('--config', config, '--fail-on-lost');
    expect(idsOf(lost.lost)).toEqual([alone!.id]);
    expect(lost.spared).toBe(spared === undefined ? 0 : 1);
    expect(lost.past.confirmed).toBe(1);
    expect(lost.now.confirmed).toBe(0);
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;

    const { out, err } = await backtest('--since', fleet.learnUntil, '--config', config);
    expect(process.exitCode).toBeUndefined();
    expect(out).toMatch(/^1 CONFIRMED ALERT WOULD BE LOST\n/);
    const line = out.split('\n')[1]!;
    for (const part of [alone!.raisedAt, alone!.title, 'confirmed', `tidemark explain ${alone!.id.slice(0, 12)}`])
      expect(line).toContain(part);
    expect(err).toContain('only learning until');
    expect((await compared()).lost).toEqual([]);
  });

  test('up to a time, alerts are compared as they stood then', async () => {
    const until = new Date(Date.parse(fleet.learnUntil) + 4 * DAY_MS).toISOString();
    const found = await compared('--until', until);
    expect(found).toMatchObject({ onlyThen: [], onlyNow: [], changed: [] });
    expect(found.matched).toBe(alerts.filter(({ raisedAt }) => raisedAt < until).length);
  });

  test('what cannot be compared is said with its remedy', async () => {
    const since = fleet.learnUntil;
    await expect(backtest('--since', '2030-01-01T00:00:00Z')).rejects.toThrow('no activities from 2030-01-01');
    await expect(backtest('--since', since, '--until', since)).rejects.toThrow('--until is not after --since');
    await expect(backtest('--since', since, '--learn-from', '2027-01-01T00:00:00Z')).rejects.toThrow('--learn-from');
    await expect(backtest('--since', since, '--learn-until', '2027-01-01T00:00:00Z')).rejects.toThrow('--learn-until');
    await expect(backtest('--since', since, '--store', file('nowhere'))).rejects.toThrow('there is no store');
  });
});
