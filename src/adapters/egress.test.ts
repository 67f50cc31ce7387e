import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../test/unit/self-signed.ts';
import type { HttpRequest } from '../ports/outside.ts';
import { createEgress, type EgressOptions } from './egress.ts';
import { addressObjection } from './egress-address.ts';

const strict: EgressOptions = {
  allowPrivateTargets: false,
  allowedPorts: [443],
  allowedNetworks: [],
  answerMaxBytes: 1_024,
};
const local: EgressOptions = { ...strict, allowPrivateTargets: true };

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function egressOf(options: EgressOptions) {
  const egress = createEgress(options);
  undo.push(() => egress.close());
  return egress;
}

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const post = (url: string): HttpRequest => ({ url, method: 'POST', headers: {}, body: '{}' });
const soon = () => AbortSignal.timeout(10_000);

/** Addresses that must never be connected to, as a name could resolve to them. */
const FORBIDDEN: readonly string[] = [
  '127.0.0.1',
  '127.0.0.2',
  '127.255.255.254',
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.255.255',
  '100.64.0.1',
  '100.127.255.254',
  '100.100.100.200',
  '169.254.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '168.63.129.16',
  '192.0.0.1',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '192.52.193.1',
  '192.31.196.1',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2002:a9fe:a9fe::1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
  '2001:2::1',
  '2001:db8::1',
  '2001:10::1',
  '2001:20::1',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fd00::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fe80::1',
  'fe80::1%lo',
  'fec0::1',
  'febf::1',
  'ff02::1',
  'ff0e::1',
  '100::1',
  '4000::1',
  '2600:1f00::5efe:7f00:1',
  '2600:1f00::200:5efe:a00:1',
];

/** Addresses as an attacker would spell them in a URL. */
const SPELLINGS: readonly string[] = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://127.0.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.0x0.0x0.0x1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://0/',
  'https://0.0.0.0/',
  'https://127.0.0.1./',
  'https://①②⑦.⓪.⓪.①/',
  'https://127。0。0。1/',
  'https://%31%32%37.0.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://2852039166/',
  'https://0xa9fea9fe/',
  'https://0251.0376.0251.0376/',
  'https://[::1]/',
  'https://[::]/',
  'https://[0:0:0:0:0:0:0:1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[0000:0000:0000:0000:0000:ffff:a9fe:a9fe]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[fe80::1]/',
  'https://[fd00:ec2::254]/',
  'https://[ff02::1]/',
  'https://localhost/',
  'https://LOCALHOST/',
  'https://localhost./',
  'https://a.localhost/',
];

/** URLs that are wrong whatever they point at. */
const MISSHAPEN: readonly string[] = [
  'http://hooks.example.com/',
  'ftp://hooks.example.com/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:70/_x',
  'data:,x',
  'javascript:alert(1)',
  'https://user@hooks.example.com/',
  'https://user:pass@hooks.example.com/',
  'https://hooks.example.com@127.0.0.1/',
  'https://hooks.example.com:22/',
  'https://hooks.example.com:6379/',
  'https://hooks.example.com:9092/',
  'https://hooks.example.com:0/',
  'https://',
  '//127.0.0.1/',
  'https://[::1',
  'hooks.example.com',
  '',
];

describe('egress: what may not be reached', () => {
  it('has a table of at least 60 vectors', () => {
    expect(new Set([...FORBIDDEN, ...SPELLINGS, ...MISSHAPEN]).size).toBeGreaterThanOrEqual(100);
  });

  it.each(FORBIDDEN)('a name that resolves to %s is blocked when the socket asks for its address', async (address) => {
    let asked = 0;
    const resolve = async () => {
      asked++;
      return [{ address, family: address.includes(':') ? 6 : 4 }];
    };
    const egress = egressOf({ ...strict, resolve });
    const answer = await egress.request(post('https://hooks.example.com/'), soon());
    expect(answer).toMatchObject({ outcome: 'blocked' });
    expect(asked).toBe(1);
    expect(await egress.send({ host: 'hooks.example.com', port: 443, tls: true }, Buffer.from('x'), soon())).toContain(
      'hooks.example.com is ',
    );
  });

  it.each(FORBIDDEN)('one bad address (%s) among good ones blocks them all', async (address) => {
    const resolve = async () => [
      { address: '93.184.216.34', family: 4 },
      { address, family: address.includes(':') ? 6 : 4 },
    ];
    expect(await egressOf({ ...strict, resolve }).request(post('https://hooks.example.com/'), soon())).toMatchObject({
      outcome: 'blocked',
    });
  });

  it.each(SPELLINGS)('%s is blocked', async (url) => {
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    expect(await egressOf({ ...strict, resolve }).request(post(url), soon())).toMatchObject({ outcome: 'blocked' });
  });

  it.each(MISSHAPEN)('"%s" is refused before anything is looked up', async (url) => {
    const resolve = async () => {
      throw new Error('must not be asked');
    };
    const egress = egressOf({ ...strict, resolve });
    expect(egress.objection(url)).toBeTypeOf('string');
    expect(await egress.request(post(url), soon())).toMatchObject({ outcome: 'blocked' });
  });

  it('opens no socket at all to what it blocks', async () => {
    let connections = 0;
    const port = await listen(
      createTcp(() => connections++),
      '::',
    );
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '0.0.0.0', '127.9.9.9']) {
      const resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }];
      const egress = egressOf({ ...strict, allowedPorts: [port], resolve });
      const host = address.includes(':') ? `[${address}]` : address;
      for (const url of [`https://hooks.example.com:${port}/`, `https://${host}:${port}/`])
        expect(await egress.request(post(url), soon())).toMatchObject({ outcome: 'blocked' });
      await egress.send({ host: address, port, tls: true }, Buffer.from('x'), soon());
      await egress.send({ host: 'hooks.example.com', port, tls: true }, Buffer.from('x'), soon());
    }
    expect(connections).toBe(0);
  });

  it('keeps link-local, metadata, multicast and reserved addresses closed even where private ones are open', () => {
    const open = { allowPrivate: true, allowedNetworks: ['0.0.0.0/0', '::/0'] };
    const stillClosed = FORBIDDEN.filter((address) => addressObjection(address, open) !== undefined);
    for (const address of [
      '169.254.169.254',
      '100.100.100.200',
      'fe80::1',
      'fd00:ec2::254',
      '224.0.0.1',
      '0.0.0.0',
      '::',
      '::ffff:127.0.0.1',
      '64:ff9b::127.0.0.1',
      '2002:7f00:1::',
    ])
      expect(stillClosed).toContain(address);
    expect(FORBIDDEN.filter((address) => !stillClosed.includes(address)).sort()).toEqual(
      [
        '10.0.0.1',
        '10.255.255.255',
        '100.127.255.254',
        '100.64.0.1',
        '127.0.0.1',
        '127.0.0.2',
        '127.255.255.254',
        '172.16.0.1',
        '172.31.255.255',
        '192.168.0.1',
        '192.168.255.255',
        '::1',
        'fc00::1',
        'fd00::1',
      ].sort(),
    );
  });

  it('lets public addresses through', () => {
    for (const address of [
      '93.184.216.34',
      '1.1.1.1',
      '2606:4700:4700::1111',
      '2a00:1450:4001::1',
      '172.32.0.1',
      '100.128.0.1',
    ])
      expect(addressObjection(address, { allowPrivate: false, allowedNetworks: [] })).toBeUndefined();
    for (const junk of ['', 'x', '1.2.3', '1.2.3.4.5', ':::'])
      expect(addressObjection(junk, { allowPrivate: true, allowedNetworks: [] })).toBeTypeOf('string');
  });
});

describe('egress: the pin', () => {
  const { key, cert, certFile } = selfSigned(['hooks.example.com']);

  async function tlsReceiver(handler: RequestListener): Promise<number> {
    return listen(createHttps({ key, cert }, handler), '0.0.0.0');
  }

  it('connects to the very address it checked, and checks again for the next connection', async () => {
    const reached: (string | undefined)[] = [];
    const port = await tlsReceiver((request, response) => {
      reached.push(request.socket.localAddress);
      response.writeHead(200, { connection: 'close' }).end('ok');
    });
    const answers = ['127.0.0.2', '127.0.0.1', '127.0.0.2'];
    let asked = 0;
    const resolve = async () => [{ address: answers[asked++] as string, family: 4 }];
    const egress = egressOf({
      ...strict,
      allowedPorts: [port],
      allowedNetworks: ['127.0.0.2/32'],
      caFile: certFile,
      resolve,
    });
    const url = `https://hooks.example.com:${port}/`;
    expect(await egress.request(post(url), soon())).toMatchObject({ outcome: 'answered', status: 200, body: 'ok' });
    expect(asked).toBe(1);
    expect(await egress.request(post(url), soon())).toEqual({
      outcome: 'blocked',
      reason: 'hooks.example.com is loopback',
    });
    expect(await egress.request(post(url), soon())).toMatchObject({ outcome: 'answered' });
    expect(reached).toEqual(['127.0.0.2', '127.0.0.2']);
  });

  it('demands a certificate for the name in the URL', async () => {
    const port = await tlsReceiver((_, response) => response.end());
    const resolve = async () => [{ address: '127.0.0.2', family: 4 }];
    const options = { ...strict, allowedPorts: [port], allowedNetworks: ['127.0.0.2/32'], resolve };
    expect(await egressOf(options).request(post(`https://hooks.example.com:${port}/`), soon())).toEqual({
      outcome: 'unreachable',
      reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    expect(
      await egressOf({ ...options, caFile: certFile }).request(post(`https://other.example.com:${port}/`), soon()),
    ).toEqual({ outcome: 'unreachable', reason: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('sends bytes over TLS to a checked address', async () => {
    let got = '';
    const port = await listen(
      createTls({ key, cert }, (socket) => {
        socket.on('data', (chunk) => {
          got += chunk;
        });
        socket.on('end', () => socket.end());
      }),
      '0.0.0.0',
    );
    const resolve = async () => [{ address: '127.0.0.2', family: 4 }];
    const egress = egressOf({
      ...strict,
      allowedPorts: [port],
      allowedNetworks: ['127.0.0.2/32'],
      caFile: certFile,
      resolve,
    });
    expect(
      await egress.send({ host: 'hooks.example.com', port, tls: true }, Buffer.from('hello'), soon()),
    ).toBeUndefined();
    expect(got).toBe('hello');
    expect(await egress.send({ host: 'hooks.example.com', port, tls: false }, Buffer.from('x'), soon())).toBe(
      'only TLS is allowed',
    );
  });
});

it('says which file of authorities it cannot read', () => {
  expect(() => createEgress({ ...strict, caFile: '/nowhere/ca.pem' })).toThrow(
    'delivery.caFile /nowhere/ca.pem: ENOENT',
  );
});

describe('egress: the answer', () => {
  async function receiver(handler: RequestListener): Promise<string> {
    return `http://127.0.0.1:${await listen(createHttp(handler))}/`;
  }

  it('carries method, headers and body, and brings status, headers and body back', async () => {
    const url = await receiver((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () =>
        response
          .writeHead(202, { 'Retry-After': '7', 'X-Saw': `${request.method} ${request.headers['x-a']} ${body}` })
          .end('thanks'),
      );
    });
    const answer = await egressOf(local).request(
      { url, method: 'PUT', headers: { 'x-a': 'b' }, body: '{"é":1}' },
      soon(),
    );
    expect(answer).toMatchObject({ outcome: 'answered', status: 202, body: 'thanks' });
    expect(answer).toHaveProperty(['headers', 'retry-after'], '7');
    expect(answer).toHaveProperty(['headers', 'x-saw'], 'PUT b {"é":1}');
  });

  it('follows no redirect', async () => {
    let hits = 0;
    const url = await receiver((_, response) => {
      hits++;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await egressOf(local).request(post(url), soon())).toMatchObject({ outcome: 'answered', status: 307 });
    expect(hits).toBe(1);
  });

  it('reads an endless answer only up to the cap', async () => {
    const url = await receiver((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    const answer = await egressOf(local).request(post(url), soon());
    expect(answer).toMatchObject({ outcome: 'answered', status: 200 });
    expect(answer.outcome === 'answered' && answer.body.length).toBe(1_024);
  });

  it('gives up on endless headers', async () => {
    const port = await listen(
      createTcp((socket) => {
        socket.on('error', () => {});
        socket.write('HTTP/1.1 200 OK\r\n');
        const more = () => {
          while (!socket.destroyed && socket.write(`x-filler: ${'y'.repeat(8_000)}\r\n`));
        };
        socket.on('drain', more);
        more();
      }),
    );
    expect(await egressOf(local).request(post(`http://127.0.0.1:${port}/`), soon())).toEqual({
      outcome: 'unreachable',
      reason: 'UND_ERR_HEADERS_OVERFLOW',
    });
  });

  it('ends with the signal: no headers is no answer, a body that drips keeps its status', async () => {
    const silent = await receiver(() => {});
    expect(await egressOf(local).request(post(silent), AbortSignal.timeout(50))).toEqual({
      outcome: 'timeout',
      reason: 'no answer in time',
    });
    const dripping = await receiver((_, response) => response.writeHead(200).write('part'));
    expect(await egressOf(local).request(post(dripping), AbortSignal.timeout(300))).toMatchObject({
      outcome: 'answered',
      status: 200,
      body: 'part',
    });
  });

  it('names the cause of a failure and nothing of the URL', async () => {
    const server = createTcp();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = (server.address() as AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    const refused = await egressOf(local).request(post(`http://127.0.0.1:${port}/hunter2?token=hunter2`), soon());
    expect(refused).toEqual({ outcome: 'unreachable', reason: 'ECONNREFUSED' });
    expect(await egressOf(local).send({ host: '127.0.0.1', port, tls: false }, Buffer.from('x'), soon())).toBe(
      'ECONNREFUSED',
    );
    const resolve = async () => [];
    expect(await egressOf({ ...local, resolve }).request(post('http://nowhere.invalid/hunter2'), soon())).toEqual({
      outcome: 'blocked',
      reason: 'nowhere.invalid has no address',
    });
  });

  it('tells bytes that were taken from bytes that were not', async () => {
    const taken = await listen(createTcp((socket) => socket.resume().on('end', () => socket.end())));
    expect(
      await egressOf(local).send({ host: '127.0.0.1', port: taken, tls: false }, Buffer.from('x'), soon()),
    ).toBeUndefined();
    const reset = await listen(createTcp((socket) => socket.resetAndDestroy()));
    const large = Buffer.alloc(8 * 1024 * 1024);
    expect(await egressOf(local).send({ host: '127.0.0.1', port: reset, tls: false }, large, soon())).toBeTypeOf(
      'string',
    );
    const deaf = await listen(createTcp((socket) => socket.pause()));
    expect(
      await egressOf(local).send({ host: '127.0.0.1', port: deaf, tls: false }, large, AbortSignal.timeout(100)),
    ).toBe('not taken in time');
  });
});
