import { expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import type { Format } from '../ingest/format.ts';
import { createReader } from '../ingest/reader.ts';
import { END } from './company.ts';
import { demoFleet } from './fleet.ts';

const fleet = demoFleet(7);

test('the same seed makes the same fleet, another seed another', () => {
  const again = demoFleet(7);
  expect(JSON.stringify(again.records.slice(0, 5_000))).toBe(JSON.stringify(fleet.records.slice(0, 5_000)));
  expect(again.records.length).toBe(fleet.records.length);
  expect(JSON.stringify(demoFleet(8).records[0])).not.toBe(JSON.stringify(fleet.records[0]));
});

test('every record is read by the format of its vendor, in order of time', async () => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const reader = createReader({ formats, format: 'auto', tenant: 'default', limits: configSchema.parse({}).ingest });
  const seen = new Map<string, number>();
  let last = '';
  for (const record of fleet.records)
    for (const outcome of reader.read(JSON.stringify(record))) {
      expect(outcome.status, JSON.stringify(outcome)).toBe('read');
      if (outcome.status !== 'read') continue;
      seen.set(outcome.format, (seen.get(outcome.format) ?? 0) + 1);
      for (const { at } of outcome.activities) {
        // CloudTrail has whole seconds, the others milliseconds.
        expect(at.slice(0, 19) >= last.slice(0, 19)).toBe(true);
        last = at;
      }
    }
  expect([...seen.keys()].sort()).toEqual(['aws-cloudtrail', 'kubernetes-audit', 'otel-genai']);
  for (const [format, count] of seen) expect(count, format).toBeGreaterThan(3_000);
});

test('attacks are rare, begin after the learning period, and no record says that it is one', () => {
  const attacks = fleet.story.filter(({ expect: wanted }) => wanted === 'alert');
  expect(attacks.length).toBeGreaterThanOrEqual(5);
  const records = attacks.flatMap((chapter) => chapter.records);
  expect(records.length / fleet.records.length).toBeLessThan(0.02);
  for (const { at } of fleet.story) expect(at > fleet.learnUntil).toBe(true);
  expect(JSON.stringify(records)).not.toMatch(/attack|evil|hacker|malicious|stolen|exfil/i);
});

test('an identity that the story speaks of is one that acts', () => {
  const all = JSON.stringify(fleet.records).toLowerCase();
  for (const { identity } of fleet.story) expect(all).toContain(identity.replace(/^agent:/, '').toLowerCase());
});

test('each kind of record has what its vendor always writes', () => {
  const all = fleet.records.map((raw) => raw as Record<string, never>);
  const trail = all.filter((raw) => 'eventVersion' in raw) as unknown as {
    eventCategory: string;
    managementEvent: boolean;
    eventSource: string;
    userAgent: string;
    readOnly: boolean;
    userIdentity: { type: string; arn: string; accessKeyId: string; principalId: string };
  }[];
  for (const record of trail) {
    expect(record.eventCategory === 'Data').toBe(!record.managementEvent);
    expect(record.userAgent.startsWith('[')).toBe(record.eventSource === 's3.amazonaws.com');
    const isRole = record.userIdentity.type === 'AssumedRole';
    expect(record.userIdentity.accessKeyId).toMatch(isRole ? /^ASIA[A-Z2-7]{16}$/ : /^AKIA[A-Z2-7]{16}$/);
    expect(record.userIdentity.principalId).toMatch(isRole ? /^AROA[A-Z]{17}:/ : /^AIDA[A-Z]{17}$/);
  }
  const audit = all.filter((raw) => 'auditID' in raw) as unknown as {
    requestURI: string;
    verb: string;
    objectRef: { apiGroup?: string; apiVersion: string; resource: string; namespace?: string; name?: string };
  }[];
  for (const { requestURI, verb, objectRef } of audit) {
    const root = objectRef.apiGroup === undefined ? '/api/' : `/apis/${objectRef.apiGroup}/`;
    expect(requestURI.startsWith(`${root}${objectRef.apiVersion}/`), requestURI).toBe(true);
    expect(objectRef.name === undefined, requestURI).toBe(verb === 'list' || verb === 'create');
    expect(requestURI.includes('/namespaces/')).toBe(objectRef.namespace !== undefined);
  }
  expect(trail.length * audit.length).toBeGreaterThan(0);
});

test('a session key is used by one role, and of machines that do not move from one place, but for the attacks', () => {
  const stolen = new Set(fleet.story.flatMap(({ expect: wanted, records }) => (wanted === 'alert' ? records : [])));
  const attack = new Set([...stolen].map(({ raw }) => raw));
  const places = new Map<string, string>();
  for (const raw of fleet.records) {
    if (attack.has(raw) || !('eventVersion' in raw)) continue;
    const { userIdentity, sourceIPAddress } = raw as unknown as {
      userIdentity: { accessKeyId: string; arn: string };
      sourceIPAddress: string;
    };
    const place = `${userIdentity.arn} ${sourceIPAddress}`;
    expect(places.get(userIdentity.accessKeyId) ?? place).toBe(place);
    places.set(userIdentity.accessKeyId, place);
  }
  expect(places.size).toBeGreaterThan(1_000);
});

test('no two identities hold one credential', async () => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const reader = createReader({ formats, format: 'auto', tenant: 'default', limits: configSchema.parse({}).ingest });
  const holders = new Map<string, string>();
  for (const record of fleet.records)
    for (const outcome of reader.readParsed(record))
      for (const { credential, identity } of outcome.status === 'read' ? outcome.activities : []) {
        expect(credential, identity.id).toBeDefined();
        expect(holders.get(credential!.id) ?? identity.id).toBe(identity.id);
        holders.set(credential!.id, identity.id);
      }
  expect(holders.size).toBeGreaterThan(1_000);
});

test('the fleet is of the size it is said to be, and all of it happens within its five weeks', () => {
  expect(fleet.records.length).toBeGreaterThan(40_000);
  expect(fleet.records.length).toBeLessThan(80_000);
  expect(fleet.story.filter(({ expect: wanted }) => wanted === 'silence').length).toBeGreaterThanOrEqual(9);
  for (const { at } of fleet.story) expect(at < new Date(END).toISOString()).toBe(true);
});
