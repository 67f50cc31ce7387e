import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../schemas/alert.ts';
import { exampleAlert, hugeAlert } from '../../test/unit/example-alert.ts';
import { parseCef } from '../../test/unit/parse-cef.ts';
import { parseFrames, parseSyslog } from '../../test/unit/parse-syslog.ts';
import { selfSigned } from '../../test/unit/self-signed.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { sink } from './syslog-cef.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const settings = (more = {}) => sink.options.parse({ host: '127.0.0.1', ...more });

describe('syslog-cef', () => {
  const { key, cert, certFile } = selfSigned(['siem.example.com']);

  it.each(SEVERITIES)('writes a %s alert as RFC 5424 with CEF inside', (severity) => {
    const alert = exampleAlert({ severity });
    const message = parseSyslog(sink.encode(alert, settings({ hostname: 'siem-1', appName: 'tm' })));
    expect(message).toMatchObject({
      facility: 10,
      severity: { info: 6, low: 5, medium: 4, high: 3, critical: 2 }[severity],
      timestamp: '2026-11-02T03:21:55.250Z',
      hostname: 'siem-1',
      appName: 'tm',
      msgId: 'alert.raised',
    });
    expect(parseCef(message.message).extension.get('suser')).toBe('ci-deployer');
  });

  it('frames hostile alerts by octets, so that nothing in them can start another message', async () => {
    const got: Buffer[] = [];
    const server = createServer((socket) => socket.on('data', (chunk) => got.push(chunk)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const context = sinkContext();
    undo.push(() => new Promise((resolve) => server.close(resolve)), context.close);
    const options = settings({ port: (server.address() as AddressInfo).port, tls: false });
    const opened = await sink.open(options, context);
    const alerts = [exampleAlert(), hugeAlert(), exampleAlert({ title: 'é😀\n<13>1 - - - - - - forged' })];
    for (const alert of alerts)
      expect(await opened.deliver(deliveryOf(alert, sink.encode(alert, options)), AbortSignal.timeout(10_000))).toEqual(
        {
          status: 'delivered',
        },
      );
    const messages = parseFrames(Buffer.concat(got));
    expect(messages).toEqual(alerts.map((alert) => sink.encode(alert, options)));
    for (const message of messages) expect(() => parseCef(parseSyslog(message).message)).not.toThrow();
  });

  it('speaks TLS, and not to whoever has no certificate for the name', async () => {
    const got: Buffer[] = [];
    const sockets = new Set<Socket>();
    const server = createTls({ key, cert }, (socket) => socket.on('data', (chunk) => got.push(chunk)));
    server.on('connection', (socket) => sockets.add(socket));
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    undo.push(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    const port = (server.address() as AddressInfo).port;
    const receiptWith = async (host: string, caFile?: string) => {
      const context = sinkContext({}, undefined, caFile);
      undo.push(context.close);
      const options = settings({ host, port });
      const opened = await sink.open(options, context);
      return opened.deliver(
        deliveryOf(exampleAlert(), sink.encode(exampleAlert(), options)),
        AbortSignal.timeout(10_000),
      );
    };
    expect(await receiptWith('siem.example.com', certFile)).toEqual({ status: 'delivered' });
    expect(parseFrames(Buffer.concat(got))).toHaveLength(1);
    expect(await receiptWith('other.example.com', certFile)).toMatchObject({ reason: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    expect(await receiptWith('siem.example.com')).toMatchObject({ reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(parseFrames(Buffer.concat(got))).toHaveLength(1);
  });

  it('does not open over plain TCP where private targets are closed', async () => {
    const context = { ...sinkContext(), allowPrivateTargets: false };
    await expect(sink.open(settings({ tls: false }), context)).rejects.toThrow(/^tls: /);
  });
});
