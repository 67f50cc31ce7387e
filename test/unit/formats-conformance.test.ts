import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activitySchema } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import { openEnvelope } from '../../src/ingest/envelopes.ts';
import type { Format } from '../../src/ingest/format.ts';
import { createReader, type ReadOutcome } from '../../src/ingest/reader.ts';
import { leftOf, SECRETS, SURROUNDINGS } from './planted-secrets.ts';

const formats = await discover<Format>(SHELVES.formats, 'format');
const SAMPLES = new URL('../samples/', import.meta.url);
const SHARED = new URL('../../../shared/data/', import.meta.url);
const limits = configSchema.parse({}).ingest;

const reader = (format: string) => createReader({ formats, format, tenant: 'default', limits });
const texts = new Map(
  [...formats.keys()].map((id) => [
    id,
    readFileSync(new URL(`${id}.ndjson`, SAMPLES), 'utf8')
      .trim()
      .split('\n'),
  ]),
);
/** Parsed anew each time, so that no test sees what another did to a record. */
const samplesOf = (id: string): unknown[] => texts.get(id)!.map((line) => JSON.parse(line));

const strictly = activitySchema.strict();

/** Asserts only what is wrong: an assertion costs more than the reading, and there are a million of them. */
function valid(outcomes: readonly ReadOutcome[]): void {
  for (const outcome of outcomes) {
    if (outcome.status !== 'read') {
      if (outcome.reason === '') expect(outcome).toHaveProperty('reason', 'a reason');
    } else
      for (const activity of outcome.activities) {
        const { error } = strictly.safeParse(activity);
        if (error !== undefined) expect(error).toBeUndefined();
      }
  }
}

const shownOf = (outcome: ReadOutcome) =>
  outcome.status === 'read' ? JSON.stringify(outcome.activities) : outcome.reason;

/** Every leaf of a value, replaced in turn by what `change` makes of it. */
function* mutations(value: unknown, change: (leaf: unknown) => unknown): Generator<unknown> {
  if (typeof value === 'object' && value !== null) {
    for (const key of Object.keys(value)) {
      const inner = (value as Record<string, unknown>)[key];
      for (const mutated of mutations(inner, change)) {
        const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
        copy[key] = mutated;
        yield copy;
      }
    }
  }
  yield change(value);
}

/** The same value with the names of its objects in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

/** Every string of a value changed at once, keys left alone. */
function everywhere(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => everywhere(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, everywhere(inner, change)]));
}

const mixed = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5';
const mixedStart = mixed.slice(0, 18).toLowerCase();
const CANARIES = [
  `ghp_${mixed}`,
  `xoxb-123456789012-${mixed}`,
  `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${mixed}`,
  `dapi${'0123456789abcdef'.repeat(2)}`,
  `wJalrXUtnFEMI/K7MDENG/${mixed.slice(0, 18)}`,
  `sk-${mixed}`,
  `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg${mixed}\n-----END PRIVATE KEY-----`,
  `hvs.${mixed}`,
];

it('names that the containers of one format have to themselves mean nothing to any other', () => {
  const holding = [...formats.values()].flatMap(({ id, holds }) => (holds === undefined ? [] : [{ id, ...holds }]));
  expect(holding.map(({ id }) => id)).toContain('otel-genai');
  for (const { id, under, beside } of holding)
    for (const name of under)
      for (const inside of [[], [{}], {}, 'text', 1, null]) {
        const value = { ...Object.fromEntries(beside.map((one) => [one, inside])), [name]: inside };
        const asked = [...formats.values()].filter(
          (format) => format.recognises(value) || (format.id !== id && format.split?.(value) !== undefined),
        );
        expect(asked.map((format) => format.id)).toEqual([]);
        const allowance = { bytes: 0, records: 1, shape: { depth: 1, values: 1, names: 1 } };
        expect(openEnvelope(value, allowance)).toBeUndefined();
      }
});

describe.each([...formats.keys()])('%s', (id) => {
  const format = formats.get(id)!;

  it('is named after its file and says what it reads', () => {
    expect(format.id).toBe(id);
    expect(format.about.title).not.toBe('');
    expect(format.about.source).not.toBe('');
  });

  it('reads its own sample', () => {
    const outcomes = samplesOf(id).flatMap((raw) => [...reader(id).readParsed(raw)]);
    expect(outcomes.map(({ status }) => status)).not.toContain('dead');
    valid(outcomes);
  });

  it('never throws on junk', () => {
    const one = reader(id);
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(() => format.recognises(value)).not.toThrow();
        valid(one.readParsed(value));
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on a sample with one part replaced by something else', () => {
    const one = reader(id);
    // What has no text and no number of its own is not taken for one.
    const textless = { toString: 1, valueOf: 1 };
    const others = [null, 5, -1, '', 'x', true, [], {}, [[]], { a: { b: 1 } }, 'x'.repeat(5_000), [null, 7], 1e300];
    for (const sample of samplesOf(id))
      for (const other of [textless, ...others])
        for (const mutated of mutations(sample, () => other)) valid(one.readParsed(mutated));
  });

  it('lets no secret through, wherever it is planted', () => {
    const one = reader(id);
    for (const canary of CANARIES)
      for (const sample of samplesOf(id))
        for (const plant of [
          () => canary,
          (text: string) => `${text}/${canary}`,
          (text: string) => `${canary} ${text}`,
        ]) {
          const planted = [
            ...mutations(sample, (leaf) => (typeof leaf === 'string' ? plant(leaf) : leaf)),
            everywhere(sample, plant),
          ];
          for (const mutated of planted)
            for (const outcome of one.readParsed(mutated)) {
              const shown = shownOf(outcome);
              const left = shown.includes(canary.slice(0, 40)) || shown.toLowerCase().includes(mixedStart);
              if (left) expect([canary, shown]).toEqual([canary, 'nothing of it']);
            }
        }
  });

  it('lets no secret through, whatever surrounds it', () => {
    const one = reader(id);
    const secrets = Object.entries(SECRETS);
    const places = Object.entries(SURROUNDINGS);
    let planted = 0;
    let leaf = 0;
    for (const sample of samplesOf(id)) {
      // Every text in every surroundings, each time with the secret whose turn it is: the two numbers have no common divisor.
      for (let turn = 0; turn < places.length; turn++) {
        let now: readonly [string, string, string] = ['', '', ''];
        const plant = (text: unknown) => {
          if (typeof text !== 'string') return text;
          const [place, surround] = places[(leaf + turn) % places.length]!;
          const [kind, secret] = secrets[planted++ % secrets.length]!;
          leaf++;
          now = [kind, place, secret];
          return surround(secret, text);
        };
        for (const mutated of mutations(sample, plant))
          for (const outcome of one.readParsed(mutated)) {
            const left = leftOf(now[2], shownOf(outcome));
            if (left !== undefined) expect([now[0], now[1], left]).toEqual([now[0], now[1], undefined]);
          }
        leaf = 0;
      }
    }
    expect(planted).toBeGreaterThan(places.length * 10);
  });

  it('gives the same record the same id, and another record another', () => {
    const ids = (one: ReturnType<typeof reader>) =>
      samplesOf(id).flatMap((raw) =>
        one.readParsed(raw).flatMap((o) => (o.status === 'read' ? o.activities.map((a) => a.id) : [])),
      );
    const first = ids(reader(id));
    expect(ids(reader('auto'))).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
  });

  it('makes the same of a record whatever the order of its names', () => {
    const one = reader(id);
    for (const raw of samplesOf(id)) expect(one.readParsed(reversed(raw))).toEqual(one.readParsed(raw));
  });

  it('recognises no sample of another format', () => {
    const wrong = [...formats.keys()].filter(
      (other) => other !== id && samplesOf(other).some((raw) => format.recognises(raw)),
    );
    expect(wrong).toEqual([]);
  });

  it('takes no record of another format for a container', () => {
    const wrong = [...formats.values()].filter((other) =>
      samplesOf(other.id).some((raw) => other.recognises(raw) && format.split?.(raw) !== undefined),
    );
    expect(wrong).toEqual([]);
  });
});

const present = existsSync(SHARED);
if (!present && process.env.CI === 'true') throw new Error('../shared/data is needed where CI=true');

describe.skipIf(!present)('real records (../shared/data)', () => {
  const lines = (name: string) =>
    gunzipSync(readFileSync(new URL(name, SHARED)))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  function account(format: string, records: readonly unknown[]) {
    const one = reader(format);
    const counts = { read: 0, skip: 0, dead: 0 };
    for (const record of records) {
      const outcomes = one.readParsed(record);
      valid(outcomes);
      for (const { status } of outcomes) counts[status]++;
    }
    return counts;
  }

  it('every record of a CloudTrail incident is read', () => {
    const records = lines('cloudtrail-invictus/records.ndjson.gz');
    expect(account('auto', records)).toEqual({ read: 2_826, skip: 0, dead: 0 });
  });

  it('every record of the CloudTrail attack files is read', () => {
    const folder = new URL('cloudtrail-stratus/', SHARED);
    for (const name of readdirSync(folder)) {
      const records = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
      expect([name, account('auto', [records])]).toEqual([name, { read: records.length, skip: 0, dead: 0 }]);
    }
  });

  it('every Kubernetes audit event is read once or skipped', () => {
    const records = lines('kubernetes-audit/records.ndjson.gz').map(({ record }) => record);
    // One is the beginning of an exec that another tells the end of: two readings of one act.
    expect(account('kubernetes-audit', records)).toEqual({ read: 50, skip: 1, dead: 1 });
    const ids = records.flatMap((record) =>
      reader('kubernetes-audit')
        .readParsed(record)
        .flatMap((outcome) => (outcome.status === 'read' ? outcome.activities.map(({ id }) => id) : [])),
    );
    expect(new Set(ids).size).toBe(49);
  });

  it.each([
    ['aws-cloudtrail', 'AWS.CloudTrail'],
    ['kubernetes-audit', 'Amazon.EKS.Audit'],
    ['gcp-audit', 'GCP.AuditLog'],
    ['azure-activity', 'Azure.MonitorActivity'],
    ['github-audit', 'GitHub.Audit'],
    ['okta', 'Okta.SystemLog'],
    ['entra-signin', 'Azure.Audit'],
    ['google-workspace-token', 'GSuite.ActivityEvent'],
    ['ai-admin', 'OpenAI.Audit'],
    ['ai-admin', 'Anthropic.Activity'],
    ['ocsf', 'OCSF.NetworkActivity'],
  ])('every test record of a rule pack comes to something: %s', (id, type) => {
    const records = lines('panther-tests/tests.ndjson.gz').filter(({ log_type }) => log_type === type);
    const { read, skip, dead } = account(
      id,
      records.map(({ log }) => log),
    );
    expect(records.length).toBeGreaterThan(0);
    expect(read + skip + dead).toBe(records.length);
  });

  const everything = () => [
    ...lines('cloudtrail-invictus/records.ndjson.gz'),
    ...lines('kubernetes-audit/records.ndjson.gz').map(({ record }) => record),
    ...lines('gcp-audit/records.ndjson.gz'),
    ...lines('gharchive/2015-02-22.ndjson.gz').slice(0, 5_000),
    ...lines('git-bots/commits.ndjson.gz').slice(0, 5_000),
    ...lines('agentdojo/tool-calls.ndjson.gz'),
    ...lines('panther-tests/tests.ndjson.gz').map(({ log }) => log),
  ];

  /** What is read of each record of the rule packs, once for all formats. */
  let read: { logType: string; format: string; status: string }[] | undefined;
  const ofVendors = () => {
    const one = reader('auto');
    read ??= lines('panther-tests/tests.ndjson.gz').flatMap(({ log_type: logType, log }) =>
      one.readParsed(log).map(({ format, status }) => ({ logType, format, status })),
    );
    return read;
  };

  it('makes the same of every record of the rule packs whatever the order of its names', () => {
    const one = reader('auto');
    for (const { log } of lines('panther-tests/tests.ndjson.gz')) {
      const forward = one.readParsed(log).map((outcome) => ({ ...outcome, bytes: undefined }));
      expect(one.readParsed(reversed(log)).map((outcome) => ({ ...outcome, bytes: undefined }))).toEqual(forward);
    }
  });

  it('no two formats recognise the same record, and none takes for a container what another recognises', () => {
    const recognised = new Set<string>();
    for (const record of everything()) {
      const by = [...formats.values()].filter((format) => format.recognises(record)).map(({ id }) => id);
      const split = [...formats.values()].filter((format) => format.split?.(record) !== undefined).map(({ id }) => id);
      if (by.length + (by.length > 0 ? split.length : 0) > 1)
        expect({ by, split, record }).toEqual({ by: by.slice(0, 1), split: [], record });
      for (const id of by) recognised.add(id);
    }
    // The proof would be empty if few were recognised at all.
    expect(recognised.size).toBeGreaterThanOrEqual(9);
  });

  it.each([
    ['aws-cloudtrail', /^AWS\.CloudTrail$/],
    ['kubernetes-audit', /^(?:Amazon\.EKS\.Audit|Azure\.MonitorActivity)$/],
    // Other entries of its logs are skipped.
    ['gcp-audit', /^GCP\.(?:AuditLog|HTTPLoadBalancer)$/],
    ['okta', /^Okta\.SystemLog$/],
    ['azure-activity', /^Azure\.(?:MonitorActivity|Audit)$/],
    ['entra-signin', /^Azure\.Audit$/],
    ['github-audit', /^GitHub\.Audit$/],
    ['google-workspace-token', /^GSuite\.ActivityEvent$/],
    ['ai-admin', /^(?:OpenAI\.Audit|Anthropic\.Activity)$/],
    ['microsoft-graph-activity', /^$/],
    ['vault-audit', /^$/],
    ['ocsf', /^$/],
    ['activity', /^$/],
    ['otel-genai', /^$/],
  ])('of the records of ninety vendors %s takes only its own', (id, types) => {
    for (const { logType, format, status } of ofVendors())
      if (format === id) expect([logType, status]).toEqual([expect.stringMatching(types), status]);
  });
});
