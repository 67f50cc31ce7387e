/** Privilege without an owner. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, record, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './unowned-privilege.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const grant = { action: { name: 'iam:AttachUserPolicy', service: 'iam', access: 'admin' as const } };
const life = (of: object) =>
  new Life('unowned-privilege', detector, [record({ identity: 'web', ...of })]).live(weeks('web', 29));

describe('unowned-privilege', () => {
  it('adds weight to a privileged first act of an identity without an owner', () => {
    // unownedNats, at full weight.
    expectNats(life({}).nats(act('web', LATER, grant)), 1, 1.5);
  });

  it('says nothing where there is an owner, where the act is harmless, or where the inventory does not know it', () => {
    expect(life({ owner: 'user:ann' }).finds(act('web', LATER, grant))).toEqual([]);
    // Nobody but a security event spoke of it: that it has no owner was not said.
    expect(life({ evidenceOnly: true }).finds(act('web', LATER, grant))).toEqual([]);
    expect(
      life({}).finds(act('web', LATER, { action: { name: 's3:ListBuckets', service: 's3', access: 'read' } })),
    ).toEqual([]);
    expect(new Life('unowned-privilege', detector).live(weeks('web', 29)).finds(act('web', LATER, grant))).toEqual([]);
  });
});
