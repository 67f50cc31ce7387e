import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { ALERT_STATUSES, type Alert, alertSchema, SEVERITIES } from '../../schemas/alert.ts';
import { exampleAlert, exampleChange, exampleDrift, hugeAlert } from '../../test/unit/example-alert.ts';
import { parseCef } from '../../test/unit/parse-cef.ts';
import { cefLine } from './cef.ts';
import { changeOf } from './change.ts';
import { clip } from './clip.ts';
import { cloudEvent } from './cloudevent.ts';
import { ecsDocument } from './ecs.ts';
import { fitAlert } from './fit-alert.ts';
import { observed } from './observed.ts';
import { ocsfFinding } from './ocsf.ts';
import { receiptOf, retryAfterMs } from './receipt.ts';

const STANDARDS = new URL('../../../shared/standards/', import.meta.url);
const present = existsSync(STANDARDS);
if (!present && process.env.CI === 'true')
  throw new Error(`the published standards are missing at ${STANDARDS.pathname}`);
const published = (file: string) => JSON.parse(readFileSync(new URL(file, STANDARDS), 'utf8'));

/** Alerts that between them use every branch of the renderings. */
const bare = exampleAlert({ evidence: [], techniques: [], controls: [], activityIds: [], blindSpots: [] });
delete bare.credential;
delete bare.owner;
delete bare.delegation;
const example = exampleAlert();
const variety: readonly Alert[] = [
  example,
  bare,
  hugeAlert(),
  exampleAlert({ drift: exampleDrift }),
  exampleAlert({ version: 3, incident: 'inc_1', techniques: ['T1528', 'not-a-technique', 'ASI03'] }),
  ...ALERT_STATUSES.map((status) => exampleAlert({ status, version: 2 })),
  ...(['benign', 'true'] as const).map((verdict) =>
    exampleAlert({
      status: 'resolved',
      version: 4,
      change: 'resolved',
      standing: {
        at: '2026-11-02T04:00:00.000Z',
        by: 'ada',
        because: 'it was us',
        verdict,
        containment: { suspension: 'sus_1', action: 'revoke-session', state: verdict === 'true' ? 'active' : 'lifted' },
        page: 'resolved',
      },
    }),
  ),
  ...SEVERITIES.map((severity) => exampleAlert({ severity, p: 0.005 })),
  ...(['human', 'agent', 'unknown', 'workload'] as const).map((kind) =>
    exampleAlert({ identity: { ...example.identity, kind }, p: 0.5 }),
  ),
  ...['AS64512 Evil, Inc.', '2001:db8::7', '203.0.', 'private 10.', '99999999999', 'AS4294967296'].map((seen) =>
    exampleAlert({ evidence: [{ ...example.evidence[0]!, field: 'source.ip', seen }] }),
  ),
  exampleAlert({
    evidence: [
      { ...example.evidence[0]!, field: 'resource.id', seen: 's3:PutObject → arn:aws:s3:::x' },
      { ...example.evidence[0]!, field: 'source.country', seen: 'Atlantis' },
      { ...example.evidence[0]!, field: 'source.region', seen: 'eu-1' },
      { ...example.evidence[0]!, field: 'source.workload', seen: 'prod/web/a' },
      { ...example.evidence[0]!, field: 'onBehalfOf', seen: 'nobody' },
    ],
  }),
];

describe.skipIf(!present)('OCSF 1.8.0 (skipped where the published standards are absent)', () => {
  const validate = present
    ? new Ajv2020({ strict: false, unicodeRegExp: false, allErrors: true }).compile(
        published('ocsf-1.8.0/2004-detection_finding.schema.json'),
      )
    : undefined;

  it.each(variety.map((alert, index) => [index, alert] as const))(
    'alert %i is a valid Detection Finding',
    (_, alert) => {
      validate?.(ocsfFinding(alert));
      expect(validate?.errors ?? []).toEqual([]);
    },
  );

  it('notices a document that is wrong', () => {
    expect(validate?.({ ...ocsfFinding(example), colour: 'red' })).toBe(false);
  });
});

describe('ocsfFinding', () => {
  it('puts what was expected beside what was seen', () => {
    const finding = ocsfFinding(exampleAlert()) as Record<string, never>;
    expect(finding).toMatchObject({ class_uid: 2004, activity_id: 1, type_uid: 200401, status_id: 1, severity_id: 4 });
    const analyses = finding.anomaly_analyses as unknown as { anomalies: object[]; baselines: object[] }[];
    expect(analyses).toHaveLength(2);
    expect(analyses[1]!.anomalies[0]).toMatchObject({
      observation_parameter: 'action.name',
      observations: [{ value: 's3:PutBucketPolicy', count: 1 }],
    });
    expect(analyses[1]!.baselines[0]).toMatchObject({
      observation_parameter: 'action.name',
      observations: [{ value: 's3:PutObject, s3:GetObject' }],
    });
    expect(finding).toMatchObject({
      evidences: [
        { src_endpoint: { ip: '203.0.113.77', autonomous_system: { number: 64512 }, location: { country: 'RU' } } },
        { api: { operation: 's3:PutBucketPolicy' }, resources: [{ uid: 'arn:aws:s3:::customer-exports' }] },
      ],
    });
  });

  it.each([
    ['new', 1, 1, 1],
    ['new', 2, 2, 1],
    ['acknowledged', 3, 2, 2],
    ['suppressed', 3, 2, 3],
    ['resolved', 3, 3, 4],
  ] as const)('status %s at version %i is activity %i, status %i', (status, version, activity, id) => {
    expect(ocsfFinding(exampleAlert({ status, version }))).toMatchObject({
      activity_id: activity,
      type_uid: 200400 + activity,
      status_id: id,
    });
  });
});

describe.skipIf(!present)('CloudEvents 1.0 (skipped where the published standards are absent)', () => {
  it.each(variety.map((alert, index) => [index, alert] as const))('alert %i has a valid envelope', (_, alert) => {
    const ajv = new Ajv({
      strict: false,
      formats: { 'uri-reference': uriReference, uri: URL.canParse, 'date-time': instant },
    });
    const validate = ajv.compile(published('cloudevents.schema.json'));
    validate(cloudEvent(alert, 'https://schema.ocsf.io/1.8.0/classes/detection_finding', ocsfFinding(alert)));
    expect(validate.errors ?? []).toEqual([]);
  });
});

const uriReference = (text: string) => URL.canParse(text, 'https://example.com') && /^[\x21-\x7e]+$/.test(text);
const instant = (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text);

describe('cloudEvent', () => {
  it('names one alert version, and survives any tenant name', () => {
    const event = cloudEvent(exampleAlert({ tenant: 'a b/ü?#', version: 4 }), 'https://x.example/', {});
    expect(event).toMatchObject({ id: 'alr_5f0d6c1e9a7b4c3d:4', source: '/tidemark/a%20b%2F%C3%BC%3F%23' });
    expect(event.type).toBe('tidemark.alert.updated');
  });
});

interface EcsField {
  readonly type: string;
  readonly array?: boolean;
  readonly allowed?: readonly string[];
}

function* leaves(value: object, path = ''): Generator<[path: string, value: unknown]> {
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (at === 'labels') {
      for (const label of Object.values(item as object)) expect(label).toBeTypeOf('string');
      yield [at, item];
    } else if (typeof item === 'object' && item !== null && !Array.isArray(item)) yield* leaves(item, at);
    else yield [at, item];
  }
}

const ECS_TYPES: Record<string, (value: unknown) => boolean> = {
  keyword: (value) => typeof value === 'string' && Buffer.byteLength(value) <= 32_766,
  match_only_text: (value) => typeof value === 'string',
  date: (value) => typeof value === 'string' && instant(value),
  long: Number.isSafeInteger,
  float: Number.isFinite,
  ip: (value) => typeof value === 'string' && isIP(value) !== 0,
  object: (value) => typeof value === 'object',
};

describe.skipIf(!present)('ECS (skipped where the published standards are absent)', () => {
  const fields: Record<string, EcsField> = present ? published('ecs-fields.json') : {};

  it.each(variety.map((alert, index) => [index, alert] as const))('alert %i has published fields only', (_, alert) => {
    for (const [path, value] of leaves(ecsDocument(alert))) {
      const field = fields[path];
      expect(field, path).toBeDefined();
      expect(Array.isArray(value), path).toBe(field!.array === true);
      for (const item of Array.isArray(value) ? value : [value]) {
        expect(ECS_TYPES[field!.type]?.(item), `${path} is a ${field!.type}: ${String(item)}`).toBe(true);
        if (field!.allowed !== undefined) expect(field!.allowed).toContain(item);
      }
    }
  });
});

describe('cefLine', () => {
  it.each(variety.map((alert, index) => [index, alert] as const))('alert %i reads back as it was', (_, alert) => {
    const { header, extension } = parseCef(cefLine(alert));
    expect(header.slice(0, 4)).toEqual(['Tidemark', 'Tidemark', '1', `alert.${changeOf(alert)}`]);
    expect(Number(header[5])).toBeGreaterThanOrEqual(0);
    expect(Number(header[5])).toBeLessThanOrEqual(10);
    expect(extension.get('externalId')).toBe(`${alert.id}:${alert.version}`);
    expect(extension.get('cs4')).toBe(alert.tenant);
    for (const end of ['\r', '\n', '\u0000']) expect(cefLine(alert)).not.toContain(end);
  });

  it('lets no value forge a field, a header or a second record', () => {
    const evil = 'x|10|act=allow\\|\r\nCEF:0|a|b|c|d|e|0|act=forged \\= end\\';
    const { identity } = exampleAlert();
    const { header, extension } = parseCef(
      cefLine(exampleAlert({ title: evil, identity: { ...identity, id: evil, name: evil } })),
    );
    expect(header[4]).toBe('x|10|act=allow\\|\\u000d\\u000aCEF:0|a|b|c|d|e|0|act=forged \\= end\\');
    expect(header[5]).toBe('8');
    expect(extension.get('act')).toBe('rotate-credential');
    expect(extension.get('suid')).toBe(evil.replace('\r\n', '\\u000d\\u000a'));
  });
});

describe('fitAlert', () => {
  it('leaves what fits alone', () => expect(fitAlert(example, 20_000)).toEqual({ alert: example }));

  it.each([12_000, 16_000, 19_500])(
    'brings the largest alert under %i bytes, still valid, most surprising first',
    (max) => {
      const { alert, trimmed } = fitAlert(hugeAlert(), max);
      expect(Buffer.byteLength(JSON.stringify(alert))).toBeLessThanOrEqual(max);
      expect(alertSchema.safeParse(alert).error).toBeUndefined();
      expect(trimmed?.evidence).toBeGreaterThan(0);
      expect(alert.evidence[0]!.nats).toBe(64);
      expect(fitAlert(hugeAlert(), max)).toEqual({ alert, trimmed });
    },
  );

  it('keeps whole what a responder acts by', () => {
    const huge = hugeAlert();
    const { alert } = fitAlert(huge, 19_500);
    expect(alert.id).toBe(huge.id);
    expect(alert.identity.id).toBe(huge.identity.id);
    expect(alert.recommendation.target).toEqual(huge.recommendation.target);
  });

  it('fits even when every character takes six bytes', () => {
    const nul = (n: number) => '\u0000'.repeat(n);
    const huge = hugeAlert();
    const worst = {
      ...huge,
      id: nul(256),
      tenant: nul(128),
      owner: nul(9_000),
      incident: nul(9_000),
      title: nul(9_000),
      identity: { ...huge.identity, id: nul(512), name: nul(512), account: nul(512) },
      evidence: huge.evidence.map((item) => ({
        ...item,
        seen: nul(9_000),
        usual: nul(9_000),
        field: nul(900),
        group: nul(900),
      })),
      recommendation: {
        ...huge.recommendation,
        because: nul(9_000),
        target: { kind: 'identity' as const, id: nul(9_000) },
      },
    };
    expect(Buffer.byteLength(JSON.stringify(fitAlert(worst, 12_000).alert))).toBeLessThanOrEqual(12_000);
  });
});

describe('clip', () => {
  it('cuts between characters, never inside one', () => {
    expect(clip('abc', 3)).toBe('abc');
    expect(clip('abcd', 3)).toBe('ab…');
    expect(clip('a😀😀', 4)).toBe('a😀…');
    expect(clip('a😀😀', 3)).toBe('a…');
  });
});

describe('observed', () => {
  it('reads typed facts and leaves out what does not look like one', () => {
    const of = (field: string, seen: string) => observed([{ ...example.evidence[0]!, field, seen }]);
    expect(of('source.ip', 'AS64512 Evil, Inc.')).toMatchObject({ asn: 64512, org: 'Evil, Inc.' });
    expect(of('source.asn', '64512')).toMatchObject({ asn: 64512 });
    expect(of('source.ip', '203.0.')).toEqual({ actions: [], resources: [] });
    expect(of('source.ip', 'AS4294967296')).toEqual({ actions: [], resources: [] });
    expect(of('resource.id', 'a:b → c → d')).toEqual({ actions: ['a:b'], resources: ['c → d'] });
    expect(of('source.ip', '')).toEqual({ actions: [], resources: [] });
  });
});

describe('receiptOf', () => {
  const answered = (status: number, headers = {}) => ({ outcome: 'answered' as const, status, headers, body: '' });

  it.each([200, 201, 202, 204, 299])('%i is delivered', (status) =>
    expect(receiptOf(answered(status), 0)).toEqual({ status: 'delivered' }),
  );
  it.each([100, 300, 301, 302, 307, 308, 304, 400, 401, 404, 408, 413, 500, 501])('%i comes again', (status) =>
    expect(receiptOf(answered(status, { 'retry-after': '5' }), 0)).toEqual({
      status: 'retry',
      reason: `HTTP ${status}`,
    }),
  );
  it.each([429, 502, 503, 504])('%i comes again when the receiver says', (status) =>
    expect(receiptOf(answered(status, { 'retry-after': '5' }), 0)).toMatchObject({
      status: 'retry',
      retryAfterMs: 5_000,
    }),
  );
  it('410 is gone, and a sink may refuse other codes', () => {
    expect(receiptOf(answered(410), 0)).toEqual({ status: 'gone', reason: 'HTTP 410' });
    expect(receiptOf(answered(400), 0, [400])).toEqual({ status: 'refused', reason: 'HTTP 400' });
  });
  it('no answer comes again with its cause', () =>
    expect(receiptOf({ outcome: 'unreachable', reason: 'ECONNREFUSED' }, 0)).toEqual({
      status: 'retry',
      reason: 'unreachable: ECONNREFUSED',
    }));

  it('reads retry-after as seconds or a date, and nothing else', () => {
    const now = Date.parse('2026-11-02T00:00:00Z');
    expect(retryAfterMs('120', now)).toBe(120_000);
    expect(retryAfterMs('Mon, 02 Nov 2026 00:01:00 GMT', now)).toBe(60_000);
    expect(retryAfterMs('Sun, 01 Nov 2026 00:01:00 GMT', now)).toBe(0);
    for (const junk of [undefined, '', 'soon', '-1', '1e9', '99999999999'])
      expect(retryAfterMs(junk, now)).toBeUndefined();
  });
});

describe('what changed of an agent', () => {
  const agent = exampleAlert({ drift: exampleDrift });

  it('is in every rendering, and in none of anything else', () => {
    expect(ocsfFinding(agent)).toMatchObject({ unmapped: { drift: exampleDrift } });
    expect(ecsDocument(agent)).toMatchObject({ labels: { drift_cause: 'model', drift: exampleDrift.says } });
    expect(Object.fromEntries(parseCef(cefLine(agent)).extension)).toMatchObject({
      flexString1: 'model',
      flexString1Label: 'driftCause',
      flexString2: exampleDrift.says,
      flexString2Label: 'drift',
    });
    for (const rendered of [ocsfFinding(example), ecsDocument(example), cefLine(example)])
      expect(JSON.stringify(rendered)).not.toMatch(/"drift|flexString/);
  });

  it('stays valid however small the alert must be', () => {
    const { alert } = fitAlert({ ...hugeAlert(), drift: exampleDrift }, 12_000);
    expect(alertSchema.safeParse(alert).success).toBe(true);
  });
});

describe('who changed it', () => {
  const changed = exampleAlert({ changes: [exampleChange] });

  it('is in every rendering that has room for it, and in none of anything else', () => {
    expect(ocsfFinding(changed)).toMatchObject({ unmapped: { changes: [exampleChange] } });
    expect(ecsDocument(changed)).toMatchObject({
      labels: { changed_by: exampleChange.by.id, changed: exampleChange.says },
    });
    for (const rendered of [ocsfFinding(example), ecsDocument(example)])
      expect(JSON.stringify(rendered)).not.toMatch(/"change[ds]/);
  });

  it('stays valid however small the alert must be', () => {
    const changes = Array.from({ length: 8 }, () => ({ ...exampleChange, says: 'x'.repeat(900) }));
    const { alert } = fitAlert({ ...hugeAlert(), changes }, 12_000);
    expect(alertSchema.safeParse(alert).success).toBe(true);
  });
});
