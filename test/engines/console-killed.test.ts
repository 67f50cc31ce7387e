import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { newToken } from '../../src/api/tokens.ts';
import { embeddedMissing } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';
import { story } from './harness/story.ts';
import { type Installation, install, type TidemarkProcess } from './harness/tidemark.ts';

const RECORDS = story();
const PART = 400;
const { token, line } = newToken({ name: 'box', scope: 'admin', tenant: 'default' });
const headers = { authorization: `Bearer ${token}` };

describe.skipIf((await embeddedMissing()) !== undefined)('a process without Kafka that is killed', () => {
  const processes: TidemarkProcess[] = [];
  const installations: Installation[] = [];
  afterEach(async () => {
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.splice(0).map(({ ended }) => ended));
  });
  afterAll(() => Promise.all(installations.map((installation) => installation.remove())));

  async function house(ingest: object = {}): Promise<Installation> {
    const made = await install(
      {
        store: { path: 'store' },
        ingest,
        detect: { snapshotEveryMs: 1_000 },
        http: { port: 0, tokensFile: 'tokens' },
        telemetry: { port: 0 },
      },
      { tokens: line },
    );
    installations.push(made);
    return made;
  }

  async function start(installation: Installation): Promise<{ url: string; process: TidemarkProcess }> {
    const process = installation.start('run');
    processes.push(process);
    const place = () => process.log.find(({ event, what }) => event === 'api-listening' && what === 'http')?.place;
    await until('it listens', () => place() !== undefined, 60_000).catch((error: Error) => {
      throw new Error(`${error.message}\n${process.output()}`);
    });
    return { url: place() as string, process };
  }

  const send = (url: string, part: readonly string[]) =>
    fetch(`${url}/v1/activities`, { method: 'POST', headers, body: part.join('\n') });
  const get = async (url: string, path: string) => (await (await fetch(`${url}${path}`, { headers })).json()) as never;
  const stored = async (url: string) =>
    ((await get(url, '/v1/identities')) as { identities: { activities: number }[] }).identities.reduce(
      (sum, { activities }) => sum + activities,
      0,
    );
  const alerts = async (url: string) =>
    ((await get(url, '/v1/alerts?limit=500')) as { alerts: Alert[] }).alerts.map(
      // Ids of alerts, and the order of what weighs the same, hang on the key of their store.
      ({ identity, raisedAt, score, kinds }) => ({ identity, raisedAt, score, kinds }),
    );

  async function sendAll(url: string): Promise<void> {
    for (let from = 0; from < RECORDS.length; from += PART)
      expect((await send(url, RECORDS.slice(from, from + PART))).status).toBe(200);
  }

  test('keeps a span that waits for its agent, and judges it as an act of the agent once that is told', async () => {
    const spanOf = (spanId: string, attributes: object, parentSpanId?: string) =>
      JSON.stringify({
        resourceSpans: [
          {
            resource: { attributes: { 'service.name': 'desk' } },
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: 't1',
                    spanId,
                    ...(parentSpanId && { parentSpanId }),
                    startTimeUnixNano: `${Date.now() - 1_000}000000`,
                    attributes,
                  },
                ],
              },
            ],
          },
        ],
      });
    const shaken = await house({ traces: { settleMs: 100, waitMs: 3_600_000 } });
    const first = await start(shaken);
    const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'pay' };
    expect(await (await send(first.url, [spanOf('b', tool, 'a')])).json()).toMatchObject({ waiting: 1, activities: 0 });
    first.process.signal('SIGKILL');
    await first.process.ended;
    const { url } = await start(shaken);
    expect(await stored(url)).toBe(0);
    await send(url, [spanOf('a', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'clerk' })]);
    await until('both acts are stored', async () => (await stored(url)) === 2, 60_000);
    const { identities } = (await get(url, '/v1/identities')) as { identities: { id: string; activities: number }[] };
    expect(identities).toMatchObject([{ id: 'clerk', activities: 2 }]);
  });

  test('keeps what it answered, and with the rest sent again raises the alerts it would have raised', async () => {
    const calm = await start(await house());
    await sendAll(calm.url);
    const undisturbed = await alerts(calm.url);
    expect(undisturbed.length).toBeGreaterThan(0);

    const shaken = await house();
    let answered = 0;
    let { url, process } = await start(shaken);
    for (let from = 0, kills = 0; from < RECORDS.length; ) {
      const part = RECORDS.slice(from, from + PART);
      const sending = send(url, part).then(
        ({ status }) => status === 200,
        () => false,
      );
      const dies = kills < 3 && from >= (kills + 1) * 500;
      if (dies) {
        kills++;
        // Once in the middle of a request, else right after its answer.
        if (kills !== 2) await sending;
        process.signal('SIGKILL');
        await process.ended;
      }
      if (await sending) {
        answered += part.length;
        from += part.length;
      }
      if (dies) {
        ({ url, process } = await start(shaken));
        expect(await stored(url)).toBeGreaterThanOrEqual(answered);
      }
    }
    expect(await stored(url)).toBe(RECORDS.length);
    expect(await alerts(url)).toEqual(undisturbed);
  });
});
