/** Which sources a batch of activities tells of: whoever sent it, and each account once in a row. */
import { expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { createSourceRecorder } from './source-recorder.ts';

const of = (tenant: string, provider: string, account?: string) =>
  ({ tenant, identity: { id: 'bot', kind: 'bot', provider, ...(account && { account }) } }) as Activity;

test('accounts are heard beside the topic, for the tenants that their records name; what finds no room is told', () => {
  const heard: string[] = [];
  const events: string[] = [];
  const recorder = createSourceRecorder(
    {
      heard(...source) {
        heard.push(source.join(' '));
        return source[2] !== 'aws/2';
      },
    },
    { add() {} },
    { event: (name, fields) => events.push(`${name} ${(fields as { source: string }).source}`) },
  );
  const activities = [
    of('a', 'aws', '1'),
    of('a', 'aws', '1'),
    of('a', 'aws', '2'),
    of('b', 'aws', '2'),
    of('b', 'vault'),
  ];
  recorder.heard({ tenant: 'a', kind: 'topic', name: 'main/raw' }, activities, '1970-01-01T00:00:01.000Z');
  expect(heard).toEqual([
    'a topic main/raw 1000',
    'a account aws/1 1000',
    'a account aws/2 1000',
    'b account aws/2 1000',
    'b account vault 1000',
  ]);
  expect(events).toEqual(['sources-full aws/2', 'sources-full aws/2']);
});
