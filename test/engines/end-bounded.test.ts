/** An end is orderly while senders on every way in are in the middle of something. */
import { once } from 'node:events';
import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { newToken } from '../../src/api/tokens.ts';
import { embeddedMissing } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';
import { install } from './harness/tidemark.ts';

const { token, line } = newToken({ name: 'box', scope: 'admin', tenant: 'default' });
const headers = { authorization: `Bearer ${token}` };
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

describe.skipIf((await embeddedMissing()) !== undefined)('a process that is told to end', () => {
  const cleanups: (() => Promise<void> | void)[] = [];
  afterAll(async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  });

  test('ends by itself, leaving nothing unclosed, though nobody on HTTP, gRPC and syslog finishes what was begun', async () => {
    const installation = await install(
      {
        store: { path: 'store' },
        http: { port: 0, grpcPort: 0, tokensFile: 'tokens' },
        syslog: { serve: true, port: 0 },
        // Each way in waits two seconds for who has not finished.
        telemetry: { port: 0, closeMs: 3_500, drainMs: 60_000 },
      },
      { tokens: line },
    );
    cleanups.push(installation.remove);
    const running = installation.start('run');
    cleanups.push(async () => {
      running.signal('SIGKILL');
      await running.ended;
    });
    const place = (of: string) =>
      running.log.find(({ event, what }) => event === 'api-listening' && what === of)?.place as string | undefined;
    await until('it listens', () => place('syslog') !== undefined, 180_000);
    const [http, grpc, syslog] = [place('http')!, place('otlp-grpc')!, place('syslog')!];

    const upload = request(`${http}/v1/activities`, { method: 'POST', headers });
    upload.on('error', () => {});
    const trickle = setInterval(() => upload.write('{}\n'), 100);
    cleanups.push(() => clearInterval(trickle));
    const changes = request(`${http}/v1/changes`, { headers });
    changes.on('error', () => {}).end();
    const session = connectHttp2(grpc);
    cleanups.push(() => session.destroy());
    session.on('error', () => {});
    const call = session.request({
      ...{ ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc', te: 'trailers' },
      ...headers,
    });
    call.on('error', () => {});
    call.write(Buffer.from([0, 0, 0, 10, 0, 1, 2]));
    const frame = connect(Number(syslog.split(':')[1]), '127.0.0.1');
    cleanups.push(() => void frame.destroy());
    frame.on('error', () => {});
    await Promise.all([once(changes, 'response'), once(session, 'connect'), once(frame, 'connect')]);
    frame.write(`<13>1 - - - - - [tidemark@1 token="${token}"] {}\n500 <13>1 - - -`);

    running.signal('SIGTERM');
    expect(await running.ended).toBe(0);
    expect(running.log.filter(({ event }) => event === 'close-failed' || event === 'cut-off')).toEqual([]);
  });
});
