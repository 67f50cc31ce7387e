import { expect, test } from 'vitest';
import { encodeNote } from './intent.ts';
import { startPosition } from './start-position.ts';

const place = { topic: 't', partition: 3 };
const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const OTHER = 'BBBBBBBBBBBBBBBBBBBBBB';

const start = (offset: number, low: number, high: number, metadata: string | null = null, id?: string) =>
  startPosition(place, { offset: `${offset}`, metadata }, { low: `${low}`, high: `${high}` }, id);

test('a group that never committed begins at the beginning of the log, and nothing counts as lost', () => {
  expect(start(-1, 40, 90)).toEqual({ offset: 40, end: 90, intent: undefined, generation: undefined, events: [] });
  expect(start(-1, 40, 90, null, ID)).toMatchObject({ offset: 40, generation: ID, events: [] });
});

test('a committed group begins where it stands, with the chunk it intended there', () => {
  const intent = { first: 50, last: 60, epoch: 9 };
  const note = encodeNote({ intent, generation: ID });
  expect(start(50, 0, 90, note, ID)).toEqual({ offset: 50, end: 90, intent, generation: ID, events: [] });
  expect(start(90, 0, 90)).toMatchObject({ offset: 90, end: 90, intent: undefined, events: [] });
  // A commit of an earlier version, or of a broker that has ids only now.
  expect(start(50, 0, 90, encodeNote({ intent }), ID)).toMatchObject({
    offset: 50,
    intent,
    generation: ID,
    events: [],
  });
  expect(start(50, 0, 90, encodeNote({ generation: '~1' }), ID)).toMatchObject({ offset: 50, generation: ID });
});

test('an intent that can no longer be rebuilt is dropped instead of waited for', () => {
  const intent = encodeNote({ intent: { first: 50, last: 60, epoch: 9 } });
  expect(start(61, 0, 90, intent).intent).toBeUndefined();
  expect(start(50, 70, 90, intent).intent).toBeUndefined();
  expect(start(50, 0, 60, intent).intent).toBeUndefined();
});

test('messages deleted before they were read are told as lost, with their number', () => {
  expect(start(50, 70, 90)).toMatchObject({ offset: 70, events: [{ ...place, type: 'lost', records: 20 }] });
});

test('a commit of another log of that name says nothing about this one, however far this one reaches', () => {
  const note = encodeNote({ intent: { first: 50, last: 60, epoch: 9 }, generation: OTHER });
  expect(start(50, 0, 900, note, ID)).toEqual({
    offset: 0,
    end: 900,
    intent: undefined,
    generation: ID,
    events: [{ ...place, type: 'recreated', read: 50, from: 0 }],
  });
});

test('a topic that was read here and made anew is told also where the broker forgot the commits of the one before', () => {
  const start = (generation: string, id?: string) =>
    startPosition(place, { offset: '-1', metadata: null }, { low: '0', high: '90' }, id, { position: 50, generation });
  expect(start(OTHER, ID)).toMatchObject({
    offset: 0,
    generation: ID,
    events: [{ ...place, type: 'recreated', read: 50, from: 0 }],
  });
  expect(start(ID, ID)).toMatchObject({ offset: 0, events: [] });
  expect(start(`${ID}~2`, ID)).toMatchObject({ offset: 0, events: [] });
  // Where one of the two has no id, nobody can tell.
  expect(start('~1', ID)).toMatchObject({ offset: 0, events: [] });
  expect(start(OTHER)).toMatchObject({ offset: 0, events: [] });
});

test('without ids a log that ends before what was read of it was made anew, and is another generation', () => {
  const first = start(91, 3, 90);
  expect(first).toMatchObject({ offset: 3, generation: '~1', events: [{ type: 'recreated', read: 91, from: 3 }] });
  const again = start(91, 3, 90, encodeNote({ generation: '~1' }));
  expect(again).toMatchObject({ offset: 3, generation: '~2' });
  expect(start(80, 3, 90, encodeNote({ generation: '~2' }))).toMatchObject({
    offset: 80,
    generation: '~2',
    events: [],
  });
});

test('a log of the same id that ends before what was read of it was cut off: new messages go on at its end', () => {
  const note = encodeNote({ generation: ID });
  expect(start(91, 3, 90, note, ID)).toMatchObject({
    offset: 90,
    generation: `${ID}~1`,
    events: [{ type: 'truncated', read: 91, from: 90 }],
  });
});
