/** A mapping file must read as a built-in format does, and say what is wrong with it where it is wrong. */
import { describe, expect, it } from 'vitest';
import { formatRig } from '../../test/unit/format-rig.ts';
import { createMapping } from './mapping-format.ts';

const MAPPING = {
  id: 'acme',
  recognise: "app == 'payments' && actor",
  records: 'events',
  skip: [{ when: "actor.type == 'visitor'", reason: 'a visitor' }],
  activity: {
    id: 'event_id',
    at: 'ts',
    identity: {
      id: 'actor.client || actor.login',
      kind: { from: 'actor.type', map: { service: 'service-account', user: 'human' }, else: 'unknown' },
      account: 'org',
    },
    credential: { id: 'actor.key', kind: { value: 'access-key' } },
    action: { name: 'op' },
    resource: { id: "join('/', [object.type, object.id])", type: 'object.type' },
    source: { ip: 'client.ip' },
    outcome: { from: 'status', httpStatus: true },
    onBehalfOf: 'actor.users',
    scopes: 'actor.scopes',
    amount: { bytes: 'size' },
  },
};
const RECORD = {
  app: 'payments',
  event_id: 'e-1',
  ts: 1_772_360_130,
  org: 'acme',
  actor: { type: 'service', client: 'nightly', key: 'k-1', scopes: 'read write', users: ['ada', 'anonymous'] },
  op: 'sendPayment',
  object: { type: 'account', id: 77 },
  client: { ip: '192.0.2.1' },
  status: 403,
  size: '12',
};

function formatOf(change: object = {}, activity: object = {}) {
  const made = createMapping({ ...MAPPING, activity: { ...MAPPING.activity, ...activity }, ...change });
  if ('problems' in made) throw new Error(JSON.stringify(made.problems));
  return made.format;
}
const problemsOf = (value: unknown) => {
  const made = createMapping(value);
  return 'problems' in made ? made.problems.map(({ path, wrong }) => `${path.join('.')} ${wrong}`) : [];
};
const number = (mapping: object) => ({ ...MAPPING.activity, resource: mapping });

it('reads identity, action, target, source, outcome, time and more', () => {
  const rig = formatRig(formatOf({}, number({ id: 'object.type' })), 'auto');
  expect(rig.read(RECORD)).toEqual({
    id: 'acme:e-1',
    at: '2026-03-01T10:15:30.000Z',
    tenant: 'default',
    identity: { id: 'nightly', kind: 'service-account', provider: 'acme', account: 'acme' },
    credential: { id: 'k-1', kind: 'access-key' },
    action: { name: 'sendPayment', service: 'acme', access: 'write' },
    resource: { id: 'account' },
    source: { ip: '192.0.2.1' },
    outcome: 'denied',
    errorCode: '403',
    onBehalfOf: [{ id: 'ada', kind: 'human' }],
    scopes: ['read', 'write'],
    amount: { bytes: 12 },
  });
});

it('a function joins what it is given, and says so where it cannot', () => {
  const rig = formatRig(formatOf());
  expect(rig.read({ ...RECORD, object: { type: 'account', id: 'b' } }).resource).toEqual({
    id: 'account/b',
    type: 'account',
  });
  expect(rig.reader.readParsed({ ...RECORD, object: { type: 'account', id: 77 } })[0]).toMatchObject({
    status: 'dead',
    reason: expect.stringContaining('does not fit this record'),
  });
});

it('a message is taken apart, records that are none of its own are not recognised', () => {
  const rig = formatRig(formatOf({}, number({ id: 'object.type' })), 'auto');
  expect(rig.reader.readParsed({ events: [RECORD, RECORD] }).map(({ status }) => status)).toEqual(['read', 'read']);
  expect(rig.reader.readParsed({ app: 'other' })[0]).toMatchObject({ status: 'dead', format: 'auto' });
});

it.each([
  [{ actor: { type: 'visitor', client: 'x' } }, 'skip', 'a visitor'],
  [{ actor: { type: 'user', login: 'anonymous' } }, 'skip', 'activity.identity.id names nobody'],
  [{ ts: 'yesterday' }, 'dead', 'activity.at: expected a time'],
  [{ ts: null }, 'dead', 'activity.at: expected a time'],
  [{ op: '' }, 'dead', 'activity.action.name: the record says nothing there'],
  [{ status: null }, 'dead', 'activity.outcome: the record has no status'],
  [{ size: 'much' }, 'dead', 'activity.amount.bytes: expected a number'],
])('%j is %s: %s', (change, status, reason) => {
  const rig = formatRig(formatOf({}, number({ id: 'object.type' })));
  expect(rig.reader.readParsed({ ...RECORD, ...change })[0]).toMatchObject({ status, reason });
});

it.each([
  ['2026-03-01T10:15:30Z'],
  [1_772_360_130],
  [1_772_360_130_000],
  ['1772360130000000'],
  [1_772_360_130_000_000_000],
])('%s is the same moment', (ts) => {
  expect(formatRig(formatOf({}, number({ id: 'object.type' }))).read({ ...RECORD, ts }).at).toBe(
    '2026-03-01T10:15:30.000Z',
  );
});

it('a word that no map knows is dead with the remedy', () => {
  const format = formatOf(
    {},
    { ...number({ id: 'object.type' }), outcome: { from: 'result', map: { ok: 'success' } } },
  );
  const read = (result: unknown) => formatRig(format).reader.readParsed({ ...RECORD, result })[0];
  expect(read('ok')).toMatchObject({ status: 'read' });
  expect(read('hm')).toMatchObject({
    status: 'dead',
    reason: expect.stringMatching(/expected one of success.*map, or an else/),
  });
  expect(read(undefined)).toMatchObject({ status: 'dead', reason: expect.stringContaining('give it an else') });
});

it('no function hides a secret', () => {
  const secret = 'ghp_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5';
  const format = formatOf({}, { ...number({ id: 'upper(op)' }), action: { name: "join('-', split(op, '_'))" } });
  const told = JSON.stringify(formatRig(format).read({ ...RECORD, op: secret })).toLowerCase();
  expect(told).not.toContain(secret.slice(4, 24).toLowerCase());
});

describe('what is wrong is told where it is wrong', () => {
  it.each([
    [{}, ['id is no id of a format', 'activity is missing']],
    [{ ...MAPPING, id: 'Acme' }, ['id is no id of a format']],
    [{ ...MAPPING, recognize: 'a' }, ['recognize is not a known key']],
    [{ ...MAPPING, recognise: 'a.[' }, ['recognise is no JMESPath: Syntax error: invalid token (EOF): ""']],
    [{ ...MAPPING, activity: { at: 'ts', action: { name: 'op' } } }, ['activity.identity.id is missing']],
    [
      { ...MAPPING, activity: { ...MAPPING.activity, identity: { id: 'a', knd: 'b' } } },
      ['activity.identity.knd is no field of an activity'],
    ],
    [
      { ...MAPPING, activity: { ...MAPPING.activity, outcome: { from: 'a', map: { x: 'okay' } } } },
      ['activity.outcome is mapped to an unknown word'],
    ],
    [
      { ...MAPPING, activity: { ...MAPPING.activity, at: 'x'.repeat(2_001) } },
      ['activity.at is no expression of 1 to 2000 characters'],
    ],
    [{ ...MAPPING, skip: [{ when: 'a' }] }, ['skip.0.reason is missing']],
    ['text', ['id is no id of a format', 'activity is missing']],
  ])('%#', (value, wanted) => {
    expect(problemsOf(value)).toEqual(wanted);
  });
});

it('junk is never thrown at whoever reads', () => {
  const format = formatOf();
  for (const junk of [null, 5, 'x', [], {}, { events: 5 }, { actor: [] }, { app: 'payments', actor: { client: {} } }]) {
    expect(() => format.recognises(junk)).not.toThrow();
    expect(() => format.split?.(junk)).not.toThrow();
    expect(['skip', 'dead']).toContain(formatRig(format).reader.readParsed(junk)[0]?.status ?? 'skip');
  }
});

describe('an expression that grows with the record', () => {
  const grown = (name: string) => formatRig(formatOf({}, { resource: { id: 'object.type' }, action: { name } })).reader;
  const wide = { ...RECORD, a: Array.from({ length: 5_000 }, (_, n) => n) };

  it.each([
    ['a list doubled again and again', `${'[@,@][] | '.repeat(60)}to_string(length(@))`],
    ['every pair of a list', 'to_string(length(a[?contains(@root.a, @)]))'.replaceAll('@root', '$')],
    ['the same within a scope', 'let $a = a in to_string(length(a[?contains($a, @)]))'],
    ['a function for every element', 'to_string(length(map(&length($.a), a)))'],
  ])('ends, and the record is a dead letter: %s', (_, name) => {
    const [outcome] = grown(name).readParsed(wide);
    expect(outcome).toMatchObject({ status: 'dead', reason: expect.stringContaining('too many steps') });
    // What it took on one record is not held against the next.
    expect(grown('op').readParsed(RECORD)[0]?.status).toBe('read');
  });

  it('that recognises, or finds records, ends too', () => {
    const doubling = `${'[@,@][] | '.repeat(60)}length(@)`;
    const rig = formatRig(formatOf({ recognise: doubling }), 'auto');
    expect(rig.reader.readParsed(RECORD)[0]).toMatchObject({ status: 'dead' });
  });

  it('of a long honest list goes on', () => {
    const record = { ...RECORD, a: Array.from({ length: 8_000 }, (_, n) => ({ n, name: `n${n}` })) };
    expect(grown("join('', a[*].name | [:2])").readParsed(record)[0]).toMatchObject({ status: 'read' });
  });
});
