/** When a request to forget is sent, sent again, and finished. */
import { expect, test } from 'vitest';
import type { ErasureRequest, ErasureState, ErasureStep } from '../ports/privacy.ts';
import type { OutgoingMessage } from '../ports/stream.ts';
import { readErasureMessage } from './erasure-message.ts';
import { createErasureWatch } from './erasure-watch.ts';

const ID = '0b1f7a52-3f6e-4c59-9f4e-2f3a6f1d7c11';

function rig() {
  let now = Date.parse('2026-03-01T00:00:00Z');
  const request: ErasureRequest = {
    id: ID,
    subject: { kind: 'identity', tenant: 'acme', identity: 'job' },
    mark: 'fp:1',
    by: 'dpo',
    why: 'request 1',
    at: new Date(now).toISOString(),
  };
  let steps: ErasureStep[] = [];
  let isKnown = true;
  const state = (): ErasureState => {
    const sent = steps.filter((step) => step.event === 'sent').at(-1);
    return {
      ...request,
      ...(sent && { sent: { round: sent.round, partitions: sent.partitions, atMs: Date.parse(sent.at) } }),
      done: steps.filter((step) => step.event === 'done'),
      finished: steps.some(({ event }) => event === 'finished'),
    };
  };
  const sent: OutgoingMessage[] = [];
  const recorded: unknown[] = [];
  const is = { leading: true, ours: true, failing: false };
  const watch = createErasureWatch({
    store: {
      open: async () => (isKnown ? [state()] : []),
      note: async (_id, _tenant, step) => void steps.push(step),
      forget: async () => {
        isKnown = false;
      },
    },
    clock: { now: () => now },
    leads: () => is.leading,
    claim: async () => is.ours,
    partitions: async () => 2,
    send: async (messages) => void sent.push(...messages),
    async record(_request, erased) {
      if (is.failing) throw Object.assign(new Error('the store is away'), { remedy: 'wait' });
      recorded.push(erased);
    },
    onFinished: () => undefined,
    onFault: () => undefined,
  });
  const done = (round: number, place: string, rows = 1) =>
    steps.push({ event: 'done', round, place, erased: [{ table: 'activity', how: 'deleted', rows }], at: request.at });
  return {
    watch,
    is,
    sent: () => sent.splice(0).map((message) => `${message.partition} ${message.headers?.erasure?.slice(-1)}`),
    recorded,
    done,
    later: (ms: number) => {
      now += ms;
    },
    isKnown: () => isKnown,
    withdraw: () => {
      steps = [];
    },
  };
}

test('every partition is told in two rounds, and what all of them did is written down before the name is forgotten', async () => {
  const { watch, sent, recorded, done, isKnown, is } = rig();
  await watch.look();
  expect(sent()).toEqual(['0 1', '1 1']);
  done(1, 'a/0', 3);
  await watch.look();
  expect(sent()).toEqual([]);
  done(1, 'a/1', 4);
  await watch.look();
  expect(sent()).toEqual(['0 2', '1 2']);
  done(2, 'a/0', 0);
  done(2, 'a/1', 0);
  is.failing = true;
  await watch.look();
  expect(isKnown()).toBe(true);
  is.failing = false;
  await watch.look();
  expect(recorded).toEqual([[{ table: 'activity', how: 'deleted', rows: 7 }]]);
  expect(isKnown()).toBe(false);
  await watch.look();
  expect(sent()).toEqual([]);
});

test('a round that not every partition answers is sent again after a minute; one partition that answers twice is one', async () => {
  const { watch, sent, done, later } = rig();
  await watch.look();
  sent();
  done(1, 'a/0');
  done(1, 'a/0');
  later(59_000);
  await watch.look();
  expect(sent()).toEqual([]);
  later(1_000);
  await watch.look();
  expect(sent()).toEqual(['0 1', '1 1']);
});

test('only who leads looks, and a request that a command has claimed is left to it', async () => {
  const { watch, sent, is } = rig();
  is.leading = false;
  await watch.look();
  is.leading = true;
  is.ours = false;
  await watch.look();
  expect(sent()).toEqual([]);
});

test('a message names a request and a round, or is none of ours', () => {
  const read = (header: string) => readErasureMessage({ headers: { erasure: Buffer.from(header) } });
  expect(read(`${ID}/2`)).toEqual({ id: ID, round: 2 });
  for (const header of ['', ID, `${ID}/3`, `${ID}/1x`, `' OR 1/1`]) expect(read(header)).toBeUndefined();
  expect(readErasureMessage({ headers: {} })).toBeUndefined();
});
