import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { type RegistryServer, registered, startRegistry } from '../../test/unit/schema-registry-server.ts';
import { createSchemaRegistry, type SchemaRegistry } from './schema-registry.ts';

let server: RegistryServer;
const open = new Set<SchemaRegistry>();
beforeEach(async () => {
  server = await startRegistry();
});
afterEach(async () => {
  for (const one of open) await one.close();
  open.clear();
  await server.close();
});

function registry(settings: object = {}, parts: object = {}) {
  const kafka = { brokers: ['a:1'], schemaRegistry: { url: server.url, ...settings } };
  const one = createSchemaRegistry({
    settings: configSchema.parse({ kafka }).kafka!.schemaRegistry!,
    retryForMs: 5_000,
    maxRetryMs: 10,
    now: Date.now,
    onWaiting: () => {},
    ...parts,
  });
  open.add(one);
  return {
    ...one,
    /** What a message comes to. */
    async read(message: Uint8Array, signal = AbortSignal.timeout(10_000)) {
      await one.prepare([message], signal);
      const decoded = one.decode(message);
      return 'json' in decoded ? JSON.parse(decoded.json) : decoded;
    },
  };
}

const WHO = {
  type: 'record',
  name: 'Actor',
  namespace: 'who',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'type', type: 'string' },
    { name: 'alternateId', type: ['null', 'string'], default: null },
  ],
};
const ACT = {
  type: 'record',
  name: 'Okta',
  namespace: 'acme.audit',
  fields: [
    { name: 'eventType', type: 'string' },
    { name: 'published', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'uuid', type: 'string' },
    { name: 'actor', type: 'who.Actor' },
    { name: 'serial', type: 'long' },
    { name: 'raw', type: 'bytes' },
    {
      name: 'target',
      type: [
        'null',
        {
          type: 'array',
          items: {
            type: 'record',
            name: 'Target',
            fields: [
              { name: 'id', type: 'string' },
              { name: 'type', type: 'string' },
            ],
          },
        },
      ],
    },
    { name: 'labels', type: { type: 'map', values: 'string' } },
    { name: 'result', type: { type: 'enum', name: 'R', symbols: ['SUCCESS', 'FAILURE'] } },
  ],
};
// Written by fastavro 1.x with these schemas.
const IN_AVRO = Buffer.from(
  '24757365722e73657373696f6e2e737461727490f9aa8e956706752d3108303075310855736572021e616461406578616d706c652e636f6d8080808080808080800104ff00020206306f6116417070496e7374616e63650002026b02760000',
  'hex',
);

const ACT_PROTO = `syntax = "proto3";
package acme.audit;
import "google/protobuf/timestamp.proto";
import "google/protobuf/struct.proto";
import "who.proto";
message Heartbeat { string host = 1; }
message Envelope {
  message Okta {
    string eventType = 1;
    string published = 2;
    who.Actor actor = 3;
    repeated string scopes = 4;
    map<string, string> labels = 5;
    Result result = 6;
    google.protobuf.Timestamp at = 7;
    google.protobuf.Struct extra = 8;
    int64 serial = 9;
    bytes raw = 10;
    string uuid = 11;
  }
  enum Result { UNKNOWN = 0; SUCCESS = 1; }
  Okta okta = 1;
}`;
const WHO_PROTO = `syntax = "proto3";
package who;
message Actor { string id = 1; string type = 2; string alternateId = 3; }`;
// Written by the protobuf library of Python with these files.
const IN_PROTOBUF = Buffer.from(
  '0a12757365722e73657373696f6e2e73746172741218323032362d30332d30315431303a31353a33302e3132305a1a1d0a04303075311204557365721a0f616461406578616d706c652e636f6d2201612201622a060a016b12017630013a0b08c2a390cd0610809c9c39423d0a120a02696e120c2a0a0a080a016112031a01620a170a046c697374120f320d0a0220010a0208000a031a01780a0e0a016e120911000000000000f83f488080808080808080405202ff005a03752d31',
  'hex',
);

/** A text, in Avro, that is a JSON record. */
const TEXT = Buffer.from('0e7b2261223a317d', 'hex');

describe('what another library wrote is read', () => {
  it('in Avro, with a schema that refers to another', async () => {
    server.schemas.set(7, {
      schema: JSON.stringify(ACT),
      references: [{ name: 'who.Actor', subject: 'who/actor', version: 2 }],
    });
    server.subjects.set('who/actor/2', { schema: JSON.stringify(WHO) });
    expect(await registry().read(registered(7, IN_AVRO))).toEqual({
      eventType: 'user.session.start',
      published: '2026-03-01T10:15:30.120Z',
      uuid: 'u-1',
      actor: { id: '00u1', type: 'User', alternateId: 'ada@example.com' },
      serial: 2 ** 62,
      raw: '/wA=',
      target: [{ id: '0oa', type: 'AppInstance' }],
      labels: { k: 'v' },
      result: 'SUCCESS',
    });
  });

  it('in Avro, where the schema is one text that holds the record', async () => {
    server.schemas.set(1, { schema: '"string"' });
    expect(await registry().read(registered(1, TEXT))).toEqual({ a: 1 });
  });

  it('in Protobuf, by the position of the message in its file', async () => {
    server.schemas.set(9, {
      schema: ACT_PROTO,
      schemaType: 'PROTOBUF',
      references: [{ name: 'who.proto', subject: 'who.proto', version: 1 }],
    });
    server.subjects.set('who.proto/1', { schema: WHO_PROTO, schemaType: 'PROTOBUF' });
    const one = registry();
    // Of the second message (1) the first one within it (0): a row of two, each doubled as zigzag has it.
    expect(await one.read(registered(9, IN_PROTOBUF, Uint8Array.of(4, 2, 0)))).toEqual({
      eventType: 'user.session.start',
      published: '2026-03-01T10:15:30.120Z',
      actor: { id: '00u1', type: 'User', alternateId: 'ada@example.com' },
      scopes: ['a', 'b'],
      labels: { k: 'v' },
      result: 'SUCCESS',
      at: '2026-03-01T10:15:30.120Z',
      extra: { n: 1.5, list: [true, null, 'x'], in: { a: 'b' } },
      serial: 2 ** 62,
      raw: '/wA=',
      uuid: 'u-1',
    });
    expect(await one.read(registered(9, Buffer.from('0a0168', 'hex'), Uint8Array.of(0)))).toEqual({ host: 'h' });
    expect(await one.read(registered(9, Buffer.from('0a0168', 'hex'), Uint8Array.of(2, 8)))).toEqual({
      dead: 'not what its schema says',
    });
  });

  it('with a JSON schema', async () => {
    server.schemas.set(3, { schema: '{"type":"object"}', schemaType: 'JSON' });
    expect(await registry().read(registered(3, Buffer.from('{"a":[1]}')))).toEqual({ a: [1] });
  });
});

/** Four schemas: A holds B and C, which both hold D. */
const fieldsOf = (name: string) =>
  ({
    A: [
      { name: 'b', type: 'B' },
      { name: 'c', type: 'C' },
    ],
    B: [{ name: 'd', type: 'D' }],
    C: [{ name: 'd', type: 'D' }],
    D: [{ name: 'x', type: 'string' }],
  })[name];
const protoOf = (name: string) =>
  `syntax = "proto3"; package k; import "google/protobuf/timestamp.proto";
  ${
    {
      A: 'import "B.proto"; import "C.proto"; message A { B b = 1; C c = 2; google.protobuf.Timestamp at = 3; }',
      B: 'import "D.proto"; message B { D d = 1; google.protobuf.Timestamp at = 2; }',
      C: 'import "D.proto"; message C { D d = 1; }',
      D: 'message D { string x = 1; }',
    }[name]
  }`;

describe('a schema', () => {
  it('is asked for once, and a missing one not again for a while', async () => {
    server.schemas.set(1, { schema: '"string"' });
    let now = 0;
    const one = registry({}, { now: () => now });
    const [good, missing] = [registered(1, Buffer.from('0661', 'hex')), registered(8, Buffer.alloc(1))];
    for (let n = 0; n < 3; n++) await one.prepare([good, good, missing], AbortSignal.timeout(5_000));
    expect(server.asked.map(({ path }) => path)).toEqual(['/schemas/ids/1', '/schemas/ids/8']);
    expect(one.decode(missing)).toEqual({ dead: 'the schema registry has no schema of this id' });
    server.schemas.set(8, { schema: '"string"' });
    now += 31_000;
    expect(await one.read(registered(8, TEXT))).toEqual({ a: 1 });
  });

  it('is not displaced by ids that nobody gave out, however many a batch holds', async () => {
    server.schemas.set(1, { schema: '"string"' });
    const one = registry({ schemasMax: 2 });
    const good = registered(1, TEXT);
    const others = Array.from({ length: 20 }, (_, n) => registered(n + 2, TEXT));
    await one.prepare([good, ...others, registered(-5, TEXT)], AbortSignal.timeout(5_000));
    expect(one.decode(good)).toEqual({ json: '{"a":1}' });
    for (const other of [...others, registered(-5, TEXT)])
      expect(one.decode(other)).toEqual({ dead: 'the schema registry has no schema of this id' });
    expect(server.asked).toHaveLength(21);
  });

  it('is forgotten beyond the bound, the oldest first', async () => {
    for (const id of [1, 2, 3]) server.schemas.set(id, { schema: '"string"' });
    const one = registry({ schemasMax: 2 });
    const of = (id: number) => registered(id, Buffer.from('0061', 'hex'));
    for (const id of [1, 2, 3]) await one.prepare([of(id)], AbortSignal.timeout(5_000));
    await one.prepare([of(3), of(2)], AbortSignal.timeout(5_000));
    expect(server.asked).toHaveLength(3);
    await one.prepare([of(1)], AbortSignal.timeout(5_000));
    expect(server.asked).toHaveLength(4);
  });

  it.each<[string, object]>([
    ['no Avro', { schema: '{"type":"nothing"}' }],
    ['no JSON', { schema: '{' }],
    ['no Protobuf', { schema: 'message {', schemaType: 'PROTOBUF' }],
    ['of a sort that nobody knows', { schema: 'x', schemaType: 'THRIFT' }],
    [
      'one that refers to what is not there',
      { schema: '"string"', references: [{ name: 'a', subject: 'a', version: 1 }] },
    ],
  ])('that is %s makes its messages dead, and nothing else', async (_, told) => {
    server.schemas.set(5, told as never);
    const decoded = await registry().read(registered(5, Buffer.from([1, 2])));
    expect(decoded.dead).toMatch(/schema/);
  });

  it.each<['AVRO' | 'PROTOBUF', (name: string) => string, Uint8Array]>([
    [
      'AVRO',
      (name) => JSON.stringify({ type: 'record', name, fields: fieldsOf(name) }),
      Buffer.from('02610262', 'hex'),
    ],
    ['PROTOBUF', protoOf, Buffer.from('000a050a030a0161120212001a020801', 'hex')],
  ])(
    'of %s that two others of one message refer to is asked for and read once',
    async (schemaType, textOf, message) => {
      const refersTo = (...names: string[]) =>
        names.map((name) => ({ name: schemaType === 'AVRO' ? name : `${name}.proto`, subject: name, version: 1 }));
      const put = (name: string, ...others: string[]) =>
        server.subjects.set(`${name}/1`, { schema: textOf(name), references: refersTo(...others) });
      put('D');
      put('B', 'D');
      put('C', 'D');
      server.schemas.set(5, { schema: textOf('A'), schemaType, references: refersTo('B', 'C') });
      expect(await registry().read(registered(5, message))).toMatchObject({ b: { d: { x: 'a' } } });
      expect(server.asked.map(({ path }) => path)).toEqual([
        '/schemas/ids/5',
        ...['B', 'D', 'C'].map((name) => `/subjects/${name}/versions/1`),
      ]);
    },
  );

  it('that is too large, or of an answer that is none, holds up no other message', async () => {
    server.schemas.set(5, { schema: JSON.stringify('x'.repeat(5 << 20)) });
    server.schemas.set(6, { schema: '"string"', references: [null] as never });
    const one = registry();
    expect((await one.read(registered(5, TEXT))).dead).toMatch(/larger than/);
    expect(await one.read(registered(6, TEXT))).toEqual({ a: 1 });
  });

  it('that refers to itself is not followed without end', async () => {
    const references = [{ name: 'a', subject: 'a', version: 1 }];
    server.schemas.set(5, { schema: '"string"', references });
    server.subjects.set('a/1', { schema: '"string"', references });
    expect(await registry().read(registered(5, Buffer.from([0])))).toEqual({
      dead: 'a schema refers to too many others, or to itself',
    });
  });
});

it.each<[string, Buffer, RegExp]>([
  ['JSON', Buffer.from('{"a":1}'), /what looks like JSON: leave out the encoding/],
  ['something else', Buffer.from([1, 0, 0, 0, 1, 9]), /does not begin with a zero byte/],
  ['nothing', Buffer.alloc(0), /does not begin with a zero byte/],
])('%s is dead with the remedy, and the registry is not asked', async (_, message, reason) => {
  expect((await registry().read(message)).dead).toMatch(reason);
  expect(server.asked).toEqual([]);
});

it('a registry that fails is asked again, and what waits is told', async () => {
  server.schemas.set(1, { schema: '"string"' });
  server.faults.push(500, 503);
  let waited = 0;
  const one = registry({}, { onWaiting: () => waited++ });
  expect(await one.read(registered(1, TEXT))).toEqual({ a: 1 });
  expect(waited).toBe(2);
});

it('one that does not answer for too long, refuses, or is given up by its reader, is a fault and no dead letter', async () => {
  const message = registered(1, Buffer.from([0]));
  server.faults.push(...Array.from({ length: 64 }, () => 500));
  let now = 0;
  const patient = registry({}, { now: () => (now += 1_000) });
  await expect(patient.read(message)).rejects.toMatchObject({ name: 'ConfigError', message: /no answer for 5 s/ });
  await expect(registry().read(message, AbortSignal.abort(new Error('over')))).rejects.toThrow();
  server.faults.splice(0, server.faults.length, 401);
  await expect(registry().read(message)).rejects.toMatchObject({
    message: /answers 401/,
    remedy: /kafka\.schemaRegistry\.url/,
  });
});

it.each([
  ['text', '<h1>Not Found</h1>'],
  ['JSON', '{"error_code":404,"message":"HTTP 404 Not Found"}'],
])('an address that leads to no registry, and says so in %s, is a fault and no dead letter', async (_, body) => {
  server.elsewhere = body;
  let now = 0;
  const one = registry({}, { now: () => (now += 1_000) });
  await expect(one.read(registered(1, TEXT))).rejects.toMatchObject({
    message: /answers 404/,
    remedy: /kafka\.schemaRegistry\.url/,
  });
});

it.each<[string, RegExp | string, RequestListener]>([
  ['that leads elsewhere', /answers 302/, (_, response) => void response.writeHead(302, { location: '/other' }).end()],
  ['whose headers do not come', /timeout/, () => {}],
  ['whose answer drips', /timeout/, (_, response) => void response.writeHead(200).write('{')],
  [
    'whose answer has no end',
    'a schema is larger than 4194304 bytes',
    (_, response) => {
      response.writeHead(200);
      const pour = () => {
        while (!response.destroyed && response.write(' '.repeat(64 * 1024)));
      };
      response.on('drain', pour);
      pour();
    },
  ],
])('one %s is given up, and nothing else is asked', async (_, reason, answer) => {
  const paths = new Set<string>();
  const hostile = createServer((request, response) => {
    paths.add(request.url!);
    answer(request, response);
  });
  await new Promise<void>((done) => hostile.listen(0, '127.0.0.1', done));
  try {
    const url = `http://127.0.0.1:${(hostile.address() as AddressInfo).port}`;
    let now = 0;
    const one = registry({ url, timeoutMs: 1_000 }, { now: () => (now += 1_000) });
    const reading = one.read(registered(1, TEXT));
    // What is too large is the fault of one schema; a registry that does not answer is nobody's dead letter.
    if (typeof reason === 'string') expect(await reading).toEqual({ dead: reason });
    else await expect(reading).rejects.toMatchObject({ name: 'ConfigError', message: reason });
    expect([...paths]).toEqual(['/schemas/ids/1']);
  } finally {
    hostile.closeAllConnections();
    hostile.close();
  }
});

it('who asks is told by name and password, or by a token that may be renewed', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tidemark-registry-'));
  try {
    server.schemas.set(1, { schema: '"string"' });
    server.schemas.set(2, { schema: '"string"' });
    const file = join(dir, 'secret');
    writeFileSync(file, 'first\n');
    await registry({ username: 'reader', passwordFile: file }).read(registered(1, TEXT));
    expect(server.asked.at(-1)?.authorization).toBe(`Basic ${Buffer.from('reader:first').toString('base64')}`);
    const one = registry({ tokenFile: file });
    await one.read(registered(1, TEXT));
    writeFileSync(file, 'second\n');
    await one.read(registered(2, TEXT));
    expect(server.asked.slice(-2).map(({ authorization }) => authorization)).toEqual(['Bearer first', 'Bearer second']);
    expect(() => registry({ tokenFile: join(dir, 'absent') })).toThrow(/kafka\.schemaRegistry\.tokenFile/);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
