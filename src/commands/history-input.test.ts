/** History that live work goes on from takes no date that live work would refuse. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openHistory } from './history-input.ts';

const directory = mkdtempSync(join(tmpdir(), 'history-'));
afterAll(() => rmSync(directory, { recursive: true }));
const NOW = Date.parse('2026-03-02T00:00:00Z');

const act = (id: string, at: string) =>
  JSON.stringify({
    id,
    at,
    identity: { id: 'svc', kind: 'service-account', provider: 'shop' },
    action: { name: 'orders.read', service: 'orders', access: 'read' },
    outcome: 'success',
    source: {},
  });

async function outcomes(now?: number): Promise<string[]> {
  const file = join(directory, 'records.ndjson');
  writeFileSync(file, `${act('a', '2026-03-01T00:00:00Z')}\n${act('b', '2027-03-02T00:00:00Z')}\n`);
  const choices = { keepsDead: () => false, ...(now !== undefined && { now }) };
  const history = await openHistory([file], { format: 'activity' }, choices);
  const found = [];
  for await (const { activities, dead } of history.input)
    found.push(...activities.map(({ id }) => id), ...dead.map(({ reason }) => reason));
  history.endProgress();
  return found.sort();
}

test('a year ahead of the clock is dead where there is a clock, and read where there is none', async () => {
  expect(await outcomes(NOW)).toEqual(['a', 'at: further in the future than ingest.futureSkewMs']);
  expect(await outcomes()).toEqual(['a', 'b']);
});
