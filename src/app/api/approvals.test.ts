/** The link in a message about an alert leads its reader to what waits for approval: to look changes nothing, and it decides once. */
import { beforeEach, expect, test } from 'vitest';
import { configSchema } from '../../../schemas/config.ts';
import type { Suspension } from '../../../schemas/suspension.ts';
import { exampleAlert } from '../../../test/unit/example-alert.ts';
import { MemorySuspensions } from '../../../test/unit/memory-suspensions.ts';
import type { ApprovalPort } from '../../api/approval-routes.ts';
import { createApprovalLinks } from '../../respond/approval-links.ts';
import { createSuspensions } from '../../respond/suspensions.ts';
import { createFingerprinter } from '../../secrets.ts';
import type { ApprovalParts } from './approvals.ts';
import { approvalPort } from './approvals.ts';

const NOW = Date.parse('2026-11-02T03:30:00.000Z');
const HOUR = 3_600_000;
const links = createApprovalLinks('a key of more than twenty-four bytes');
let nowMs: number;
let store: MemorySuspensions;
let door: ApprovalPort;
let desk: ReturnType<typeof createSuspensions>;

const alert = exampleAlert({
  recommendation: {
    ...exampleAlert().recommendation,
    action: 'suspend-identity',
    target: { kind: 'identity', id: exampleAlert().identity.id },
    expiresAt: new Date(NOW + 4 * HOUR).toISOString(),
  },
});
const linkFor = (recipient: string, change = {}) =>
  links.makeForAlert({
    tenant: alert.tenant,
    alert: alert.id,
    recipient,
    expiresAt: new Date(NOW + HOUR).toISOString(),
    ...change,
  });
const suspension = async (): Promise<Suspension | undefined> => {
  const [row] = await store.list({ limit: 1 });
  return row && (await desk.find(row.tenant, row.suspension))?.suspension;
};

beforeEach(() => {
  nowMs = NOW;
  store = new MemorySuspensions();
  const clock = { now: () => nowMs };
  desk = createSuspensions({
    store,
    history: { activeIdentities: async () => 1_000 },
    clock,
    respond: { ...configSchema.parse({}).respond, mode: 'approve', responder: 'gateway' },
    responders: new Map([
      [
        'gateway',
        {
          prepare: () => ({ ok: true, parameters: {}, reversible: true, breaks: 'it stops' }),
          carryOut: async () => ({ status: 'done', detail: '' }),
        },
      ],
    ]),
    invariants: new Set(),
    inventory: async () => undefined,
    killSwitch: () => false,
  });
  const claimed = new Set<string>();
  door = approvalPort({
    respond: { desk, suspensions: store } as unknown as ApprovalParts['respond'],
    links,
    once: {
      isFirst: async (kind, key) => !claimed.has(`${kind} ${key}`) && claimed.add(`${kind} ${key}`) !== undefined,
      isKnown: async (kind, key) => claimed.has(`${kind} ${key}`),
    },
    clock,
    fingerprinter: createFingerprinter(),
    url: 'https://tidemark.example.com',
    ttlMs: HOUR,
  });
});

test('before anything is proposed it says so; then it leads on, every time to the same token, and nothing is decided', async () => {
  const link = linkFor('ada');
  expect(await door.waiting(link)).toEqual({ state: undefined });
  await desk.propose(alert);
  const rows = store.rows.length;
  const first = await door.waiting(link);
  for (let look = 0; look < 3; look++) expect(await door.waiting(link)).toEqual(first);
  expect(store.rows.length).toBe(rows);
  expect((await suspension())?.state).toBe('recommended');
});

test('decides once, in the name of whom it was sent to; then it says what became of it', async () => {
  await desk.propose(alert);
  const { token = '' } = (await door.waiting(linkFor('ada'))) as { token?: string };
  const answers = await Promise.all([1, 2, 3].map(() => door.decide(token, 'approve', 'not ours')));
  expect(answers.filter((one) => typeof one === 'object' && one.ok)).toHaveLength(1);
  expect(await suspension()).toMatchObject({ state: 'approved', approvals: [{ by: { kind: 'person', id: 'ada' } }] });
  expect(await door.waiting(linkFor('ada'))).toEqual({ state: 'approved' });
});

test('works neither after its time, nor for another alert or tenant, nor as the other kind of link', async () => {
  await desk.propose(alert);
  expect(await door.waiting(linkFor('ada', { alert: 'another' }))).toEqual({ state: undefined });
  expect(await door.waiting(linkFor('ada', { tenant: 'another' }))).toEqual({ state: undefined });
  expect(await door.decide(linkFor('ada'), 'approve', 'x')).toBe('invalid');
  const { token = '' } = (await door.waiting(linkFor('ada'))) as { token?: string };
  expect(await door.waiting(token)).toBe('invalid');
  expect(await door.waiting(`${linkFor('ada').slice(0, -2)}AA`)).toBe('invalid');
  nowMs = NOW + HOUR;
  expect(await door.waiting(linkFor('ada'))).toBe('invalid');
  // What the first link led to ends with it, though the suspension could wait longer.
  expect(await door.decide(token, 'approve', 'x')).toBe('invalid');
});

test('a link that somebody else made says so in the trail, and is spent however it is spelled', async () => {
  await desk.propose(alert);
  const { id } = (await suspension()) as Suspension;
  const root = { name: 'root', scope: 'admin', tenant: alert.tenant } as const;
  const made = await door.issue(root, id, 'ada');
  const token = made?.url.split('/').at(-1) ?? '';
  for (const other of [`${token}=`, `${token}==`, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`])
    expect(await door.decide(other, 'reject', 'x')).toBe('invalid');
  expect(await door.decide(token, 'approve', 'y'.repeat(5_000))).toMatchObject({ ok: true });
  expect((await suspension())?.approvals).toMatchObject([{ by: { id: 'ada' }, linkBy: 'root' }]);
  expect(store.rows.at(-1)?.why).toMatch(/y \(by a link of root\)$/);
});
