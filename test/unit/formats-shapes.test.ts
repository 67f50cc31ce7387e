/** What exports and warehouses make of a record on its way is read as the record itself. */
import { expect, it } from 'vitest';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Format } from '../../src/ingest/format.ts';
import { formatRig, samplesOf } from './format-rig.ts';

const shelf = await discover<Format>(SHELVES.formats, 'format');

/** Fields that hold objects or lists, by format; each sample has some of them. */
const PACKED: Readonly<Record<string, readonly string[]>> = {
  'aws-cloudtrail': ['userIdentity', 'requestParameters', 'responseElements', 'resources'],
  'azure-activity': ['identity', 'claims', 'authorization', 'status'],
  'entra-audit': ['properties', 'initiatedBy', 'targetResources'],
  'gcp-audit': ['protoPayload', 'resource'],
  'kubernetes-audit': ['user', 'objectRef', 'responseStatus', 'sourceIPs'],
  'slack-audit': ['actor', 'entity', 'context'],
  'vault-audit': ['auth', 'request', 'response'],
  auth0: ['data', 'details'],
  ocsf: ['actor', 'api', 'src_endpoint', 'metadata', 'user', 'resources', 'class_uid', 'time'],
  okta: ['actor', 'client', 'outcome', 'target', 'debugContext'],
};

const reading = (format: Format, record: object) => {
  const outcome = formatRig(format, 'auto').reader.readParsed(record)[0]!;
  if (outcome.status !== 'read') return outcome;
  // An id of its own is not in every record; else the record's bytes give one.
  return outcome.activities.map(({ id: _, ...activity }) => activity);
};

it.each(Object.keys(PACKED))('%s: what a warehouse keeps as JSON in a text is read as what it was', (id) => {
  const format = shelf.get(id)!;
  let tried = 0;
  for (const sample of samplesOf(format))
    for (const field of PACKED[id]!) {
      if (sample[field] === undefined || sample[field] === null) continue;
      tried++;
      const packed = { ...sample, [field]: JSON.stringify(sample[field]) };
      expect([field, reading(format, packed)]).toEqual([field, reading(format, sample)]);
    }
  expect(tried).toBeGreaterThan(0);
});

it('a record is read the same in whatever order its names stand', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, inner]) => [key, reversed(inner)]),
    );
  };
  for (const format of shelf.values())
    for (const sample of samplesOf(format))
      expect(reading(format, reversed(sample) as object)).toEqual(reading(format, sample));
});

it.each([
  ['aws-cloudtrail', 3],
  ['gcp-audit', 0],
  ['okta', 0],
])('%s: columns of a warehouse hold names in small letters', (id, depth) => {
  const lowered = (value: unknown, levels: number): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [
            key.toLowerCase(),
            // What was asked and answered is kept as AWS wrote it.
            levels > 0 && !/^(?:requestParameters|responseElements|additionalEventData)$/.test(key)
              ? lowered(inner, levels - 1)
              : inner,
          ]),
        );
  const format = shelf.get(id)!;
  for (const sample of samplesOf(format))
    expect(reading(format, lowered(sample, depth) as object)).toEqual(reading(format, sample));
});
