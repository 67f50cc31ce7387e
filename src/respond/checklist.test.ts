/** The list to tick around a suspension names what the identity made, what the recipe leaves to do, and how it is undone. */
import { expect, it } from 'vitest';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { exampleSuspension } from '../../test/unit/example-suspension.ts';
import { checklist } from './checklist.ts';

const evidence = (action: string, things: string[]) => ({ ...exampleAlert().evidence[0]!, action, things });
const told = {
  ok: true as const,
  parameters: {},
  reversible: true,
  breaks: 'every call',
  undo: 'the key is enabled again',
  confirms: false,
  cleanUp: ['Delete the key.'],
};

it('tells in order: see that it holds, take back what was made, what the recipe leaves, and the lift', () => {
  const alert = {
    evidence: [
      evidence('iam:CreateUser', ['helper-1']),
      evidence('iam:CreateUser', ['helper-2', 'helper-1']),
      evidence('secretsmanager:GetSecretValue', ['prod/db']),
      evidence('s3:DeleteObject', ['orders/1']),
      evidence('cloudtrail:StopLogging', ['main']),
    ],
  };
  const steps = checklist(exampleSuspension({ reversible: true, ttlMs: 5_400_000 }), told, alert);
  expect(steps.map(({ phase }) => phase)).toEqual(['confirm', 'confirm', 'clean up', 'clean up', 'lift']);
  expect(steps[2]?.says).toBe(
    'It did iam:CreateUser on helper-1, helper-2: take that back unless its owner wanted it.',
  );
  expect(steps[3]?.says).toBe('Delete the key.');
  expect(steps[4]?.says).toContain('after 1.5 hours');
  expect(steps[4]?.says).toContain('the key is enabled again');
});

it('names a few things of many, and says where nothing can be lifted', () => {
  const things = Array.from({ length: 9 }, (_, n) => `key-${n}`);
  const steps = checklist(
    exampleSuspension({ reversible: false }),
    { ...told, reversible: false, undo: 'make a new one', confirms: true },
    { evidence: [evidence('iam:CreateAccessKey', things)] },
  );
  expect(steps.map(({ phase }) => phase)).toEqual(['confirm', 'clean up', 'clean up', 'lift']);
  expect(steps[1]?.says).toContain('key-5 and 3 more');
  expect(steps.at(-1)?.says).toBe('It cannot be lifted: make a new one.');
  expect(checklist(exampleSuspension(), undefined, undefined).map(({ phase }) => phase)).toEqual(['confirm', 'lift']);
});

it('names another recipe only where it is configured', () => {
  const prepared = { ...told, cleanUp: ['End the sessions of each (aws-revoke-role-sessions).'] };
  const says = (configured?: ReadonlySet<string>) =>
    checklist(exampleSuspension(), prepared, undefined, configured).find(({ phase }) => phase === 'clean up')?.says;
  expect(says()).toBe('End the sessions of each.');
  expect(says(new Set(['aws-revoke-role-sessions']))).toBe('End the sessions of each (aws-revoke-role-sessions).');
});

it('who was let in is to be taken out again, whatever the act is called', () => {
  const shared = { ...evidence('ec2:ModifySnapshotAttribute', ['snap-1']), recipients: ['account 999988887777'] };
  const says = checklist(exampleSuspension(), told, { evidence: [shared] }).find(({ phase }) => phase === 'clean up');
  expect(says?.says).toBe(
    'It did ec2:ModifySnapshotAttribute on snap-1, for account 999988887777: take that back unless its owner wanted it.',
  );
});
