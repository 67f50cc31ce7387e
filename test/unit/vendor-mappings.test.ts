/** Holds what formats read against what a SIEM vendor's own parsers found in the same records (`../shared/data`). */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Format } from '../../src/ingest/format.ts';
import { createReader } from '../../src/ingest/reader.ts';

const RECORDS = new URL('../../../shared/data/panther-tests/tests.ndjson.gz', import.meta.url);
const present = existsSync(RECORDS);
if (!present && process.env.CI === 'true') throw new Error('../shared/data is needed where CI=true');

type Log = Readonly<Record<string, unknown>>;

/** A way in which the two may differ, and who is right by the documentation of the vendor that wrote the record. */
interface Decision {
  readonly what: 'identity' | 'source';
  readonly type: RegExp;
  readonly because: string;
  when(log: Log, activity: Activity): boolean;
}

const DECIDED: readonly Decision[] = [
  {
    what: 'identity',
    type: /^Salesforce\./,
    because: 'a connected app acts for the user that the parser names, who is told as the delegator',
    when: (_, { identity, onBehalfOf }) => identity.kind === 'oauth-app' && onBehalfOf !== undefined,
  },
  {
    what: 'identity',
    type: /^AWS\.CloudTrail$/,
    because: 'the parser names the session of the same role, or an ARN that is none of who acted',
    when: (log, { identity }) =>
      identity.kind === 'role' &&
      named(log).every(
        (name) => name.includes(`:assumed-role/${roleOf(identity.id)}/`) || !inside({ user: log.userIdentity }, name),
      ),
  },
  {
    what: 'source',
    type: /^AWS\.CloudTrail$/,
    because: 'AWS made the call itself: no address of the caller stands in sourceIPAddress',
    when: (log) => !/^[\d.]+$|:/.test(String(log.sourceIPAddress)),
  },
  {
    what: 'identity',
    type: /^Auth0\.Events$/,
    because: 'the parser names somebody that the record does not hold: it is of another record',
    when: (log) => named(log).every((name) => !inside(log, name)),
  },
  {
    what: 'source',
    type: /^Auth0\.Events$/,
    because: 'the parser names an address that the record does not hold: it is of another record',
    when: (log) => textsOf(log, 'p_any_ip_addresses').every((ip) => !inside(log, ip)),
  },
];

const roleOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
const textsOf = (log: Log, field: string): string[] =>
  Array.isArray(log[field]) ? log[field].map((value) => String(value).toLowerCase()) : [];
const named = (log: Log) =>
  ['p_any_usernames', 'p_any_aws_arns', 'p_any_actor_ids', 'p_any_emails'].flatMap((field) => textsOf(log, field));
/** Whether the vendor's own fields hold a text: those that begin with `p_` are the parser's. */
function inside(log: Log, text: string): boolean {
  const own = Object.fromEntries(Object.entries(log).filter(([key]) => !key.startsWith('p_')));
  return JSON.stringify(own).toLowerCase().includes(text);
}

/** True where one of the names is the principal: its id, its name, or the session that it acts in. */
function isNamed(log: Log, { identity, actor }: Activity): boolean {
  const mine = [identity.id, identity.name, actor?.id].flatMap((one) => one?.toLowerCase() ?? []);
  return named(log).some((name) => mine.some((own) => own.includes(name) || name.startsWith(own)));
}

describe.skipIf(!present)("a SIEM vendor's own mapping", async () => {
  const formats = await discover<Format>(SHELVES.formats, 'format');
  const limits = configSchema.parse({}).ingest;
  const reader = createReader({ formats, format: 'auto', tenant: 'default', limits });
  const counts = new Map<string, { records: number; identity: number; source: number; decided: number }>();
  const undecided: string[] = [];
  const lines = present ? gunzipSync(readFileSync(RECORDS)).toString().trim().split('\n') : [];
  for (const { log, log_type: type } of lines.map((line) => JSON.parse(line) as { log: Log; log_type: string })) {
    const [outcome] = reader.readParsed(log);
    const activity = outcome?.status === 'read' ? outcome.activities[0] : undefined;
    if (outcome === undefined || activity === undefined) continue;
    const addresses = textsOf(log, 'p_any_ip_addresses');
    if (named(log).length + addresses.length === 0) continue;
    const count = counts.get(outcome.format) ?? { records: 0, identity: 0, source: 0, decided: 0 };
    counts.set(outcome.format, count);
    count.records++;
    const differ = {
      identity: named(log).length > 0 && !isNamed(log, activity),
      source: addresses.length > 0 && !addresses.includes((activity.source.ip ?? '').toLowerCase()),
    };
    for (const what of ['identity', 'source'] as const) {
      if (!differ[what]) continue;
      count[what]++;
      if (DECIDED.some((one) => one.what === what && one.type.test(type) && one.when(log, activity))) count.decided++;
      else undecided.push(`${type} ${what}: ${activity.identity.id} from ${activity.source.ip}`);
    }
  }

  it('agrees on who acted and from where, but for what the documentation of the vendors decides', () => {
    expect(undecided).toEqual([]);
    // The proof would be empty if few records had a mapping.
    expect([...counts.values()].reduce((sum, { records }) => sum + records, 0)).toBeGreaterThan(80);
    expect([...counts.keys()].length).toBeGreaterThanOrEqual(4);
  });

  it('says per format how often the two differ', () => {
    for (const [format, { records, identity, source, decided }] of [...counts].sort())
      process.stdout.write(
        `${format}: ${records} records, identity ${identity}, source ${source}, decided ${decided}\n`,
      );
    for (const { identity, source, decided } of counts.values()) expect(decided).toBe(identity + source);
  });
});
