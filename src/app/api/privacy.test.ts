/** A pseudonym is told where there is a pepper, and only after the question was written down. */
import { expect, test } from 'vitest';
import type { PrivacyRow } from '../../ports/privacy.ts';
import { createFingerprinter } from '../../secrets.ts';
import { markOf } from '../forgetting.ts';
import { verifyRecord } from '../privacy-log.ts';
import { privacyPort } from './privacy.ts';

const caller = { name: 'grace', scope: 'admin', tenant: 'acme' } as const;
const ADA = 'Ada@example.com';

function doorOf(hasPepper: boolean) {
  const rows: PrivacyRow[] = [];
  const fingerprinter = createFingerprinter('pepper', 'pseudonyms');
  const port = privacyPort({
    privacy: {
      rows: async (after = 0) => rows.slice(after),
      append: async (row: PrivacyRow) => (rows.push(row) > 0 ? 'appended' : 'taken'),
    } as never,
    erasures: {} as never,
    fingerprinter,
    hasPepper,
    clock: { now: () => Date.parse('2026-03-01T00:00:00Z') },
  });
  return { port, rows, fingerprinter };
}

test('who was asked for is written down by a fingerprint, with who asked and why, and never by name', async () => {
  const { port, rows, fingerprinter } = doorOf(true);
  expect(await port.pseudonym(caller, ADA, 'inquiry 12')).toBe(fingerprinter.person?.('acme', ADA));
  const subject = markOf(fingerprinter, 'acme', ADA.toLowerCase());
  expect(rows).toMatchObject([
    { seq: 1, event: 'looked-up', kind: 'person', tenant: 'acme', by: 'grace', why: 'inquiry 12', subject },
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/ada@example/i);
  expect((await verifyRecord(rows)).breaks).toEqual([]);
});

test('without a pepper there is no pseudonym, and nothing is written', async () => {
  const { port, rows } = doorOf(false);
  expect(await port.pseudonym(caller, ADA, 'inquiry 12')).toBeUndefined();
  expect(rows).toEqual([]);
});
