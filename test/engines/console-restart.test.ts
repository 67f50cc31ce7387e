/** A house without Kafka that is stopped and started again: what was there is there, once. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { historySchema } from '../../schemas/api.ts';
import { identityPageSchema } from '../../schemas/api-identities.ts';
import { deadLettersSchema, takenSchema } from '../../schemas/api-records.ts';
import { Acme, activityOf, DAY_MS } from './console-acme.ts';
import { embeddedMissing } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';
import { VICTIM } from './harness/story.ts';
import { install } from './harness/tidemark.ts';

const missing = await embeddedMissing();

describe.skipIf(missing !== undefined)('a house that starts again', () => {
  let acme: Acme;
  beforeAll(async () => {
    acme = await Acme.open({ story: true });
  });
  afterAll(() => acme?.close());

  test('the same records sent again, and again after a restart, change nothing', async () => {
    const known = async () => {
      const { identities } = (await acme.get('/v1/identities')).as(identityPageSchema);
      return identities.map(({ id, activities }) => [id, activities]);
    };
    const [alerts, identities] = [await acme.get('/v1/alerts?limit=500'), await known()];
    await acme.sendStory(-800);
    await acme.restart();
    await acme.sendStory(-800);
    expect(await known()).toEqual(identities);
    expect((await acme.get('/v1/alerts?limit=500')).json).toEqual(alerts.json);
  });

  test('dead letters are read again once the cause is mended', async () => {
    await acme.restart({ futureSkewMs: 0 });
    const ahead = activityOf('early', { at: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await acme.send([ahead])).as(takenSchema).dead).toEqual({
      'at: further in the future than ingest.futureSkewMs': 1,
    });
    const early = '/v1/dead-letters?reason=at';
    const { id } = (await acme.get(early, 'analyst')).as(deadLettersSchema).deadLetters[0]!;
    expect((await acme.post('/v1/dead-letters/replay', { ids: [id] }, 'admin of another')).json).toEqual({
      replayed: 0,
      left: 1,
    });
    expect((await acme.post('/v1/dead-letters/replay', { ids: [id] }, 'admin')).json).toEqual({ replayed: 0, left: 1 });
    await acme.restart({ futureSkewMs: DAY_MS });
    const again = (await acme.get(early, 'analyst')).as(deadLettersSchema).deadLetters;
    expect(again).toHaveLength(1);
    expect((await acme.post('/v1/dead-letters/replay', { ids: [again[0]!.id] }, 'admin')).json).toEqual({
      replayed: 1,
      left: 0,
    });
    expect((await acme.get(early, 'analyst')).as(deadLettersSchema).deadLetters).toEqual([]);
  });

  test('a verdict and a delivery asked for on the command line are there when the process runs again', async () => {
    const { id } = await acme.alertOfVictim();
    const { id: delivery } = await acme.firstDelivered();
    await acme.stop();
    const shell = await install({ store: { path: `${acme.house.directory}/store` }, ingest: { tenant: 'acme' } });
    const tidemark = async (...args: string[]) => {
      const process = shell.start(...args);
      return { code: await process.ended, output: process.output() };
    };
    const because = ['--because', 'seen in a paste'];
    expect((await tidemark('verdict', id, '--benign', ...because)).code).toBe(2);
    expect((await tidemark('verdict', 'f'.repeat(32), '--true', ...because)).output).toContain(
      'there is no such alert',
    );
    expect((await tidemark('unlearn', VICTIM, '--alert', id, '--from', '2026-03-01T00:00:00Z', ...because)).code).toBe(
      2,
    );
    expect((await tidemark('unlearn', 'nobody', '--alert', id, ...because)).output).toContain('nothing is known');
    const unlearned = await tidemark('unlearn', VICTIM, '--alert', id, '--condemn', ...because);
    expect(unlearned).toMatchObject({ code: 0, output: expect.stringContaining('condemn') });
    const given = await tidemark('verdict', id.slice(0, 10), '--true', ...because);
    expect(given).toMatchObject({ code: 0, output: expect.stringContaining('true') });
    expect((await tidemark('deliveries', 'list', '--sink', 'soc')).output).toContain(delivery);
    expect(await tidemark('deliveries', 'replay', delivery)).toMatchObject({ code: 0 });
    await shell.remove();
    const before = acme.receiver.requests.filter((request) => request.id === delivery).length;
    await acme.start();
    await until(
      'it came again',
      () => acme.receiver.requests.filter((request) => request.id === delivery).length > before,
    );
    expect((await acme.get(`/v1/alerts/${id}/history`)).as(historySchema).actions.at(-1)).toMatchObject({
      action: 'true',
      actor: 'cli',
    });
  });
});
