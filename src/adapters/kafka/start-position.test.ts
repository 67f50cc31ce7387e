import { expect, test } from 'vitest';
import { encodeIntent } from './intent.ts';
import { startPosition } from './start-position.ts';

const place = { topic: 't', partition: 3 };

function start(offset: number, low: number, high: number, metadata: string | null = null) {
  const told: unknown[] = [];
  const position = startPosition(
    place,
    { offset: `${offset}`, metadata },
    { low: `${low}`, high: `${high}` },
    (level, _, fields) => told.push([level, fields.lost]),
  );
  return { ...position, told };
}

test('a group that never committed begins at the beginning of the log, and nothing counts as lost', () => {
  expect(start(-1, 40, 90)).toEqual({ offset: 40, end: 90, intent: undefined, told: [] });
});

test('a committed group begins where it stands, with the chunk it intended there', () => {
  const intent = { first: 50, last: 60, epoch: 9 };
  expect(start(50, 0, 90, encodeIntent(intent))).toEqual({ offset: 50, end: 90, intent, told: [] });
  expect(start(90, 0, 90)).toEqual({ offset: 90, end: 90, intent: undefined, told: [] });
});

test('an intent that can no longer be rebuilt is dropped instead of waited for', () => {
  const intent = encodeIntent({ first: 50, last: 60, epoch: 9 });
  expect(start(61, 0, 90, intent).intent).toBeUndefined();
  expect(start(50, 70, 90, intent).intent).toBeUndefined();
  expect(start(50, 0, 60, intent).intent).toBeUndefined();
});

test('messages deleted before they were read are told as lost, with their number', () => {
  expect(start(50, 70, 90)).toMatchObject({ offset: 70, told: [['error', 20]] });
});

test('a topic that ends before what was read of it was made anew, and is refused', () => {
  expect(() => start(91, 0, 90)).toThrow(
    expect.objectContaining({ kind: 'recreated-topic', remedy: expect.stringContaining('kafka.cluster') }),
  );
});
