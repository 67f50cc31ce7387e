/** Messages to the population go into the stored row and come out of it, and rows that were stored before mean what they meant. */
import { expect, it } from 'vitest';
import * as stored from '../../../test/unit/stored-rows.ts';
import type { ToldChange } from '../change.ts';
import { decodeMessage, encodeMessage, type PopulationMessage } from './message.ts';

const change: ToldChange = {
  kind: 'right',
  manner: 'usual',
  action: 'iam:PutRolePolicy',
  thing: 's3:get*',
  rights: ['s3:get*'],
  by: 'arn:aws:iam::111111111111:role/granter',
  name: 'role/granter',
  days: 3,
  everyDays: 30.5,
  credential: 4,
  address: 5,
  chain: [6],
};
const CHANGE_TEXT =
  '["right","usual","iam:PutRolePolicy","s3:get*","arn:aws:iam::111111111111:role/granter","role/granter",["s3:get*"],3,30.5,4,5,[6]]';

const messages: readonly (readonly [PopulationMessage, string, number, number])[] = [
  [{ kind: 'active', days: 1, origin: 0 }, stored.DAY, 0, 1],
  [{ kind: 'rate', name: 'network:0:1', days: 1 }, `${stored.RATE}network:0:1`, 0, 1],
  [{ kind: 'score', nats: 7.5 }, stored.SCORE, 0, 7.5],
  [{ kind: 'raised', cause: 9, falseShare: 0.4 }, stored.RAISED, 9, 0.4],
  [{ kind: 'amended', day: 20_000, change: -0.4 }, stored.AMENDED, 20_000, -0.4],
  [{ kind: 'cause-amended', cause: 9, change: 0.6 }, stored.CAUSE_AMENDED, 9, 0.6],
  [{ kind: 'suspect', value: 5, amount: 1 }, stored.SUSPECT, 5, 1],
  [{ kind: 'judged', as: 'attack', day: 20_001, times: 1 }, stored.CONFIRMED, 20_001, 1],
  [{ kind: 'judged', as: 'benign', day: 20_002, times: -1 }, stored.REFUTED, 20_002, -1],
  [
    { kind: 'changed', subject: 8, ms: 1_700_000_000_123, change },
    `${stored.CHANGED}${CHANGE_TEXT}`,
    8,
    1_700_000_000_123,
  ],
  [{ kind: 'joined', cause: 9, since: 480_009, falseShare: 0.3 }, `${stored.JOINED}480009`, 9, 0.3],
  [{ kind: 'holds', dimension: 'network', value: 5, amount: 0 }, 'network', 5, 0],
  [{ kind: 'holds', dimension: 'made:model', value: 5, amount: 1 }, 'made:model', 5, 1],
];

it.each(messages)('%j is one row, and back', (message, dimension, value, amount) => {
  expect(encodeMessage(message)).toEqual({ dimension, value, amount });
  expect(decodeMessage({ dimension, value, amount })).toEqual(message);
});

it.each(['', '{', '7', '[]', '["key","usual"]', CHANGE_TEXT.replace('usual', 'curious')])(
  'a change that a later version wrote otherwise is no change: %s',
  (text) => {
    const row = { dimension: `${stored.CHANGED}${text}`, value: 8, amount: 1 };
    expect(decodeMessage(row)).toEqual({ kind: 'holds', ...row });
  },
);
