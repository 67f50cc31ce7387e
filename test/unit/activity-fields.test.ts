import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { ACTIVITY_SELECT, activityColumns } from '../../src/adapters/clickhouse/activity-columns.ts';
import { createDedup, decode } from '../../src/detect/decode.ts';
import { format } from '../../src/formats/activity.ts';
import { ACTIVITY_FIELDS } from '../../src/ingest/activity-fields.ts';
import { activityMessage, ENCODER_HEADER, encoderMark, tenantOf } from '../../src/ingest/activity-message.ts';
import { bytesOf, isActivity } from '../../src/ingest/activity-shape.ts';
import { createDeadLetterBuilder } from '../../src/ingest/dead-letter.ts';
import { createReader } from '../../src/ingest/reader.ts';
import type { TopicMessage } from '../../src/ports/stream.ts';
import { createFingerprinter } from '../../src/secrets.ts';
import { everyField, everyLeaf } from './every-field.ts';
import { leftOf, SECRETS, SURROUNDINGS } from './planted-secrets.ts';

const limits = {
  ...configSchema.parse({}).ingest,
  recordMaxBytes: 1 << 20,
  futureSkewMs: 300_000,
  deadLetterMaxBytes: 1 << 20,
};
const fingerprinter = createFingerprinter('pepper');
const mark = encoderMark(fingerprinter);
const reader = createReader({
  formats: new Map([['activity', format]]),
  format: 'activity',
  tenant: 'default',
  limits,
  fingerprinter,
});
const LEAVES = everyLeaf();
const texts = LEAVES.filter(({ isText }) => isText).map(({ path }) => path);

/** One record, as ingest reads it. */
function ingested(record: object): Activity {
  const [outcome] = reader.read(JSON.stringify(record));
  if (outcome?.status !== 'read') throw new Error(outcome?.reason);
  return outcome.activities[0]!;
}

/** What detect makes of messages of the activity topic. */
async function detected(
  ...messages: readonly (Pick<TopicMessage, 'value' | 'headers'> & { readonly timestamp?: number })[]
) {
  const letters: string[] = [];
  const chunk = {
    topic: 'activity',
    partition: 0,
    first: 0,
    last: messages.length - 1,
    messages: messages.map((message, offset) => ({ timestamp: 0, ...message, offset, key: null })),
  };
  const { located } = await decode(chunk, createDedup(undefined), {
    reader,
    mark,
    setAside: async (buried) => void letters.push(...buried.map(({ reason }) => reason)),
    deadLetter: createDeadLetterBuilder({ fingerprinter, limits, now: () => 0 }),
    tenant: 'default',
  });
  return { activities: located.map(({ activity }) => activity), letters };
}

const RECEIVED = '2026-03-01T10:20:00.000Z';

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
const marked = (value: unknown, by = mark) => ({ value: bytes(value), headers: { [ENCODER_HEADER]: Buffer.from(by) } });

describe('one table for all fields', () => {
  it('has every leaf of the schema and nothing else', () => {
    expect([...ACTIVITY_FIELDS.keys()].sort()).toEqual(LEAVES.map(({ path }) => path).sort());
  });

  it('gives every text a bound and a kind that is scrubbed', () => {
    for (const path of texts) {
      const { kind, max } = ACTIVITY_FIELDS.get(path)!;
      expect([path, ['label', 'id', 'name', 'text', 'address'].includes(kind)]).toEqual([path, true]);
      expect([path, Number.isInteger(max)]).toEqual([path, true]);
    }
  });

  it('has a column in the store for every field: a migration adds one for a new field', () => {
    const folder = new URL('../../schemas/clickhouse/', import.meta.url);
    const sql = readdirSync(folder)
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n');
    const made = new Set(
      [
        ...sql.matchAll(
          /(?:^\s*|ADD COLUMN IF NOT EXISTS )([a-z_]+) (?:LowCardinality|String|Nullable|Array|DateTime|U?Int|Float|Bool)/gm,
        ),
      ].map(([, name]) => name),
    );
    const names = activityColumns({ topic: '', partition: 0 }).map(({ name }) => name);
    expect(names.filter((name) => !made.has(name))).toEqual([]);
    // The fields, what tells empty from absent, the home of the identity, the place, and the offset at which it was stored first.
    expect(names).toHaveLength(ACTIVITY_FIELDS.size + 6);
    expect(ACTIVITY_SELECT.split(', ')).toHaveLength(ACTIVITY_FIELDS.size + 1);
  });
});

describe('on the way from ingest to detect', () => {
  // What a record says of its arrival is not believed.
  it.each(LEAVES.map(({ path }) => path).filter((path) => !path.startsWith('received')))(
    '%s is not lost',
    async (path) => {
      const whole = everyField();
      const read = { ...ingested(whole), receivedAt: RECEIVED, receivedFrom: 'main/raw' };
      const { activities, letters } = await detected(marked(read), { value: bytes(whole), headers: {} });
      const get = ACTIVITY_FIELDS.get(path)!.get;
      expect(get(read)).toEqual(get(whole));
      expect(activities.map(get)).toEqual([get(whole), get(whole)]);
      expect(letters).toEqual([]);
    },
  );

  it('when and by which input it arrived is said by ingest, or by the broker, and by no record', async () => {
    const whole = everyField({});
    expect([whole.receivedAt, whole.receivedFrom]).not.toContain(undefined);
    const read = ingested(whole);
    expect([read.receivedAt, read.receivedFrom]).toEqual([undefined, undefined]);
    const message = { value: bytes(whole), headers: {}, timestamp: Date.parse(RECEIVED) };
    const said = { ...read, receivedAt: RECEIVED, receivedFrom: 'main/raw' };
    const { activities } = await detected(marked(said), message, {
      ...message,
      timestamp: -1,
    });
    expect(activities.map(({ receivedAt }) => receivedAt)).toEqual([RECEIVED, RECEIVED, undefined]);
    expect(activities.map(({ receivedFrom }) => receivedFrom)).toEqual(['main/raw', 'activity', 'activity']);
  });

  it.each(texts)('no U+0000, of which keys are put together, leaves ingest in %s', (path) => {
    const [outcome] = reader.read(JSON.stringify(everyField({ [path]: 'bot\u0000aws\u00001' })));
    const shown = outcome!.status === 'read' ? JSON.stringify(outcome!.activities) : outcome!.reason;
    expect(shown).not.toContain('\\u0000');
    if (path === 'identity.id') expect(shown).toContain('bot\ufffdaws\ufffd1');
  });

  it.each(texts)('no secret leaves ingest in %s', (path) => {
    for (const [place, surround] of Object.entries(SURROUNDINGS))
      for (const [kind, secret] of Object.entries(SECRETS)) {
        const [outcome] = reader.read(JSON.stringify(everyField({ [path]: surround(secret, 'a name') })));
        const shown = outcome!.status === 'read' ? JSON.stringify(outcome!.activities) : outcome!.reason;
        expect([kind, place, leftOf(secret, shown)]).toEqual([kind, place, undefined]);
      }
  });

  it('a secret is not cut in two by the bound of its field', () => {
    const secret = SECRETS.github;
    for (const path of texts) {
      const { max } = ACTIVITY_FIELDS.get(path)!;
      for (let shown = 12; shown < secret.length; shown += 6) {
        const [outcome] = reader.read(
          JSON.stringify(everyField({ [path]: `${'x '.repeat(max).slice(0, max - shown)} ${secret}` })),
        );
        const said = outcome!.status === 'read' ? JSON.stringify(outcome!.activities) : outcome!.reason;
        expect([path, leftOf(secret, said)]).toEqual([path, undefined]);
      }
    }
  });
});

describe('the mark of our own ingest', () => {
  const planted = { ...ingested(everyField()), errorCode: `ghp_${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5'}` };

  it('spares a second search for secrets, and only with this very mark', async () => {
    expect((await detected(marked(planted))).activities[0]?.errorCode).toBe(planted.errorCode);
    const others = [
      { value: bytes(planted), headers: {} },
      marked(planted, 'activity/1'),
      marked(planted, ''),
      marked(planted, encoderMark(createFingerprinter('another pepper'))),
      marked(planted, encoderMark(createFingerprinter())),
    ];
    const { activities } = await detected(...others);
    expect(activities.map(({ errorCode }) => errorCode)).toEqual(
      others.map(() => expect.stringMatching(/^fp:[0-9a-f]{24}$/)),
    );
  });

  it('is written by ingest', async () => {
    const activity = ingested(everyField());
    const message = activityMessage(activity, mark);
    expect(message.headers?.[ENCODER_HEADER]).toBe(mark);
    expect(tenantOf(Buffer.from(message.key))).toBe(activity.tenant);
    expect((await detected(marked(JSON.parse(message.value as string)))).activities).toEqual([activity]);
  });

  it('excuses no wrong type, no bound, no missing and no unknown field', () => {
    const read = () => JSON.parse(JSON.stringify(ingested(everyField())));
    expect(isActivity(read())).toBe(true);
    for (const [path, { kind, max, isRequired }] of ACTIVITY_FIELDS) {
      const change = (value: unknown, isGone = false) => {
        const copy = read();
        const steps = path.replace('[]', '.0').split('.');
        const last = steps.pop()!;
        const holder = steps.reduce((at, step) => at[step], copy);
        if (isGone) delete holder[last];
        else holder[last] = value;
        return copy;
      };
      for (const wrong of [
        null,
        {},
        [],
        '',
        -1,
        Number.NaN,
        'x'.repeat(5_000),
        ...(kind === 'flag' ? ['true'] : [true]),
      ])
        expect([path, wrong, isActivity(change(wrong))]).toEqual([path, wrong, false]);
      if (['id', 'name', 'text', 'label'].includes(kind)) {
        expect([path, isActivity(change('x'.repeat(max)))]).toEqual([path, true]);
        expect([path, isActivity(change('x'.repeat(max + 1)))]).toEqual([path, false]);
      }
      if (isRequired) expect([path, isActivity(change(undefined, true))]).toEqual([path, false]);
    }
    for (const at of ['', 'identity', 'credential', 'actor', 'action', 'resource', 'source', 'run', 'amount']) {
      const copy = read();
      (at === '' ? copy : copy[at]).extra = 'x';
      expect([at, isActivity(copy)]).toEqual([at, false]);
      if (at === '') continue;
      for (const wrong of [null, 'x', 5, []])
        expect([at, wrong, isActivity({ ...read(), [at]: wrong })]).toEqual([at, wrong, false]);
    }
    expect(isActivity({ ...read(), scopes: Array.from({ length: 257 }, () => 's') })).toBe(false);
    expect(isActivity({ ...read(), onBehalfOf: [{ id: 'a', kind: 'b', more: 'c' }] })).toBe(false);
    expect(isActivity({ ...read(), tenant: 'a\u0000b' })).toBe(false);
    for (const other of [undefined, null, 5, 'x', [], {}]) expect(isActivity(other)).toBe(false);
  });

  it('what does not fit takes the full way, where it is mended or set aside', async () => {
    const read = ingested(everyField());
    const { activities, letters } = await detected(
      marked({ ...read, source: { ip: '[2001:DB8::1]:443' } }),
      marked({ ...read, resource: { id: 'x'.repeat(5_000) } }),
      marked({ ...read, at: '1970-01-01T00:00:00.000Z' }),
      marked({ ...read, outcome: 'ok' }),
      { value: Buffer.from('no JSON'), headers: { [ENCODER_HEADER]: Buffer.from(mark) } },
    );
    expect(activities.map(({ source, resource }) => [source.ip, resource?.id.length])).toEqual([
      ['2001:db8::1', everyField().resource!.id.length],
      [read.source.ip, 2_048],
    ]);
    expect(letters).toEqual([
      'at: expected a time between the years 2000 and 2099',
      'outcome: expected one of success, denied, failed',
      'not valid JSON',
    ]);
  });

  it('a network that only detect knows is filled in all the same', () => {
    const networks = { lookup: () => ({ prefix: '192.0.2.0/24', org: 'net', country: 'NL' }) };
    const one = createReader({
      formats: new Map([['activity', format]]),
      format: 'activity',
      tenant: 'd',
      limits,
      fingerprinter,
      networks,
    });
    const { org: _, ...source } = ingested(everyField()).source;
    expect(one.readAdmitted(bytes({ ...ingested(everyField()), source }))?.source).toEqual({ ...source, org: 'net' });
  });
});

it('the room an activity takes follows its texts', () => {
  const small = bytesOf(ingested(everyField()));
  const large = bytesOf(ingested(everyField({ 'resource.id': 'x'.repeat(2_048) })));
  expect(large - small).toBe(2 * (2_048 - everyField().resource!.id.length));
  expect(small).toBeGreaterThan(JSON.stringify(everyField()).length / 2);
});
