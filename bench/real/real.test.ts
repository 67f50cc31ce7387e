/** Sets built from other people's records must be sound: canonical, in order, and without a mark on the attacks. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Activity, activitySchema } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { readTruth } from '../../src/evaluate/truth.ts';
import { format } from '../../src/formats/aws-cloudtrail.ts';
import { createReader } from '../../src/ingest/reader.ts';
import { agentSet } from './agents.ts';
import { gitBotSet, KEY_CHANGE } from './git-bots.ts';
import type { LabelledSet } from './labelled.ts';
import { splice } from './splice.ts';
import { stratusSet } from './stratus.ts';

const DATA = '../shared/data';
const WORLD = '../shared/benchmark/dev-1';
const present = existsSync(DATA) && existsSync(WORLD);
if (!present && process.env.CI === 'true') throw new Error(`${DATA} or ${WORLD} is absent`);
if (!present) process.stderr.write(`skipped: ${DATA} or ${WORLD} is absent\n`);

function expectSound(set: LabelledSet): void {
  for (let i = 0; i < set.events.length; i += 41) activitySchema.parse(set.events[i]);
  expect(set.events.every((event, i) => i === 0 || event.at >= set.events[i - 1]!.at)).toBe(true);
  const at = new Map(set.events.map((event) => [event.id, event]));
  expect(at.size).toBe(set.events.length);
  for (const { told } of readTruth(set.truth).scenarios.values())
    expect(told.activityIds.map((id) => [at.get(id)?.identity.id, at.get(id)?.at])).toEqual(
      told.activityAt.map((time) => [told.victim, time]),
    );
}

describe.skipIf(!present)('sets made of real records', () => {
  it('gives the agents of AgentDojo a clock, and each at most two injected runs', () => {
    const set = agentSet('agentdojo', `${DATA}/agentdojo/tool-calls.ndjson.gz`);
    expectSound(set);
    const scenarios = [...readTruth(set.truth).scenarios.values()];
    expect(scenarios.length).toBeGreaterThan(150);
    const victims = scenarios.map(({ told }) => told.victim);
    for (const victim of new Set(victims))
      expect(victims.filter((one) => one === victim).length).toBeLessThanOrEqual(2);
  });

  it('gives the agents of ASB a clock', () => {
    const set = agentSet('asb', `${DATA}/asb/tool-calls.ndjson.gz`);
    expectSound(set);
    expect(readTruth(set.truth).scenarios.size).toBeGreaterThan(40);
  });

  it('finds the platform key change in the histories of bots', () => {
    const set = gitBotSet(`${DATA}/git-bots/commits.ndjson.gz`);
    expectSound(set);
    const changes = readTruth(set.truth).changes;
    expect(changes.length).toBeGreaterThan(30);
    for (const change of changes) expect(change.startS * 1000).toBeGreaterThan(KEY_CHANGE - 2000);
  });

  it('splices each technique twice and leaves no mark of the laboratory', { timeout: 120_000 }, () => {
    const reader = createReader({
      formats: new Map([['aws-cloudtrail', format]]),
      format: 'aws-cloudtrail',
      tenant: 'spliced',
      limits: configSchema.parse({}).ingest,
    });
    const set = stratusSet(`${DATA}/cloudtrail-stratus`, WORLD, reader);
    expectSound(set);
    const truth = readTruth(set.truth);
    expect(truth.scenarios.size).toBe(36);
    const acts = set.events.filter((event) => truth.attackOf.has(event.id));
    expect(acts.filter((event) => /stratus|christophe/i.test(JSON.stringify(event)))).toEqual([]);
  });
});

describe('splicing', () => {
  const act = (seconds: number, edit: Partial<Activity> = {}): Activity => ({
    id: `t${seconds}`,
    at: new Date(Date.UTC(2024, 6, 30) + seconds * 1000).toISOString(),
    tenant: 'lab',
    identity: {
      id: 'arn:aws:iam::111111111111:user/lab',
      kind: 'service-account',
      provider: 'aws',
      account: '111111111111',
    },
    credential: { id: 'AKIALAB', kind: 'access-key' },
    action: { name: 'ec2:ModifyImageAttribute', service: 'ec2', access: 'write' },
    resource: {
      id: 'arn:aws:ec2:ap-central-2r:111111111111:image/stratus-red-team-ami',
      type: 'image',
      account: '111111111111',
    },
    source: { ip: '192.0.2.1', region: 'ap-central-2r', userAgent: 'stratus-red-team_1' },
    outcome: 'success',
    ...edit,
  });
  const like = act(0, {
    identity: { id: 'arn:aws:iam::222222222222:role/app', kind: 'role', provider: 'aws', account: '222222222222' },
    credential: { id: 'ASIAVICTIM', kind: 'session-token' },
    source: { ip: '198.51.100.4', asn: 64500, region: 'eu-west-1', userAgent: 'aws-sdk-go/1.4' },
    tenant: 'acme',
  });
  const start = Date.UTC(2026, 2, 1);

  it('keeps what was done and takes everything else from the victim', () => {
    const [first, second] = splice([act(0), act(90_000)], like, start, 'in-place', 'x');
    expect(first).toMatchObject({
      tenant: 'acme',
      identity: like.identity,
      credential: like.credential,
      source: like.source,
    });
    expect(first!.action.name).toBe('ec2:ModifyImageAttribute');
    expect(first!.resource!.id).toMatch(/^arn:aws:ec2:eu-west-1:222222222222:image\/[0-9a-f]{4}-ami$/);
    expect(Date.parse(first!.at)).toBe(start);
    expect(Date.parse(second!.at) - start).toBe(20 * 60_000);
  });

  it('comes from elsewhere with the stolen credential', () => {
    const [first] = splice([act(0)], like, start, 'stolen', 'x');
    expect(first!.credential).toEqual(like.credential);
    expect(first!.source.asn).not.toBe(like.source.asn);
    expect(first!.source.region).toBe('eu-west-1');
  });
});
