/** A secret planted in every field a sender may fill comes out nowhere: no sink, no log, no answer, no table. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { ask } from '../../src/adapters/clickhouse/ask.ts';
import { connect } from '../../src/adapters/clickhouse/connect.ts';
import { build, embeddedMissing, stopEverything } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';
import { startReceiver } from './harness/receiver.ts';
import { story } from './harness/story.ts';

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
/** Shaped like a token of a vendor, and of nobody. */
const CANARY = `ghp_${randomBytes(18).toString('hex')}`;
/** The bytes of a record nobody could read are kept as they came, for whoever mends the cause; the API never shows them. */
const MAY_HOLD = ['dead_letter'];

type Path = readonly (string | number)[];

/** Where texts stand in a record, however deep. */
function textsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => textsIn(child, [...path, key]));
}

/** The record with the canary in place of, or within, one of its texts; under a new id, so that it is not one met before. */
function planted(record: object, path: Path, index: number, whole: boolean): object {
  const copy = JSON.parse(JSON.stringify(record));
  if ('eventID' in copy) copy.eventID = `planted-${index}-${whole}`;
  const parent = path.slice(0, -1).reduce((here, step) => here[step], copy);
  const last = path.at(-1)!;
  parent[last] = whole ? CANARY : `${parent[last]} ${CANARY}`;
  return copy;
}

describe.skipIf((await embeddedMissing()) !== undefined)('a secret in any field', () => {
  afterEach(stopEverything);

  test('is in no sink, log, answer or table', async () => {
    const receiver = await startReceiver(SECRET);
    const house = build();
    const file = join(house.directory, 'alerts.ndjson');
    writeFileSync(join(house.directory, 'webhook.secret'), SECRET, { mode: 0o600 });
    const token = house.admit({ name: 'ada', scope: 'admin', tenant: 'acme' });
    const running = await house.start({
      ingest: { tenant: 'acme' },
      sinks: {
        soc: { type: 'webhook', url: receiver.url, secretFile: join(house.directory, 'webhook.secret') },
        log: { type: 'file', path: file },
      },
      delivery: { allowPrivateTargets: true, pollMs: 250 },
      respond: { enabled: true, pollMs: 200 },
    });
    const headers = { authorization: `Bearer ${token}` };
    const send = async (records: readonly object[]) => {
      const body = records.map((record) => JSON.stringify(record)).join('\n');
      const answer = await fetch(`${running.url}/v1/activities`, { method: 'POST', headers, body });
      return answer.text();
    };
    const records = story().map((record) => JSON.parse(record) as object);
    // The theft tells, and its record carries what is planted into the alert; the other one names a resource.
    const thief = records.findLast((record) => 'userAgent' in record && record.userAgent === 'curl/8.5.0')!;
    const canaries = [thief, records.findLast((record) => JSON.stringify(record).includes('bucketName'))!].flatMap(
      (record, at) =>
        textsIn(record).flatMap((path, index) =>
          [false, true].map((whole) => planted(record, path, 1_000 * at + index, whole)),
        ),
    );
    expect(canaries.length).toBeGreaterThan(80);
    const answers = [await send(records), await send(canaries)];
    await until('alerts arrived', () => receiver.bodies.size > 0 && readFileSync(file, 'utf8') !== '');
    for (const path of ['alerts', 'identities', 'deliveries', 'dead-letters', 'suspensions', 'suppressions'])
      answers.push(await (await fetch(`${running.url}/v1/${path}`, { headers })).text());
    const listed = JSON.parse(answers[2]!) as { alerts: { id: string }[] };
    expect(listed.alerts.length).toBeGreaterThan(0);
    for (const { id } of listed.alerts)
      answers.push(await (await fetch(`${running.url}/v1/alerts/${id}/history`, { headers })).text());
    const log = running.log();
    await running.stop();
    await receiver.close();

    for (const answer of answers) expect(answer).not.toContain(CANARY);
    expect(log).not.toContain(CANARY);
    expect(readFileSync(file, 'utf8')).not.toContain(CANARY);
    expect(JSON.stringify([...receiver.bodies].map(([id, bodies]) => [id, ...bodies]))).not.toContain(CANARY);
    expect(receiver.unverified).toEqual([]);

    const connection = await connect(configSchema.parse({ store: { path: join(house.directory, 'store') } }).store);
    try {
      const tables = await ask<[string]>(
        connection,
        `SELECT name FROM system.tables WHERE database = 'tidemark' AND engine NOT LIKE '%View' ORDER BY name`,
        {},
      );
      expect(tables.flat()).toEqual(expect.arrayContaining(['activity', 'alert', 'outbox', 'memory', 'suspension']));
      for (const [table] of tables) {
        if (MAY_HOLD.includes(table)) continue;
        const [[found]] = (await ask<[number | string]>(
          connection,
          `SELECT countIf(position(formatRow('TSV', *), {canary:String}) > 0) FROM tidemark.${table}`,
          { canary: CANARY },
        )) as [[number | string]];
        expect(Number(found), table).toBe(0);
      }
      const [[stored]] = (await ask<[number | string]>(
        connection,
        `SELECT countIf(startsWith(id, 'aws:') AND id LIKE '%planted-%') FROM tidemark.activity`,
        {},
      )) as [[number | string]];
      // They were read and stored, not turned away: what is told about them is told without the secret.
      expect(Number(stored)).toBeGreaterThan(canaries.length / 2);
    } finally {
      await connection.close();
      house.remove();
    }
  });
});
