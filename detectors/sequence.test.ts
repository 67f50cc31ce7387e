/** Known actions in a new order. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, RAREST_NATS, START } from '../test/unit/detector-lives.ts';
import { detector } from './sequence.ts';

const step = (name: string) => ({ action: { name, service: name.split(':')[0] ?? '', access: 'read' as const } });
const ORDER = ['sts:A', 's3:B', 's3:C', 'kms:D', 'sqs:E', 'sqs:F', 'sns:G', 'sns:H'];
const session = (who: string, start: number, names: readonly string[]) =>
  names.map((n, i) => act(who, start + i * 60_000, step(n)));
const settled = () =>
  new Life('sequence', detector).live(
    Array.from({ length: 40 }, (_, day) => session('web', START + day * DAY + 9 * HOUR, ORDER)).flat(),
  );
const AT = START + 40 * DAY + 9 * HOUR;

describe('sequence', () => {
  it('finds known actions in an order never seen', () => {
    // Less sequencePriorNats.
    expectNats(
      settled().finds(...session('web', AT, ['sts:A', 'sns:H', 's3:B', 'sqs:F']))[0]?.nats,
      1,
      RAREST_NATS - 1.5,
    );
  });

  it('says nothing of the usual order', () => {
    expect(settled().finds(...session('web', AT, ORDER))).toEqual([]);
  });

  it('leaves new actions to others', () => {
    expect(settled().finds(act('web', AT, step('sts:A')), act('web', AT + 1, step('iam:New')))).toEqual([]);
  });
});
