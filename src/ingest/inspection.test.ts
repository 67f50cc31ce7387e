/** What is counted of records must be what is in them, and stay bounded. */
import { expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { createInspection, DISTINCT_MAX, shapeOf } from './inspection.ts';

const example = () => ({ place: 'a, record 1', record: '{}' });
const act = (id: string, minute = 0, rest: Partial<Activity> = {}): Activity => ({
  id: 'x',
  at: new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString(),
  tenant: 'default',
  identity: { id, kind: 'agent', provider: 'acme' },
  action: { name: 'page.get', service: 'page', access: 'read' },
  source: {},
  outcome: 'success',
  ...rest,
});
const uuid = (n: number) => `${String(n).padStart(8, '0')}-1111-4222-8333-444444444444`;

function inspectionOf(acts: readonly Activity[], rows = 5) {
  const inspection = createInspection(rows);
  for (const activity of acts) inspection.add({ status: 'read', format: 'one', activities: [activity] }, example);
  return inspection.result();
}

it('counts what acts tell, by format, the largest format first', () => {
  const inspection = createInspection(5);
  inspection.add({ status: 'skip', format: 'two', reason: 'a page view' }, example);
  inspection.add(
    {
      status: 'read',
      format: 'one',
      activities: [act('a'), act('a', 5, { resource: { id: 'r' }, outcome: 'denied' })],
    },
    example,
  );
  inspection.add({ status: 'dead', format: 'one', reason: 'no time', bytes: Buffer.from('') }, example);
  const { records, formats } = inspection.result();
  expect([records, formats.map(({ format }) => format)]).toEqual([3, ['one', 'two']]);
  expect(formats[0]).toMatchObject({
    read: 1,
    dead: 1,
    acts: 2,
    first: '2026-03-01T10:00:00.000Z',
    last: '2026-03-01T10:05:00.000Z',
    identities: 1,
    targets: 1,
    told: { target: 1, address: 0 },
    outcomes: { success: 1, denied: 1 },
    topActions: [{ name: 'page.get', acts: 2, withTarget: 1 }],
    targetless: [{ name: 'page.get', acts: 2, withTarget: 1 }],
    deaths: [{ reason: 'no time', records: 1, example: { place: 'a, record 1', record: '{}' } }],
  });
  expect(formats[1]!.skips).toEqual([expect.objectContaining({ reason: 'a page view', records: 1 })]);
});

it('ids that are made anew for every run are told, those that come back are not, and neither are people', () => {
  const fresh = Array.from({ length: 30 }, (_, n) => act(`run-${uuid(n)}`, n));
  const [found] = inspectionOf(fresh).formats;
  expect(found!.unstable).toEqual([{ shape: 'run-{uuid}', identities: 30, example: `run-${uuid(0)}` }]);
  expect(found!.hints.join(' ')).toContain('run-{uuid}');
  const back = fresh.flatMap((one, n) => [one, act(one.identity.id, 59 - n)]);
  expect(inspectionOf(back).formats[0]!.unstable).toEqual([]);
  const people = fresh.map((one) => ({ ...one, identity: { ...one.identity, kind: 'human' as const } }));
  expect(inspectionOf(people).formats[0]!.unstable).toEqual([]);
});

it.each([
  ['worker', undefined],
  ['arn:aws:iam::123456789012:role/reader', 'arn:aws:iam::{n}:role/reader'],
  [`job-${uuid(7)}`, 'job-{uuid}'],
  ['pod-5f7c9d8b6c', 'pod-{key}'],
])('the shape of %s is %s', (id, shape) => {
  expect(shapeOf(id)).toBe(shape);
});

it('more than are told apart are still counted, and it says so', () => {
  const inspection = createInspection(3);
  for (let n = 0; n < DISTINCT_MAX + 10; n++)
    inspection.add(
      { status: 'read', format: 'one', activities: [act(`id${n}`, 0, { resource: { id: `t${n}` } })] },
      example,
    );
  for (let n = 0; n < 500; n++) inspection.add({ status: 'skip', format: 'one', reason: `reason ${n}` }, example);
  const { isCapped, formats } = inspection.result();
  expect(isCapped).toBe(true);
  expect(formats[0]).toMatchObject({ acts: DISTINCT_MAX + 10, identities: DISTINCT_MAX, targets: DISTINCT_MAX });
  expect(formats[0]!.topIdentities).toHaveLength(3);
  expect(formats[0]!.skips[0]).toMatchObject({ reason: 'other reasons', records: 300 });
});

it('a log that leaves out what matters is told of', () => {
  const hints = inspectionOf(Array.from({ length: 20 }, (_, n) => act('one', n))).formats[0]!.hints.join('\n');
  expect(hints).toMatch(/Only 0 % of the acts have a target[\s\S]*No act has an address[\s\S]*one identity/);
});
