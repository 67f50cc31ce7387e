/** Agents that were changed and agents that were not: the same drift, told apart by its cause. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { createEngine } from '../../src/core/engine.ts';
import {
  act,
  agent,
  at,
  collect,
  dice,
  engineOptions,
  fleet,
  inOrder,
  type Persona,
  QUIET_DAYS,
  routine,
  type Told,
  tell,
  workers,
} from './story.ts';

const TOOLS = ['mail:search', 'mail:read', 'mail:draft', 'calendar:list', 'calendar:find', 'notes:read'];
const ACTOR = { id: 'run', kind: 'agent-run', model: 'example-model-1', version: '3.1.0' };
const tool = (name: string, access: Activity['action']['access'] = 'read') => ({ name, service: 'tools', access });

/** An assistant with a settled order of many calls a day. */
function assistant(n: number, change: Partial<Persona['base']> = {}): Persona {
  const base = agent(40 + n, {
    identity: { id: `assistant-${n}`, kind: 'agent', provider: 'example', account: 'acme-prod' },
    actor: ACTOR,
    run: { id: 'run', declared: TOOLS },
    ...change,
  });
  return {
    ...base,
    acts: TOOLS.map((name) => ({
      action: tool(name),
      resource: { id: `${name.split(':')[0]}/clerk-${n}`, type: 'box' },
    })),
  };
}

const who = assistant(1);
const peers = [2, 3, 4, 5].map((n) => assistant(n));
const roll = dice(3);
const quiet = [who, ...peers].flatMap((one) =>
  routine(one, 0, QUIET_DAYS).concat(
    Array.from({ length: QUIET_DAYS * 2 }, (_, n) =>
      act(
        one,
        at(Math.floor(n / 2), one.hours[Math.floor(roll() * 5)], 30 + (n % 2)),
        one.acts[Math.floor(roll() * 6)],
      ),
    ),
  ),
);

/** A day on which the known calls come in another order, and some more often. */
function shuffled(one: Persona, day: number, change: Parameters<typeof act>[2] = {}, seed = 5, calls = 10): Activity[] {
  const roll = dice(seed);
  return one.hours.flatMap((hour) =>
    Array.from({ length: calls }, (_, n) =>
      act(one, new Date(Date.parse(at(day, hour, 1)) + n * Math.min(120_000, 3_480_000 / calls)).toISOString(), {
        ...one.acts[Math.floor(roll() * one.acts.length)],
        ...change,
      }),
    ),
  );
}
const upgraded = { actor: { ...ACTOR, model: 'example-model-2', version: '4.0.0' } };
const usual = (change: Parameters<typeof act>[2] = {}) => routine(who, QUIET_DAYS, QUIET_DAYS + 1, change);
const draft = (id: string, change: Parameters<typeof act>[2] = {}) =>
  act(who, at(QUIET_DAYS, 10, 40), {
    action: tool('mail:draft', 'write'),
    resource: { id, type: 'recipient' },
    ...change,
  });
const fetched = (change: Parameters<typeof act>[2] = {}) =>
  act(who, at(QUIET_DAYS, 10, 40), {
    action: tool('web:fetch'),
    resource: { id: 'https://docs.example.com/a', type: 'url' },
    ...change,
  });

const told = (events: readonly Activity[]) => tell([...quiet, ...events]);
/** What became of the first assistant: its alert, or what was only observed. */
const looked = ({ alerts, observed }: Pick<Told, 'alerts' | 'observed'>, id = 'assistant-1') => {
  const own = (all: readonly Alert[]) =>
    all.filter((a) => a.identity.id === id && a.lastAt >= at(QUIET_DAYS, 0)).sort((a, b) => b.score - a.score)[0];
  return { alert: own(alerts), any: own(alerts) ?? own(observed) };
};
const raised = (events: readonly Activity[]) => looked(told(events)).alert;

describe('an agent that was changed', () => {
  it('alerts nobody by a new model, version, configuration or tool set alone', () => {
    const run = { id: 'run', declared: [...TOOLS, 'web:fetch'] };
    expect(raised(usual({ actor: { ...upgraded.actor, config: 'triage 8' }, run }))).toBeUndefined();
  });

  it('alerts nobody when it calls the same tools in another mix after an upgrade', () => {
    const { alert, any } = looked(told(shuffled(who, QUIET_DAYS, upgraded)));
    expect(alert).toBeUndefined();
    if (any !== undefined) expect(any.drift?.cause).toBe('model');
  });

  it('weighs less than one that does the same unchanged, and says what it was and since when', () => {
    const wild = (change = {}) => shuffled(who, QUIET_DAYS, change, 5, 1_500);
    const [plain, changed] = [
      looked(told(wild())).any,
      looked(told(wild({ actor: { ...ACTOR, version: '4.0.0' } }))).any,
    ];
    expect(plain?.drift?.cause).toBe('none');
    expect(plain?.title).toContain('; its model, version and tools are those it had for 28 days.');
    expect(changed?.drift?.cause).toBe('configuration');
    expect(changed?.drift?.parts.find(({ part }) => part === 'version')).toMatchObject({
      value: '4.0.0',
      from: '3.1.0',
      changed: true,
      since: at(QUIET_DAYS, 8, 1),
      peers: 0,
    });
    expect(changed?.title).toMatch(/its version changed from 3\.1\.0 to 4\.0\.0 .* \(alone of its peers\)/);
    expect((plain?.score ?? 0) - (changed?.score ?? 0)).toBeGreaterThan(0.5);
  });

  it('is explained more by a version that peers took up than by one that nobody else runs', () => {
    const version = { actor: { ...ACTOR, version: '4.0.0' } };
    const paid = { action: tool('mail:draft', 'write'), resource: { id: 'someone@example.net', type: 'recipient' } };
    const day = QUIET_DAYS + 1;
    const wild = [...shuffled(who, day, version, 5, 40), act(who, at(day, 8, 59), { ...version, ...paid })];
    const takenUp = peers.flatMap((one) => routine(one, QUIET_DAYS, day, version));
    const [alone, shared] = [raised(wild), raised([...takenUp, ...wild])];
    expect(shared?.title).toContain('(as with 4 peers)');
    expect(shared?.drift?.parts.find(({ part }) => part === 'version')?.peers).toBe(4);
    expect(shared?.score).toBeLessThan(alone?.score ?? 0);
  });

  it('alerts nobody when it calls a tool that it declares since then, and whose call only reads', () => {
    const run = { id: 'run', declared: [...TOOLS, 'web:fetch'] };
    const { alert, any } = looked(told([...usual({ run }), fetched({ run })]));
    expect(alert).toBeUndefined();
    expect(any?.drift?.cause).toBe('tools');
    expect(any?.drift?.says).toContain('its tools changed (added web:fetch) 3 hours before');
  });

  it('is told whole when many were changed at once: one cause, one incident', () => {
    const all = [who, ...peers].flatMap((one, seed) => shuffled(one, QUIET_DAYS, upgraded, seed + 5, 1_000));
    const own = told(all).alerts.filter(
      ({ identity, lastAt }) => identity.id.startsWith('assistant') && lastAt >= at(QUIET_DAYS, 0),
    );
    expect(own.length).toBeGreaterThan(1);
    expect(own[0]?.incident).toBeDefined();
    expect(new Set(own.map(({ incident }) => incident)).size).toBe(1);
    for (const alert of own) expect(alert.drift?.cause).toBe('model');
  });
});

describe('what a change does not explain', () => {
  const strange = 'someone@example.net';

  it('a new recipient alerts as much as without it, and the alert says so', () => {
    const plain = raised([...usual(), draft(strange)]);
    const changed = raised([...usual(upgraded), draft(strange, upgraded)]);
    expect(plain?.drift).toMatchObject({ cause: 'none' });
    expect(changed?.drift).toMatchObject({ cause: 'none' });
    expect(changed?.drift?.says).toContain('(alone of its peers), which does not explain it');
    expect(changed?.score).toBeGreaterThanOrEqual(plain?.score ?? Number.POSITIVE_INFINITY);
  });

  it('a tool that it does not declare', () => {
    const alert = raised([...usual(upgraded), fetched(upgraded)]);
    expect(alert?.drift?.cause).toBe('none');
    expect(alert?.detectors).toContain('undeclared-action');
  });

  it('a new master', () => {
    const onBehalfOf = [{ id: 'agent:stranger', kind: 'agent' }];
    const alert = raised([...usual(upgraded), draft('mail/clerk-1', { ...upgraded, onBehalfOf })]);
    expect(alert?.drift?.cause).toBe('none');
    expect(alert?.kinds).toContain('delegation');
  });

  it('another place', () => {
    const source = { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' };
    const alert = raised([...usual(upgraded), act(who, at(QUIET_DAYS, 12, 40), { ...upgraded, source })]);
    expect(alert?.drift?.cause).toBe('none');
    expect(alert?.kinds).toContain('unexpected-source');
  });

  it('a change that came after the drift', () => {
    const after = raised([
      draft(strange),
      ...routine(who, QUIET_DAYS, QUIET_DAYS + 1, upgraded).filter((a) => a.at > at(QUIET_DAYS, 11, 0)),
    ]);
    expect(after?.drift?.cause).toBe('none');
    expect(after?.drift?.parts.every(({ changed }) => !changed)).toBe(true);
  });
});

describe('what the log does not tell', () => {
  it('is said: an agent without model, version and tools', () => {
    const { actor: _, run: __, ...bare } = who.base;
    const mute = { ...who, base: { ...bare, identity: { ...bare.identity, id: 'mute' } } };
    const quietly = routine(mute, 0, QUIET_DAYS);
    const alert = looked(
      tell([
        ...quietly,
        act(mute, at(QUIET_DAYS, 10, 40), {
          action: tool('mail:send', 'write'),
          resource: { id: 'x@example.net', type: 'recipient' },
        }),
      ]),
      'mute',
    ).any;
    expect(alert?.drift).toEqual({
      cause: 'unknown',
      says: 'the log does not tell its model, version or tools',
      parts: [],
    });
  });

  it('is left out: what is no agent has no drift', () => {
    const source = { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' };
    const first = workers[0] as Persona;
    const { alerts } = tell([act(first, at(QUIET_DAYS, 12, 40), { source })]);
    expect(alerts.length).toBeGreaterThan(0);
    for (const alert of alerts) expect(alert).not.toHaveProperty('drift');
  });
});

it('what is said of agents comes to the same bytes for any batch size', () => {
  const life = inOrder([
    ...fleet(QUIET_DAYS + 1),
    ...quiet,
    ...[who, ...peers].flatMap((one, seed) => shuffled(one, QUIET_DAYS, upgraded, seed + 5, 300)),
    draft('someone@example.net', upgraded),
  ]);
  const [whole, ...parts] = [life.length, 1_000, 37].map((rows) => {
    const engine = createEngine(engineOptions());
    const batches = Array.from({ length: Math.ceil(life.length / rows) }, (_, n) =>
      life.slice(n * rows, (n + 1) * rows),
    );
    const { alerts, contributions } = collect(engine, batches);
    // Which of them is raised first shows only where a batch ends between them.
    const sorted = alerts.sort((a, b) => (a.id < b.id ? -1 : 1));
    return JSON.stringify([sorted, contributions, engine.profile('acme', 'assistant-1')?.madeOf]);
  });
  expect(whole).toContain('"cause":"model"');
  for (const part of parts) expect(part).toBe(whole);
});

it('what is said of an agent is what it was made of at its last evidence, whatever it uses later in the same batch', () => {
  const older = { actor: { ...ACTOR, version: '3.0.9' } };
  const oldCall = (day: number, minute: number) => act(who, at(day, 10, minute), { ...who.acts[0], ...older });
  const everyOtherDay = Array.from({ length: QUIET_DAYS / 2 }, (_, n) => oldCall(2 * n, 20));
  const life = inOrder([
    ...fleet(QUIET_DAYS + 1),
    ...quiet,
    ...everyOtherDay,
    draft('someone@example.net'),
    oldCall(QUIET_DAYS, 41),
  ]);
  const versionSaid = (rows: number) => {
    const batches = Array.from({ length: Math.ceil(life.length / rows) }, (_, n) =>
      life.slice(n * rows, (n + 1) * rows),
    );
    const { alert } = looked(collect(createEngine(engineOptions()), batches));
    return alert?.drift?.parts.find(({ part }) => part === 'version')?.value;
  };
  expect(versionSaid(life.length)).toBe('3.1.0');
  expect(versionSaid(100)).toBe('3.1.0');
});

it('the profile tells what an agent is made of since when, and what it was before; of anything else nothing', () => {
  const { engine } = told(usual(upgraded));
  const lastDay = expect.stringContaining(at(QUIET_DAYS - 1).slice(0, 10)) as string;
  expect(engine.profile('acme', 'assistant-1')?.madeOf?.slice(0, 2)).toEqual([
    {
      part: 'model',
      varies: false,
      values: [
        { value: 'example-model-2', since: at(QUIET_DAYS, 8, 1), lastAt: at(QUIET_DAYS, 16, 16) },
        { value: 'example-model-1', since: at(0, 8, 1), lastAt: lastDay },
      ],
    },
    {
      part: 'version',
      varies: false,
      values: [
        { value: '4.0.0', since: at(QUIET_DAYS, 8, 1), lastAt: at(QUIET_DAYS, 16, 16) },
        { value: '3.1.0', since: at(0, 8, 1), lastAt: lastDay },
      ],
    },
  ]);
  expect(engine.profile('acme', 'orders-worker-1')).not.toHaveProperty('madeOf');
});
