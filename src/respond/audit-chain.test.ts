import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditRow } from '../../schemas/suspension.ts';
import { exampleSuspension, REQUESTED_MS } from '../../test/unit/example-suspension.ts';
import { auditChain, contentOf, seal, verifyChain } from './audit-chain.ts';
import { canonical } from './canonical.ts';
import { GENESIS, type Head } from './chain.ts';
import { bindingOf, recommended, transition } from './suspension-states.ts';

async function* each(rows: readonly AuditRow[]) {
  yield* rows;
}

/** A chain of so many suspensions, each recommended, approved and dispatched. */
function chain(count: number): AuditRow[] {
  const rows: AuditRow[] = [];
  let head: Head = GENESIS;
  const policy = { name: 'default', mode: 'approve', approvals: 1 } as const;
  for (let n = 0; n < count; n++) {
    let step = recommended(exampleSuspension({ id: `sus_${n.toString(16).padStart(32, '0')}` }));
    const add = () => {
      const row = seal(head, step.suspension, step.row, `writer-${head.seq}`);
      head = row;
      rows.push(row);
    };
    add();
    const binding = bindingOf(step.suspension);
    for (const event of [
      { kind: 'approve', by: { kind: 'person', id: 'ada' }, why: 'yes', binding } as const,
      { kind: 'dispatch', by: { kind: 'system', id: 'approved' }, why: 'approved' } as const,
    ]) {
      const next = transition(step.suspension, event, REQUESTED_MS + 1_000, policy);
      if (!next.ok) expect.unreachable();
      else step = { suspension: next.suspension, row: next.row };
      add();
    }
  }
  return rows;
}

const rows = chain(4);
const breaks = async (all: readonly AuditRow[], anchor?: Head) =>
  (await verifyChain('default', each(all), anchor)).breaks;

test('a chain as it was written has no break and tells its head', async () => {
  expect(await verifyChain('default', each(rows))).toEqual({
    head: { seq: rows.length, hash: rows.at(-1)!.hash },
    rows: rows.length,
    breaks: [],
  });
  expect(await verifyChain('default', each([]))).toMatchObject({ head: GENESIS, breaks: [] });
  expect(rows.every(auditChain.isSound)).toBe(true);
  expect(contentOf(rows[2]!).state).toBe('dispatched');
});

test('any change of any field of any row is found', async () => {
  const fields = [
    'tenant',
    'suspension',
    'event',
    'from',
    'to',
    'why',
    'at',
    'writer',
    'content',
    'previous',
    'hash',
  ] as const;
  for (const [index, row] of rows.entries())
    for (const field of fields) {
      const changed = { ...row, [field]: `${row[field]}x` } as AuditRow;
      expect(await breaks(rows.with(index, changed)), `${field} of ${row.seq}`).not.toEqual([]);
    }
  expect(await breaks(rows.with(3, { ...rows[3]!, by: { kind: 'person', id: 'grace' } }))).not.toEqual([]);
  expect(await breaks(rows.with(3, { ...rows[3]!, seq: 99 }))).not.toEqual([]);
});

test('a removed, repeated or swapped row is found, wherever it stood', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(rows.length - 2), fc.nat(rows.length - 1), async (at, other) => {
      expect(await breaks(rows.toSpliced(at, 1))).not.toEqual([]);
      expect(await breaks(rows.toSpliced(at, 0, rows[at]!))).not.toEqual([]);
      if (at !== other) expect(await breaks(rows.with(at, rows[other]!).with(other, rows[at]!))).not.toEqual([]);
    }),
  );
});

test('rows cut off the end, or a chain written anew, show against a head that was noted', async () => {
  const noted = rows.at(-1)!;
  expect(await breaks(rows.slice(0, -1))).toEqual([]);
  expect(await breaks(rows.slice(0, -1), noted)).toHaveLength(1);
  expect(await breaks(rows, noted)).toEqual([]);
  expect(await breaks(rows, rows[4]!)).toEqual([]);
  const forged = chain(4).map((row) => ({ ...row, why: 'other' }));
  let head: Head = GENESIS;
  const anew = forged.map((row) => {
    const { seq: _, hash: __, previous: ___, content, suspension: ____, tenant: _____, writer, ...entry } = row;
    const sealed = seal(head, JSON.parse(content), entry, writer);
    head = sealed;
    return sealed;
  });
  expect(await breaks(anew)).toEqual([]);
  expect(await breaks(anew, noted)).toHaveLength(1);
});

test('whatever is said, the row that is read back is the row that was written', async () => {
  const said = ['\ud800', 'cut 😀'.slice(0, -1), '\u0000\n"', '漢é'];
  for (const why of said) {
    const { suspension, row } = recommended(exampleSuspension());
    const sealed = seal(GENESIS, suspension, { ...row, why, by: { kind: 'person', id: why } }, 'w');
    const stored = JSON.parse(Buffer.from(JSON.stringify(sealed), 'utf8').toString('utf8'));
    const bytes = (text: string) => Buffer.from(text, 'utf8').toString('utf8');
    expect(
      auditChain.isSound({ ...stored, why: bytes(stored.why), by: { ...stored.by, id: bytes(stored.by.id) } }),
    ).toBe(true);
  }
});

test('one break is told once, and junk is a break like any other', async () => {
  expect(await breaks(rows.with(5, { ...rows[5]!, why: 'changed' }))).toHaveLength(1);
  const junk = { ...rows[0]!, seq: Number.NaN, hash: '', previous: '', content: 'not JSON' };
  expect(await breaks([junk])).toHaveLength(1);
  expect(auditChain.isSound(junk)).toBe(false);
});

test('one value has one canonical text', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonical(turned)).toBe(canonical(value));
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  expect(canonical({ b: undefined, a: [undefined, 1] })).toBe('{"a":[null,1]}');
});
