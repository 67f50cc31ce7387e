import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { leftOf, SECRETS, SURROUNDINGS } from '../../test/unit/planted-secrets.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import { createFingerprinter } from '../secrets.ts';
import type { Format } from './format.ts';
import { createReader } from './reader.ts';
import { scrubRecord } from './scrub-record.ts';

const fingerprinter = createFingerprinter('pepper');
const MAX = 1 << 20;
const clean = (text: string | Uint8Array, max = MAX) =>
  Buffer.from(
    scrubRecord(typeof text === 'string' ? Buffer.from(text) : text, max, {
      scrub: (one) => fingerprinter.scrub('t', one, true),
      name: (secret) => fingerprinter.fingerprint('t', 'token', secret),
    }),
  );

const NAME = /fp:[0-9a-f]{24}/;

describe('no secret is left', () => {
  it.each(Object.keys(SURROUNDINGS))('%s', (place) => {
    for (const [kind, secret] of Object.entries(SECRETS)) {
      const text = SURROUNDINGS[place]!(secret, 'a name');
      const records = {
        text,
        'a line of a log': `<34>1 2026-03-01T00:00:00Z host app - - ${text}`,
        JSON: JSON.stringify({ a: { b: [text] }, c: 1 }),
        'a key of JSON': JSON.stringify({ [text]: 1 }),
        'JSON that breaks off': `{"a":{"b":"${JSON.stringify(text).slice(1, -1)}","c":`,
        'a string that breaks off': `{"a":"x","b":"${JSON.stringify(text).slice(1, -1)}`,
        'two values in one record': `${JSON.stringify({ a: text })} ${JSON.stringify({ b: text })}`,
        'behind a quote that opens nothing': `5" of ${text}`,
      };
      for (const [form, record] of Object.entries(records))
        expect([kind, form, leftOf(secret, clean(record).toString())]).toEqual([kind, form, undefined]);
    }
  });

  it.each([
    '{"password":"hunter2"}',
    '{"db_password" : "hun\\"ter2 and more"}',
    '{"a":{"client_secret":"hunter2"},"b":"c@d"}',
    'password=hunter2',
  ])('%s', (record) => {
    expect(clean(record).toString()).not.toMatch(/hun|ter2/);
    expect(clean(record).toString()).toMatch(NAME);
  });

  it('at the end of what is kept, wherever that is', () => {
    const secret = SECRETS.github;
    const record = `{"a":"${'x '.repeat(5_000)}${secret}${' x'.repeat(30_000)}"}`;
    for (let max = 10_000; max < 10_060; max += 7) {
      const kept = clean(record, max);
      expect(kept.length).toBeLessThanOrEqual(max);
      expect(leftOf(secret, kept.toString())).toBeUndefined();
    }
    for (let max = 1_024; max < 30_000; max += 997) {
      const kept = clean(`${'x '.repeat(15_000)}${secret}${'y '.repeat(20_000)}`, max);
      expect(kept.length).toBeLessThanOrEqual(max);
      expect(leftOf(secret, kept.toString())).toBeUndefined();
    }
  });
});

it('JSON stays the same JSON but for the texts that held a secret', () => {
  const secret = SECRETS.github;
  const record = `{ "big": 12345678901234567890, "twice": 1, "twice": 2,\n "é": "ü\\u00e9\\/", "url": "http://a:1", "y": "b@c", "k": "${secret}" }`;
  const [before, after] = record.split(secret);
  const kept = clean(record).toString();
  expect(kept.startsWith(before!)).toBe(true);
  expect(kept.endsWith(after!)).toBe(true);
  expect(kept.slice(before!.length, -after!.length)).toBe(fingerprinter.fingerprint('t', 'token', secret));
});

it('what holds no secret stays byte for byte, whatever it is', () => {
  for (const record of [
    Buffer.from([0, 255, 34, 92, 34, 128, 34]),
    Buffer.from('{"a":"\ud83d\ude00"'),
    Buffer.alloc(0),
  ])
    expect(clean(record)).toEqual(record);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (record) => {
      fc.pre(!/[=@:]/.test(Buffer.from(record).toString('latin1')));
      expect(clean(record)).toEqual(Buffer.from(record));
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const record = JSON.stringify(value);
      fc.pre(!/[=@~%]/.test(record));
      expect(clean(record).toString()).toBe(record);
    }),
  );
});

it('what was scrubbed once stays as it is', () => {
  for (const secret of Object.values(SECRETS))
    for (const surround of Object.values(SURROUNDINGS)) {
      const once = clean(JSON.stringify({ password: surround(secret, 'x'), b: surround(secret, 'y') }));
      expect(clean(once).toString()).toBe(once.toString());
    }
});

describe('a record that is put back says what it would have said at first', async () => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const SAMPLES = new URL('../../test/samples/', import.meta.url);
  const limits = { ...configSchema.parse({}).ingest, recordMaxBytes: 1 << 20, futureSkewMs: 300_000 };

  /** Every text of a value changed by itself. */
  function* planted(value: unknown, secret: string): Generator<unknown> {
    if (typeof value === 'string') yield `${value} ${secret}`;
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value))
      for (const part of planted((value as Record<string, unknown>)[key], secret))
        yield Object.assign(Array.isArray(value) ? [...value] : { ...value }, { [key]: part });
  }

  it.each(readdirSync(SAMPLES).filter((name) => name.endsWith('.ndjson')))('%s', (name) => {
    const reader = createReader({ formats, format: name.replace('.ndjson', ''), tenant: 't', limits, fingerprinter });
    let compared = 0;
    for (const line of readFileSync(new URL(name, SAMPLES), 'utf8').trim().split('\n').slice(0, 4))
      for (const record of planted(JSON.parse(line), SECRETS.github)) {
        const raw = JSON.stringify(record);
        const [first, again] = [raw, clean(raw)].map((one) => {
          const [outcome] = reader.read(one);
          // An id made of the whole record differs, and so does the tenant of whoever names another.
          if (outcome?.status !== 'read') return [outcome?.status];
          return outcome.activities
            .filter(({ tenant }) => tenant === 't')
            .map((activity) => ({ ...activity, id: activity.id.replace(/[0-9a-f]{32}$/, '') }));
        });
        expect(again).toEqual(first);
        compared++;
      }
    expect(compared).toBeGreaterThan(10);
  });
});
