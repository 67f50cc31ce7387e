/** History must come back in the order it was lived, whole, once, and in pages, whichever engine holds it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { ClickHouseHistory } from '../../src/adapters/clickhouse/history.ts';
import { openHistory, openStore } from '../../src/adapters/clickhouse/open.ts';
import { ClickHouseStore } from '../../src/adapters/clickhouse/store.ts';
import type { Store } from '../../src/ports/store.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { collect, sampleActivity, sampleAlert, sampleTurn, storeConfig } from './harness/clickhouse-samples.ts';

const missing = await clickHouseMissing();
const START = Date.parse('2026-03-01T00:00:00Z');
const ALL = { fromMs: 0, untilMs: Date.parse('2100-01-01T00:00:00Z') };

describe.skipIf(missing !== undefined).each(['server', 'embedded'] as const)('history on the %s engine', (engine) => {
  let server: ClickHouseServer | undefined;
  let directory: string | undefined;
  let store: Store;

  beforeAll(async () => {
    if (engine === 'server') server = await startClickHouse();
    else directory = mkdtempSync(join(tmpdir(), 'tidemark-history-'));
    const place = server === undefined ? { path: directory } : { url: server.url };
    store = await openStore(storeConfig({ ...place, database: `t${process.pid}_history` }), { migrate: true });
  });
  afterAll(async () => {
    await store?.close();
    await server?.stop();
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  });

  const paged = (rows: number) => {
    if (!(store instanceof ClickHouseStore)) throw new TypeError('not a store of ClickHouse');
    return new ClickHouseHistory(store.shared, rows);
  };
  const read = async (rows: number, period = ALL): Promise<Activity[]> =>
    (await collect(paged(rows).activities(period))).flat();

  test('an empty store has no history', async () => {
    expect(await openHistory(store).extent(ALL)).toEqual({ activities: 0 });
    expect(await read(10)).toEqual([]);
    expect(await collect(openHistory(store).alerts(ALL))).toEqual([]);
  });

  test('in order of time whatever the pages; of one moment in order of offset; what was stored twice once', async () => {
    const span = { topic: 'local', partition: 0, first: 0, last: 99 };
    const at = (index: number, change: Partial<Activity> = {}, offset = index) => ({
      activity: { ...sampleActivity(index), ...change },
      offset,
    });
    // Later offsets of another partition lie in between; forty share one moment, their ids against their offsets.
    const crowd = Array.from({ length: 40 }, (_, n) =>
      at(1_000 - n, { at: '2026-03-01T00:00:30.000Z', tenant: n % 2 ? 'acme' : 'b' }, 200 + n),
    );
    const odd = Array.from({ length: 50 }, (_, n) => at(2 * n + 1));
    const even = Array.from({ length: 50 }, (_, n) => at(2 * n));
    await store.commit(sampleTurn(0, 1, { id: 'odd', span, activities: [...odd, ...crowd] }));
    await store.commit(sampleTurn(0, 1, { id: 'even', span: { ...span, partition: 1 }, activities: even }));
    await store.commit(sampleTurn(0, 1, { id: 'again', span: { ...span, first: 500 }, activities: [at(7, {}, 507)] }));

    const once = [...odd, ...even].map(({ activity }) => activity).sort((a, b) => (a.at < b.at ? -1 : 1));
    const whole = await read(20_000);
    expect(whole.filter(({ at }) => at !== '2026-03-01T00:00:30.000Z')).toEqual(
      once.filter(({ at }) => at !== '2026-03-01T00:00:30.000Z'),
    );
    const moment = whole.filter(({ at, id }) => at === '2026-03-01T00:00:30.000Z' && !id.endsWith('-30'));
    expect(moment).toEqual(crowd.map(({ activity }) => activity));
    for (const rows of [7, 40, 99]) expect(await read(rows)).toEqual(whole);
    const cut = START + 50_000;
    const halves = [...(await read(9, { ...ALL, untilMs: cut })), ...(await read(9, { ...ALL, fromMs: cut }))];
    expect(halves).toEqual(whole);
    expect(await openHistory(store).extent({ fromMs: START, untilMs: cut })).toMatchObject({
      firstMs: START,
      lastMs: cut - 1_000,
    });
    expect((await openHistory(store).extent(ALL)).tenant).toBeUndefined();
  });

  test('an alert comes as it stood at the end of the period, and only where it was open in it', async () => {
    const first = sampleAlert('alert-1');
    const grown = sampleAlert('alert-1', 2, { severity: 'critical', lastAt: '2026-03-03T00:00:00.000Z' });
    const later = sampleAlert('alert-2', 1, {
      firstAt: '2026-03-05T00:00:00.000Z',
      raisedAt: '2026-03-05T00:00:00.000Z',
      lastAt: '2026-03-05T00:00:00.000Z',
    });
    const observed = [sampleAlert('quiet', 1, { firstAt: '2026-02-20T00:00:00.000Z' })];
    await store.commit(sampleTurn(0, 1, { id: 'one', activities: [], alerts: [first], observed }));
    await store.commit(sampleTurn(0, 1, { id: 'two', activities: [], alerts: [grown, later] }));
    const alerts = async (from: string, until: string) =>
      (await collect(openHistory(store).alerts({ fromMs: Date.parse(from), untilMs: Date.parse(until) }))).flat();
    expect(await alerts('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z')).toEqual([first]);
    expect(await alerts('2026-03-02T00:00:00Z', '2026-03-06T00:00:00Z')).toEqual([grown, later]);
    expect(await alerts('2026-03-04T00:00:00Z', '2026-03-06T00:00:00Z')).toEqual([later]);
    expect(await alerts('2026-03-01T00:00:00Z', '2026-03-01T10:05:00Z')).toEqual([]);
    const { firstDecisionMs } = await openHistory(store).extent(ALL);
    expect(firstDecisionMs).toBe(Date.parse('2026-02-20T00:00:00Z'));
  });
});
