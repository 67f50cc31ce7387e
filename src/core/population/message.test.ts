/** Messages to the population go into the stored row and come out of it, and rows that were stored before mean what they meant. */
import { expect, it } from 'vitest';
import * as stored from '../../../test/unit/stored-rows.ts';
import { decodeMessage, encodeMessage, type PopulationMessage } from './message.ts';

const messages: readonly (readonly [PopulationMessage, string, number, number])[] = [
  [{ kind: 'active', days: 1 }, stored.DAY, 0, 1],
  [{ kind: 'rate', name: 'network:0:1', days: 1 }, `${stored.RATE}network:0:1`, 0, 1],
  [{ kind: 'score', nats: 7.5 }, stored.SCORE, 0, 7.5],
  [{ kind: 'raised', cause: 9, falseShare: 0.4 }, stored.RAISED, 9, 0.4],
  [{ kind: 'amended', day: 20_000, change: -0.4 }, stored.AMENDED, 20_000, -0.4],
  [{ kind: 'cause-amended', cause: 9, change: 0.6 }, stored.CAUSE_AMENDED, 9, 0.6],
  [{ kind: 'suspect', value: 5, amount: 1 }, stored.SUSPECT, 5, 1],
  [{ kind: 'judged', as: 'attack', day: 20_001, times: 1 }, stored.CONFIRMED, 20_001, 1],
  [{ kind: 'judged', as: 'benign', day: 20_002, times: -1 }, stored.REFUTED, 20_002, -1],
  [{ kind: 'holds', dimension: 'network', value: 5, amount: 0 }, 'network', 5, 0],
  [{ kind: 'holds', dimension: 'made:model', value: 5, amount: 1 }, 'made:model', 5, 1],
];

it.each(messages)('%j is one row, and back', (message, dimension, value, amount) => {
  expect(encodeMessage(message)).toEqual({ dimension, value, amount });
  expect(decodeMessage({ dimension, value, amount })).toEqual(message);
});
