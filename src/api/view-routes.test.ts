import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createChangeStreams } from './change-stream.ts';
import { csvCell } from './inventory-exports.ts';

const ada = { name: 'ada', scope: 'viewer', tenant: 'acme' } as const;

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://x","y")'])(
  'no spreadsheet takes the cell %j for a formula, and it stays one cell',
  (text) => {
    const cell = csvCell(text);
    expect(cell).toMatch(/^"[^=+\-@\t]/);
    expect(cell.slice(1, -1).replaceAll('""', '')).not.toContain('"');
  },
);

test('whoever reads is told of a change, once for each, and of a store that does not answer', async () => {
  let stamp: string | Error = '1';
  const streams = createChangeStreams({
    streamsMax: 10,
    everyMs: 5,
    async stamp() {
      if (stamp instanceof Error) throw stamp;
      return stamp;
    },
  });
  const stream = streams.open(ada)!;
  let told = '';
  stream.on('data', (chunk) => {
    told += chunk;
  });
  const until = async (what: string) => {
    while (!told.includes(what)) await pause(2);
  };
  await until('event: open');
  await until(': still here');
  stamp = '2';
  await until('event: change');
  expect(told.match(/event: change/g)).toHaveLength(1);
  stamp = new Error('gone');
  await until('event: stale');
  streams.close();
  expect(stream.destroyed).toBe(true);
});

test('streams are bounded: of one caller, and of all together', async () => {
  const streams = createChangeStreams({ streamsMax: 10, everyMs: 1_000, stamp: async () => '' });
  const mine = Array.from({ length: 9 }, () => streams.open(ada));
  expect(mine.filter((stream) => stream !== undefined)).toHaveLength(8);
  const others = ['b', 'c', 'd'].map((name) => streams.open({ ...ada, name }));
  expect(others.filter((stream) => stream !== undefined)).toHaveLength(2);
  mine[0]!.destroy();
  await pause(5);
  expect(streams.open(ada)).toBeDefined();
  streams.close();
});

test('a change of one tenant is told to no other, not to one whose name begins or continues it', async () => {
  const stamps = new Map<string, string>();
  const streams = createChangeStreams({
    streamsMax: 10,
    everyMs: 5,
    stamp: async (tenant) => stamps.get(tenant) ?? '',
  });
  const told = new Map<string, string>();
  for (const tenant of ['acme', 'acme/eu', 'acm', 'ACME'])
    streams.open({ ...ada, tenant })!.on('data', (chunk) => told.set(tenant, (told.get(tenant) ?? '') + chunk));
  while (told.size < 4 || ![...told.values()].every((text) => text.includes(': still here'))) await pause(2);
  stamps.set('acme', 'new');
  while (!told.get('acme')!.includes('event: change')) await pause(2);
  await pause(30);
  streams.close();
  expect([...told].filter(([, text]) => text.includes('event: change')).map(([tenant]) => tenant)).toEqual(['acme']);
});
