/** What every sink on the shelf must hold to, tried against a real receiver. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { IDENTITY_KINDS } from '../../schemas/activity.ts';
import { ALERT_KINDS, ALERT_STATUSES, type Alert, SEVERITIES } from '../../schemas/alert.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import { openSinks, readRoutes } from '../../src/deliver/sink-routes.ts';
import type { SinkType } from '../../src/ports/delivery.ts';
import { exampleAlert, exampleDrift, hugeAlert } from './example-alert.ts';
import { deliveryOf, sinkContext } from './sink-context.ts';
import { CANARY, type Rig } from './sink-rig.ts';

const types = await discover<SinkType>(SHELVES.sinks, 'sink');

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const rigOf = async (id: string): Promise<Rig> => {
  const made: Rig = await (await import(`./sink-rigs/${id}.ts`)).rig();
  undo.push(() => made.close());
  return made;
};

/** A sink as the config would open it, with its rig. */
async function opened(id: string) {
  const rig = await rigOf(id);
  const { routes, problems } = readRoutes({ one: { type: id, filter: {}, ...rig.options } }, types);
  expect(problems).toEqual([]);
  const context = sinkContext(rig.secrets, rig.publish);
  undo.push(() => context.close());
  const [outlet] = await openSinks(routes, context);
  undo.push(() => outlet!.sink.close?.());
  return { rig, sink: outlet!.sink, encode: routes[0]!.encode };
}

/** Any text, also what is not well-formed Unicode. */
const text = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
  maxLength: 40,
});
const field = fc.constantFrom('source.ip', 'source.asn', 'source.country', 'action.name', 'resource.id', 'source', 'x');
const anyAlert: fc.Arbitrary<Alert> = fc
  .record({
    id: text,
    tenant: text,
    title: text,
    owner: text,
    incident: text,
    status: fc.constantFrom(...ALERT_STATUSES),
    severity: fc.constantFrom(...SEVERITIES),
    kinds: fc.subarray([...ALERT_KINDS], { minLength: 1 }),
    techniques: fc.array(text, { maxLength: 3 }),
    score: fc.double({ noNaN: true, noDefaultInfinity: true }),
    kind: fc.constantFrom(...IDENTITY_KINDS),
    name: text,
    seen: fc.array(fc.record({ field, seen: text, usual: text, activityId: text }), { maxLength: 4 }),
  })
  .map(({ kind, name, seen, ...rest }) => {
    const base = exampleAlert();
    const evidence = seen.map((item) => ({ ...base.evidence[0]!, ...item }));
    return { ...base, ...rest, evidence, identity: { ...base.identity, id: name, name, kind } };
  });

/** Escape, OSC, line ends that would begin a line, C1, bidirectional marks, zero width, tags. */
const PLANT = '\u001b[31m\u001b]0;x\u0007\r\nFORGED\u009b1A\u0085\u202e\u2066\u200b\ufeff\u2028\u{e0041}';
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** Words of our own, which no log brings. */
const OURS = new Set([
  'id',
  'schema',
  'status',
  'severity',
  'kind',
  'kinds',
  'action',
  'detector',
  'detectors',
  'standing',
]);

/** The value with the plant behind every text that a log can bring. */
function planted<T>(value: T, name = ''): T {
  if (OURS.has(name) && typeof value !== 'object') return value;
  if (typeof value === 'string' && !/^\d{4}-\d\d-\d\dT/.test(value)) return `${value}${PLANT}` as T;
  if (Array.isArray(value)) return value.map((one) => planted(one, name)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, planted(inner, key)])) as T;
}

/** Every text in a body of JSON, of each line where it is lines of it; the body itself where it is none. */
function textsIn(body: string): string[] {
  const texts = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
  };
  try {
    return texts(JSON.parse(body));
  } catch {
    return body.split('\n').flatMap((line) => (line.startsWith('{') ? texts(JSON.parse(line)) : [line]));
  }
}

const soon = () => AbortSignal.timeout(10_000);

describe.each([...types.keys()])('sink %s', (id) => {
  it('says what it is', () => {
    const { about } = types.get(id)!;
    expect(about.title.length).toBeGreaterThan(0);
    expect(about.standard.length).toBeGreaterThan(0);
  });

  it('writes the same bytes for the same alert, and leaves the alert alone', async () => {
    const { encode } = await opened(id);
    for (const make of [exampleAlert, hugeAlert]) {
      const alert = make();
      const body = encode(alert);
      expect(alert).toEqual(make());
      expect(encode(make())).toBe(body);
    }
  });

  it('has words for any alert, however odd its texts', async () => {
    const { encode } = await opened(id);
    fc.assert(
      fc.property(anyAlert, (alert) => {
        const body = encode(alert);
        expect(body.length).toBeGreaterThan(0);
        expect(encode(structuredClone(alert))).toBe(body);
      }),
      { numRuns: 300 },
    );
  });

  it('lets no text of a log act on whoever reads what it sends, as it is or unpacked', async () => {
    const { encode } = await opened(id);
    const body = encode(planted(exampleAlert({ drift: exampleDrift, incident: 'feed0001', owner: 'payments' })));
    const lines = body.split('\n');
    expect(lines.flatMap((line) => HIDDEN.exec(line)?.[0] ?? [])).toEqual([]);
    expect(lines.filter((line) => line.startsWith('FORGED'))).toEqual([]);
    expect(body).toContain('FORGED');
    // What people read as text is shown, line ends of our own aside; what machines read is exact.
    const texts = textsIn(body);
    const shown = texts.filter((one) => one.includes('FORGED') && !one.endsWith(PLANT));
    expect(shown.flatMap((one) => one.split('\n')).flatMap((line) => HIDDEN.exec(line)?.[0] ?? [])).toEqual([]);
    expect(shown.flatMap((one) => one.split('\n')).filter((line) => line.startsWith('FORGED'))).toEqual([]);
  });

  it('delivers ordinary and enormous alerts', async () => {
    const { rig, sink, encode } = await opened(id);
    for (const alert of [exampleAlert(), hugeAlert()])
      expect(await sink.deliver(deliveryOf(alert, encode(alert)), soon())).toEqual({ status: 'delivered' });
    expect(rig.arrived()).toHaveLength(2);
  });

  it('gives a repeated delivery the same mark, so the receiver can drop it', async () => {
    const { rig, sink, encode } = await opened(id);
    const delivery = deliveryOf(exampleAlert(), encode(exampleAlert()));
    await sink.deliver(delivery, soon());
    expect(await sink.deliver(delivery, soon())).toEqual({ status: 'delivered' });
    expect(new Set(rig.arrived()).size).toBe(1);
  });

  it('honours abort: before the attempt and in the middle of it', async () => {
    const { rig, sink, encode } = await opened(id);
    const delivery = deliveryOf(exampleAlert(), encode(exampleAlert()));
    expect(await sink.deliver(delivery, AbortSignal.abort())).toMatchObject({ status: 'retry' });
    expect(rig.arrived()).toEqual([]);
    if (rig.http !== undefined) rig.http.usual = 'silent';
    else if (rig.silence !== undefined) rig.silence();
    else return;
    const receipt = await sink.deliver(delivery, AbortSignal.timeout(100));
    // A connection without acknowledgement counts as taken once the peer's kernel has all bytes.
    expect(receipt.status).toMatch(id === 'syslog-cef' ? /^(retry|delivered)$/ : /^retry$/);
  });

  it('shows no secret in bodies, receipts or errors', async () => {
    const { rig, sink, encode } = await opened(id);
    const body = encode(exampleAlert());
    expect(body).not.toContain(CANARY);
    const shown: unknown[] = [];
    const delivery = deliveryOf(exampleAlert(), body);
    if (rig.http !== undefined) {
      const mirror = CANARY.repeat(2);
      for (const status of [400, 401, 403, 404, 410, 413, 429, 500, 503])
        rig.http.answers.push({ status, headers: { 'x-echo': mirror }, body: `{"code":6,"text":"${mirror}"}` });
      rig.http.answers.push('reset');
      const attempts = rig.http.answers.length;
      for (let i = 0; i < attempts; i++) shown.push(await sink.deliver(delivery, soon()));
      await rig.http.close();
    }
    shown.push(await sink.deliver(delivery, AbortSignal.abort()));
    expect(JSON.stringify(shown)).not.toContain(CANARY);
  });

  it('refuses unknown options and reports where they stand', async () => {
    const rig = await rigOf(id);
    const { routes, problems } = readRoutes({ one: { type: id, filter: {}, ...rig.options, colour: 'red' } }, types);
    expect(routes).toEqual([]);
    expect(problems).toMatchObject([{ path: ['sinks', 'one'] }]);
    expect(problems[0]!.message).toContain('colour');
  });

  it('names the sink and keeps the secret when it cannot be opened', async () => {
    const rig = await rigOf(id);
    const { routes } = readRoutes({ one: { type: id, filter: {}, ...rig.options } }, types);
    const context = sinkContext(Object.fromEntries(Object.keys(rig.secrets).map((file) => [file, `junk ${CANARY}`])));
    undo.push(() => context.close());
    const outcome = await openSinks(routes, {
      ...context,
      http: { ...context.http, objection: () => 'not allowed' },
    }).then(
      async ([outlet]) => outlet!.sink.close?.(),
      (error) => {
        expect(error.name).toBe('ConfigError');
        expect(error.message).toMatch(/^sinks\.one: /);
        expect(error.message).not.toContain(CANARY);
        return 'refused';
      },
    );
    // A file asks nobody for leave to go out.
    expect(outcome).toBe(id === 'file' ? undefined : 'refused');
  });
});

const overHttp = (
  await Promise.all(
    [...types.keys()].map(async (id) => {
      const rig: Rig = await (await import(`./sink-rigs/${id}.ts`)).rig();
      await rig.close();
      return rig.http === undefined ? [] : [id];
    }),
  )
).flat();

describe.each(overHttp)('sink %s over HTTP', (id) => {
  async function answered(answer: NonNullable<Rig['http']>['usual'], ms = 10_000) {
    const { rig, sink, encode } = await opened(id);
    const delivery = deliveryOf(exampleAlert(), encode(exampleAlert()));
    rig.http!.usual = answer;
    const receipt = await sink.deliver(delivery, AbortSignal.timeout(ms));
    return { receipt, requests: rig.http!.received.length };
  }

  it('comes back when a busy receiver says', async () => {
    const { receipt } = await answered({ status: 429, headers: { 'retry-after': '17' } });
    expect(receipt).toMatchObject({ status: 'retry', retryAfterMs: 17_000 });
    expect((await answered({ status: 503, headers: { 'retry-after': '3' } })).receipt).toMatchObject({
      retryAfterMs: 3_000,
    });
  });

  it('tries again after 500 and after a reset', async () => {
    expect((await answered({ status: 500 })).receipt).toEqual({ status: 'retry', reason: 'HTTP 500' });
    expect((await answered('reset')).receipt).toMatchObject({ status: 'retry' });
  });

  it('takes 410 as gone', async () => {
    expect((await answered({ status: 410 })).receipt).toEqual({ status: 'gone', reason: 'HTTP 410' });
  });

  it('follows no redirect and calls it a failure', async () => {
    for (const status of [301, 302, 307, 308])
      expect(await answered({ status, headers: { location: '/elsewhere' } })).toEqual({
        receipt: { status: 'retry', reason: `HTTP ${status}` },
        requests: 1,
      });
  });

  it('gives up on a slow answer when told to', async () => {
    expect((await answered('silent', 50)).receipt).toEqual({ status: 'retry', reason: 'timeout: no answer in time' });
  });

  it('survives an endless answer', async () => {
    const { receipt } = await answered('endless');
    // Elasticsearch says in the body what became of the document; the others say it in the status.
    expect(receipt.status).toBe(id === 'elastic' ? 'retry' : 'delivered');
  });
});
