import { expect, it } from 'vitest';
import type { Alert, Evidence } from '../../schemas/alert.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { benignIf } from './benign-if.ts';

const [like] = exampleAlert().evidence;
const told = (evidence: readonly Partial<Evidence>[], change: Partial<Alert> = {}) =>
  benignIf({ ...exampleAlert({ evidence: evidence.map((one) => ({ ...like!, ...one })) }), ...change });

it('names what would explain the two strongest kinds of evidence, each once, and the owner', () => {
  const some = [
    { field: 'at', nats: 1 },
    { field: 'source.asn', nats: 5 },
    { field: 'source.country', nats: 4 },
    { field: 'action.name', nats: 3 },
  ];
  expect(told(some, { owner: 'user:ana' })).toBe(
    'benign if it was moved, or its way out of the network was changed, on purpose, and this work was planned: a change, a ticket or a deployment names it; ask user:ana',
  );
});

it('asks who had it act where no owner is known, a person for themselves, else whoever runs the account', () => {
  const at = [{ field: 'at' }];
  const nobody = { owner: undefined, delegation: undefined };
  const ids = (identity: Partial<Alert['identity']>) => ({ ...exampleAlert().identity, ...identity });
  const bot = ids({ kind: 'bot', id: 'b', account: 'acme' });
  expect(
    told(at, {
      ...nobody,
      identity: bot,
      delegation: [
        { id: 'agent:x', kind: 'agent' },
        { id: 'user:bo', kind: 'human' },
      ],
    }),
  ).toMatch(/; ask user:bo$/);
  expect(
    told([{ field: 'onBehalfOf' }], { ...nobody, identity: bot, delegation: [{ id: 'user:new', kind: 'human' }] }),
  ).toMatch(/act for them; no owner is known: ask who runs acme$/);
  expect(told(at, { ...nobody, identity: ids({ kind: 'human', id: 'user/dana' }) })).toMatch(/; ask user\/dana$/);
  expect(told(at, { ...nobody, identity: bot })).toMatch(/; no owner is known: ask who runs acme$/);
});

it('of something that was opened asks whether they were meant to be let in', () => {
  expect(told([{ field: 'recipients' }], { owner: 'user:ana' })).toBe(
    'benign if they were meant to be let in: a contract, a partner or a ticket names them; ask user:ana',
  );
});

it('a decoy has one harmless reason, and evidence of an unknown sort none', () => {
  expect(told([{ field: 'credential.id', detector: 'decoy-use' }])).toContain('somebody was told to test the decoy');
  expect(told([{ field: 'own.field', detector: 'own' }])).toBe('');
});

it('of one that woke tells what its owner has to be asked, and what it means if nobody started it', () => {
  const woke = { field: 'at', group: 'silence', nats: 5 };
  expect(told([woke], { owner: 'user:ana' })).toBe(
    'benign if it rested on purpose, or its job is a rare one, and whoever runs it started it again; ask user:ana: if nobody there started it, somebody else has its credential',
  );
  // Where something stronger is odd, that is asked for first.
  expect(told([{ field: 'source.asn', nats: 7 }, woke], { owner: 'user:ana' })).toMatch(/; ask user:ana$/);
});
