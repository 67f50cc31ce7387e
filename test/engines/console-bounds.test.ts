/** Bounds of a token, and TLS. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { get as getTls } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect as dialTls } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { identityPageSchema } from '../../schemas/api-identities.ts';
import { selfSigned } from '../unit/self-signed.ts';
import { activityOf, ask } from './console-acme.ts';
import { build, embeddedMissing, stopEverything } from './console-rig.ts';
import { until } from './harness/kafka-worker-process.ts';

const missing = await embeddedMissing();

describe.skipIf(missing !== undefined)('bounds of a token, and TLS', () => {
  afterEach(stopEverything);

  test('beyond its share a token is told when to come again, and others are not held up', async () => {
    const house = build();
    const hasty = house.admit({ name: 'hasty', scope: 'viewer', tenant: 'acme' });
    const other = house.admit({ name: 'other', scope: 'viewer', tenant: 'acme' });
    const running = await house.start({ http: { requestsPerSecond: 1 } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(running, hasty, '/v1/alerts')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect((await ask(running, other, '/v1/alerts')).status).toBe(200);
    await running.stop();
    house.remove();
  });

  test('the API and syslog speak TLS', async () => {
    const { key, cert, certFile } = selfSigned(['localhost'], ['127.0.0.1']);
    const house = build();
    const token = house.admit({ name: 'box', scope: 'ingest', tenant: 'acme' });
    const viewer = house.admit({ name: 'eye', scope: 'viewer', tenant: 'acme' });
    const keyFile = `${house.directory}/key.pem`;
    writeFileSync(keyFile, key, { mode: 0o600 });
    const running = await house.start({
      http: { certFile, keyFile },
      syslog: { serve: true, port: 0, certFile, keyFile },
    });
    const identities = async (): Promise<unknown[]> => {
      const headers = { authorization: `Bearer ${viewer}` };
      const [answer] = await once(getTls(`${running.url}/v1/identities`, { ca: cert, headers }), 'response');
      return identityPageSchema.parse(JSON.parse(await text(answer))).identities;
    };
    expect(running.url).toMatch(/^https:/);
    await expect(fetch(running.url.replace('https:', 'http:'))).rejects.toThrow();
    const socket = dialTls({
      port: Number(running.syslog!.split(':')[1]),
      host: '127.0.0.1',
      servername: 'localhost',
      ca: cert,
    });
    await once(socket, 'secureConnect');
    socket.write(`<13>1 - - - - - [tidemark@1 token="${token}"] ${JSON.stringify(activityOf('tls-1'))}\n`);
    await until('it is stored', async () => (await identities()).length === 1);
    socket.destroy();
    await running.stop();
    house.remove();
  });
});
