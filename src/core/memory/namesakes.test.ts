/** The same id under several providers and accounts, through the engine: who is whom, whatever the batch, the restart, or what is told later. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity, Identity } from '../../../schemas/activity.ts';
import { configSchema } from '../../../schemas/config.ts';
import { createEngine } from '../engine.ts';
import type { Engine, MemoryRow } from '../engine-contract.ts';
import { createPopulation } from '../population/population.ts';

const START = Date.parse('2026-03-01T00:00:00Z');
const settings = configSchema.parse({});
const open = (rows: readonly MemoryRow[] = []): Engine => {
  const engine = createEngine({ detectors: new Map(), settings, population: createPopulation() });
  for (const row of [...rows].sort((a, b) => (a.key < b.key ? -1 : 1))) engine.restore(row);
  return engine;
};

type Home = readonly [provider: string, account?: string];
const act = (n: number, [provider, account]: Home, id = 'deploy-bot'): Activity => {
  const identity: Identity = { id, kind: 'bot', provider, ...(account !== undefined && { account }) };
  return {
    id: `a-${n}`,
    at: new Date(START + n * 60_000).toISOString(),
    tenant: 't',
    identity,
    action: { name: 'push', service: 'repo', access: 'write' },
    source: { ip: '192.0.2.7' },
    outcome: 'success',
  };
};
const live = (engine: Engine, homes: readonly Home[], from = 0) => {
  for (const [n, home] of homes.entries()) engine.process([{ activity: act(from + n, home), offset: from + n }]);
  return engine;
};
/** Who is known, with how many activities. */
const known = (engine: Engine) =>
  engine.homes('t', 'deploy-bot').map((home) => {
    const { provider, account, activities } = engine.profile('t', 'deploy-bot', home)!;
    return `${provider}/${account ?? ''} ${activities}`;
  });

describe('an id that several providers and accounts know', () => {
  it('is one identity for each of them', () => {
    const homes: Home[] = [['kubernetes', 'east'], ['kubernetes', 'west'], ['vault', 'root'], ['github']];
    expect(known(live(open(), [...homes, ...homes, ['kubernetes', 'west']]))).toEqual([
      'kubernetes/east 2',
      'kubernetes/west 3',
      'vault/root 2',
      'github/ 2',
    ]);
  });

  it('goes on as who it was when the log begins to tell the account, and only the first account told does', () => {
    expect(known(live(open(), [['vault'], ['vault'], ['vault', 'root'], ['vault', 'team']]))).toEqual([
      'vault/root 3',
      'vault/team 1',
    ]);
    expect(
      known(
        live(open(), [
          ['otel', 'desk'],
          ['otel', 'desk/prod'],
          ['otel', 'desk'],
        ]),
      ),
    ).toEqual(['otel/desk/prod 3']);
  });

  it('means the only account known where a record tells none, and nobody of several', () => {
    expect(known(live(open(), [['vault', 'root'], ['vault']]))).toEqual(['vault/root 2']);
    const engine = live(open(), [['vault', 'a'], ['vault', 'b'], ['vault'], ['vault', 'c'], ['vault']]);
    expect(known(engine)).toEqual(['vault/a 1', 'vault/b 1', 'vault/ 2', 'vault/c 1']);
  });

  it('keeps apart who was told an account from who comes later without one', () => {
    const homes: Home[] = [['github'], ['vault'], ['vault', 'a/x'], ['vault', 'b'], ['vault'], ['vault']];
    expect(known(live(open(), homes))).toEqual(['github/ 1', 'vault/a/x 2', 'vault/b 1', 'vault/ 2']);
  });

  it('is the same whatever is packed, saved, or read twice after a kill', () => {
    const home = fc.constantFrom<Home>(
      ['vault'],
      ['vault', 'a'],
      ['vault', 'b'],
      ['vault', 'a/x'],
      ['github'],
      ['github', 'a'],
    );
    fc.assert(
      fc.property(fc.array(home, { minLength: 1, maxLength: 24 }), fc.nat(), fc.nat(), (homes, first, second) => {
        const whole = live(open(), homes);
        // A snapshot is written while the stream goes on: what is read again after it may be older than some of its rows.
        const [earlier, later] = [first % homes.length, second % homes.length].sort((a, b) => a - b) as [
          number,
          number,
        ];
        const engine = live(open(), homes.slice(0, earlier));
        const rows = new Map(engine.changed().map((row) => [row.key, row]));
        live(engine, homes.slice(earlier, later), earlier);
        for (const row of engine.changed()) if (!row.key.startsWith('\u0001')) rows.set(row.key, row);
        const again = open([...rows.values()]);
        live(again, homes.slice(earlier), earlier);
        expect(known(again)).toEqual(known(whole));
      }),
      { numRuns: 300 },
    );
  });

  it('takes an identity of its own out of the crowd of those that are forgotten', () => {
    const few = configSchema.parse({ detect: { maxIdentities: 3, hotIdentities: 1 } });
    const engine = createEngine({ detectors: new Map(), settings: few, population: createPopulation() });
    live(engine, [
      ['vault', 'a'],
      ['vault', 'b'],
      ['vault', 'c'],
      ['vault', 'd'],
      ['vault', 'd'],
      ['vault', 'e'],
    ]);
    expect(known(engine).length).toBeLessThanOrEqual(3);
    expect(known(engine)).toContain('vault/e 1');
  });

  it('takes a verdict where its alert is, and an unlearning where it is told', () => {
    const engine = live(open(), [
      ['vault', 'a'],
      ['vault', 'b'],
    ]);
    const told = { tenant: 't', identity: 'deploy-bot', from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' };
    engine.changed();
    expect(engine.unlearn({ ...told, id: 'u1', account: 'b', how: 'forget' })).toBe(true);
    expect(engine.changed().map(({ key }) => key)).toEqual(['t\u0000deploy-bot\u0000vault\u0000b']);
    expect(engine.unlearn({ ...told, id: 'u2', account: 'z', how: 'forget' })).toBe(false);
    expect(engine.unlearn({ ...told, id: 'u3', how: 'forget' })).toBe(true);
    expect(engine.changed().map(({ key }) => key)).toEqual(['t\u0000deploy-bot']);
  });
});
