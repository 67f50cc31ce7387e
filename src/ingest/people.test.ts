/** People get pseudonyms wherever an activity names them, machines keep their names, and one person stays one. */
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { act, START } from '../../test/unit/detector-lives.ts';
import { readInventoryRecord } from '../adapters/inventory.ts';
import { loadConfig } from '../config/load-config.ts';
import { createFingerprinter } from '../secrets.ts';
import { encoderMark } from './activity-message.ts';
import { createNormalizer } from './normalize.ts';
import { withoutName } from './people.ts';

const hidden = createFingerprinter('pepper', 'pseudonyms');
const named = createFingerprinter('pepper');
const admit = (change: object, fingerprinter = hidden) => {
  const activity = structuredClone(act('job', START, change));
  expect(createNormalizer({ fingerprinter }).admit(activity)).toBeUndefined();
  return activity;
};
const ADA = 'ada@example.com';

describe('people under pseudonyms', () => {
  it.each([
    ['a delegator', { onBehalfOf: [{ id: ADA, kind: 'human' }] }],
    ['an identity', { identity: { id: ADA, kind: 'human', provider: 'okta', name: 'Ada L.' } }],
    ['an actor', { actor: { id: ADA, kind: 'human' } }],
    ['a resource', { resource: { id: `mailbox/${ADA}`, type: 'mailbox' } }],
    ['a task', { run: { id: 'r', task: `report for ${ADA}, daily` } }],
    ['a workload', { source: { workload: `${ADA}'s laptop` } }],
    ['a scope', { scopes: [`drive:${ADA}`] }],
    ['a right that was granted', { change: { kind: 'right', identity: ADA, rights: [`user:${ADA}`] } }],
  ])('are not named as %s', (_, change) => {
    const text = JSON.stringify(admit(change));
    expect(text).not.toMatch(/ada@|Ada L/i);
    expect(text).toContain('person:fp:');
    // As it is by default, nothing is changed.
    expect(JSON.stringify(admit(change, named))).toContain('ada@');
  });

  it('are one and the same in every field and spelling of a tenant, and another in another tenant', () => {
    const one = admit({ onBehalfOf: [{ id: ADA, kind: 'human' }], resource: { id: 'Ada@Example.com', type: 't' } });
    expect(one.resource?.id).toBe(one.onBehalfOf?.[0]?.id);
    const other = admit({ tenant: 'beta', onBehalfOf: [{ id: ADA, kind: 'human' }] });
    expect(other.onBehalfOf?.[0]?.id).not.toBe(one.onBehalfOf?.[0]?.id);
  });

  it('are found by what the record calls them, not only by an address', () => {
    const { onBehalfOf, run } = admit({
      onBehalfOf: [{ id: 'W123AB', kind: 'human' }],
      run: { id: 'x', task: 'for W123AB' },
    });
    expect(JSON.stringify([onBehalfOf, run])).not.toContain('W123AB');
  });

  it('machines keep their names, and what went through once is not changed again', () => {
    const bot = 'ci@acme.iam.gserviceaccount.com';
    const kept = admit({
      identity: { id: 'robot@example.com', kind: 'service-account', provider: 'x' },
      onBehalfOf: [{ id: bot, kind: 'service-account' }],
    });
    expect([kept.identity.id, kept.onBehalfOf?.[0]?.id]).toEqual(['robot@example.com', bot]);
    const once = admit({ onBehalfOf: [{ id: ADA, kind: 'human' }] });
    const again = structuredClone(once);
    createNormalizer({ fingerprinter: hidden }).admit(again);
    expect(again).toEqual(once);
  });

  it('a name is no part of a longer name', () => {
    expect(withoutName('ada, canada, ada.b, (ada). ada-x ada', 'ada', 'X')).toBe('X, canada, ada.b, (X). ada-x X');
  });

  it('a detect process that hides people does not trust one that names them', () => {
    expect(encoderMark(hidden)).not.toBe(encoderMark(named));
  });

  it('an inventory record of a person is under the same pseudonym, and owners stay', () => {
    const person = readInventoryRecord({ identity: ADA, kind: 'human', name: 'Ada' }, 'acme', hidden);
    const { onBehalfOf } = admit({ onBehalfOf: [{ id: ADA, kind: 'human' }] });
    expect(person).toMatchObject({ identity: onBehalfOf?.[0]?.id });
    expect(JSON.stringify(person)).not.toContain('Ada');
    expect(readInventoryRecord({ identity: 'job', owner: ADA }, 'acme', hidden)).toMatchObject({ owner: ADA });
  });

  it('without a pepper they are refused, since names could be tried', () => {
    expect(configSchema.parse({}).ingest.people).toBe('named');
    expect(() => loadConfig({ env: { TIDEMARK_INGEST__PEOPLE: 'pseudonyms' }, cwd: '/nonexistent' })).toThrow(
      /pseudonyms without a pepper/,
    );
  });
});
