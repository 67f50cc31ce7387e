import { beforeAll, expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import type { Format } from '../ingest/format.ts';
import { createReader } from '../ingest/reader.ts';
import { END } from './company.ts';
import { demoFleet } from './fleet.ts';

/** Generated once and read once; the tests look at both. */
const fleet = demoFleet(7);
const activities: Activity[] = [];
const readBy = new Map<string, number>();
const notRead: unknown[] = [];

beforeAll(async () => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const reader = createReader({ formats, format: 'auto', tenant: 'default', limits: configSchema.parse({}).ingest });
  for (const record of fleet.records)
    for (const outcome of reader.readParsed(record)) {
      if (outcome.status !== 'read') notRead.push(outcome);
      else {
        readBy.set(outcome.format, (readBy.get(outcome.format) ?? 0) + 1);
        activities.push(...outcome.activities);
      }
    }
});

test('the same seed makes the same fleet, another seed another', () => {
  const again = demoFleet(7);
  expect(JSON.stringify(again.records.slice(0, 5_000))).toBe(JSON.stringify(fleet.records.slice(0, 5_000)));
  expect(again.records.length).toBe(fleet.records.length);
  expect(JSON.stringify(demoFleet(8).records[0])).not.toBe(JSON.stringify(fleet.records[0]));
});

test('every record is read by the format of its vendor, in order of time', () => {
  expect(notRead.slice(0, 3)).toEqual([]);
  // CloudTrail has whole seconds, the others milliseconds.
  const seconds = activities.map(({ at }) => at.slice(0, 19));
  expect(activities.filter((_, index) => index > 0 && seconds[index]! < seconds[index - 1]!).slice(0, 3)).toEqual([]);
  expect([...readBy.keys()].sort()).toEqual(['aws-cloudtrail', 'kubernetes-audit', 'otel-genai']);
  for (const [format, count] of readBy) expect(count, format).toBeGreaterThan(3_000);
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
  const isTrail = ({
    eventCategory,
    managementEvent,
    eventSource,
    userAgent,
    userIdentity,
  }: (typeof trail)[number]) => {
    const isRole = userIdentity.type === 'AssumedRole';
    return (
      (eventCategory === 'Data') !== managementEvent &&
      userAgent.startsWith('[') === (eventSource === 's3.amazonaws.com') &&
      (isRole ? /^ASIA[A-Z2-7]{16}$/ : /^AKIA[A-Z2-7]{16}$/).test(userIdentity.accessKeyId) &&
      (isRole ? /^AROA[A-Z]{17}:/ : /^AIDA[A-Z]{17}$/).test(userIdentity.principalId)
    );
  };
  const audit = all.filter((raw) => 'auditID' in raw) as unknown as {
    requestURI: string;
    verb: string;
    objectRef: { apiGroup?: string; apiVersion: string; resource: string; namespace?: string; name?: string };
  }[];
  const isAudit = ({ requestURI, verb, objectRef }: (typeof audit)[number]) => {
    const root = objectRef.apiGroup === undefined ? '/api/' : `/apis/${objectRef.apiGroup}/`;
    return (
      requestURI.startsWith(`${root}${objectRef.apiVersion}/`) &&
      (objectRef.name === undefined) === (verb === 'list' || verb === 'create') &&
      requestURI.includes('/namespaces/') === (objectRef.namespace !== undefined)
    );
  };
  expect(trail.filter((record) => !isTrail(record)).slice(0, 3)).toEqual([]);
  expect(audit.filter((record) => !isAudit(record)).slice(0, 3)).toEqual([]);
  expect(trail.length).toBe(readBy.get('aws-cloudtrail'));
  expect(audit.length).toBe(readBy.get('kubernetes-audit'));
});

test('a session key is used by one role, and of machines that do not move from one place, but for the attacks', () => {
  const stolen = new Set(fleet.story.flatMap(({ expect: wanted, records }) => (wanted === 'alert' ? records : [])));
  const attack = new Set([...stolen].map(({ raw }) => raw));
  const places = new Map<string, string>();
  const moved: string[] = [];
  for (const raw of fleet.records) {
    if (attack.has(raw) || !('eventVersion' in raw)) continue;
    const { userIdentity, sourceIPAddress } = raw as unknown as {
      userIdentity: { accessKeyId: string; arn: string };
      sourceIPAddress: string;
    };
    const place = `${userIdentity.arn} ${sourceIPAddress}`;
    const before = places.get(userIdentity.accessKeyId) ?? place;
    if (before !== place) moved.push(`${userIdentity.accessKeyId}: ${before}, then ${place}`);
    places.set(userIdentity.accessKeyId, place);
  }
  expect(moved.slice(0, 3)).toEqual([]);
  expect(places.size).toBeGreaterThan(1_000);
});

test('no two identities hold one credential', () => {
  const holders = new Map<string, string>();
  const shared: string[] = [];
  const without = activities.filter(({ credential }) => credential === undefined);
  expect(without.slice(0, 3)).toEqual([]);
  for (const { credential, identity } of activities) {
    const holder = holders.get(credential!.id) ?? identity.id;
    if (holder !== identity.id) shared.push(`${credential!.id}: ${holder} and ${identity.id}`);
    holders.set(credential!.id, identity.id);
  }
  expect(shared.slice(0, 3)).toEqual([]);
  expect(holders.size).toBeGreaterThan(1_000);
});

test('the fleet is of the size it is said to be, and all of it happens within its five weeks', () => {
  expect(fleet.records.length).toBeGreaterThan(40_000);
  expect(fleet.records.length).toBeLessThan(80_000);
  expect(fleet.story.filter(({ expect: wanted }) => wanted === 'silence').length).toBeGreaterThanOrEqual(9);
  for (const { at } of fleet.story) expect(at < new Date(END).toISOString()).toBe(true);
});
