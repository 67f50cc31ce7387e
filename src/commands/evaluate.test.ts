/** The command must replay through the real engine, print the judge's own figures, and refuse what it cannot read. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { judgedAlert } from '../evaluate/judged-alert.ts';
import { score } from '../evaluate/score.ts';
import { readTruth } from '../evaluate/truth.ts';
import { evaluateCommand } from './evaluate.ts';

const dir = mkdtempSync(join(tmpdir(), 'evaluate-'));
afterAll(() => rmSync(dir, { recursive: true }));
const file = (name: string) => join(dir, name);

const START = Date.parse('2026-02-02T00:00:00.000Z');
const HOUR = 3_600_000;
const LEARN_HOURS = 24 * 14;

function activity(hour: number, who: number, edit: Partial<Activity> = {}): Activity {
  return {
    id: `a${hour}-${who}-${edit.action?.name ?? ''}`,
    at: new Date(START + hour * HOUR + who * 60_000).toISOString(),
    tenant: 't',
    identity: { id: `bot-${who}`, kind: 'bot', provider: 'p' },
    credential: { id: `key-${who}`, kind: 'pat' },
    action: { name: `act-${hour % 3}`, service: 's', access: 'read' },
    source: { ip: `192.0.2.${who}`, asn: 64500, country: 'SE', userAgent: 'bot/1' },
    outcome: 'success',
    ...edit,
  };
}

/** Eight bots that do the same every hour for three weeks, and one hour in which somebody else is one of them. */
beforeAll(() => {
  const events = Array.from({ length: 24 * 21 }, (_, hour) =>
    Array.from({ length: 8 }, (_, who) => activity(hour, who)),
  ).flat();
  const stolen = ['list', 'read', 'grant', 'copy', 'delete'].map((name) =>
    activity(LEARN_HOURS + 53, 7, {
      action: { name, service: 'vault', access: 'admin' },
      source: { ip: '198.51.100.9', asn: 64999, country: 'ZZ', userAgent: 'curl/8' },
    }),
  );
  const all = [...events, ...stolen].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const truth = {
    set: 'bots',
    seed: 1,
    learnUntil: new Date(START + LEARN_HOURS * HOUR).toISOString(),
    end: new Date(START + 21 * 24 * HOUR).toISOString(),
    identities: Object.fromEntries(
      events.slice(0, 8).map(({ identity }) => [identity.id, { kind: 'bot', group: 'g' }]),
    ),
    scenarios: [
      {
        id: 's1',
        kind: 'stolen',
        category: 'unexpected-source',
        variant: 'stolen',
        victim: 'bot-7',
        start: stolen[0]!.at,
        activityIds: stolen.map(({ id }) => id),
        activityAt: stolen.map(({ at }) => at),
        expect: { action: 'rotate' },
      },
    ],
    hardNegatives: [],
  };
  writeFileSync(file('events.ndjson'), all.map((one) => `${JSON.stringify(one)}\n`).join(''));
  writeFileSync(file('inventory.ndjson'), '{"identity":"bot-7","owner":"team-a"}\n');
  writeFileSync(file('truth.json'), JSON.stringify(truth));
});

async function run(...args: string[]): Promise<string> {
  let out = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  try {
    const set = [
      '--events',
      file('events.ndjson'),
      '--truth',
      file('truth.json'),
      '--inventory',
      file('inventory.ndjson'),
    ];
    await evaluateCommand()
      .exitOverride()
      .parseAsync([...set, ...args], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return out;
}

describe('tidemark evaluate', () => {
  it('prints the figures of the alerts it writes, and the references beside', async () => {
    const printed = JSON.parse(await run('--json', '--budgets', '5', '--alerts', file('alerts.ndjson'), '--compare'));
    const alerts = readFileSync(file('alerts.ndjson'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => judgedAlert(JSON.parse(line)));
    const truth = readTruth(JSON.parse(readFileSync(file('truth.json'), 'utf8')));
    expect(printed.score).toEqual(JSON.parse(JSON.stringify(score(alerts, truth))));
    expect(Object.keys(printed.budgets)).toEqual(['5']);
    expect(printed.references.map(({ id }: { id: string }) => id)).toContain('isolation-forest');
    expect(printed.score.detected).toBe(1);
    expect(printed.bytesPerIdentity).toBeGreaterThan(0);
  });

  it('feeds verdicts back when asked', async () => {
    const printed = JSON.parse(await run('--json', '--budgets', 'none', '--verdicts', 'next-day'));
    expect(printed.verdicts).toBeGreaterThan(0);
    expect(printed.verdicts).toBeLessThanOrEqual(printed.score.alerts + printed.score.alertsWhileLearning);
  });

  it('raises nothing before the end of the learning period', async () => {
    expect(JSON.parse(await run('--json', '--budgets', 'none')).score.alertsWhileLearning).toBe(0);
  });

  it('refuses a budget that is none, and references that are not there', async () => {
    await expect(run('--false-per-day', 'many')).rejects.toThrow(/number above 0/);
    await expect(run('--compare', file('truth.mjs'))).rejects.toThrow(/truth\.mjs/);
  });
});
