import { expect, test } from 'vitest';
import type { Alert, Evidence } from '../api/answers.ts';
import { fold } from './fold.ts';
import { causeName, headline, meaning, odds, pWords, standing } from './words.ts';

const prevalence = (identity: number, peers: number, tenant: number) =>
  ({ prevalence: { identity, peers, tenant } }) as Pick<Evidence, 'prevalence'>;
const alert = (id: string, severity: string, incident?: string) =>
  ({ id, severity, identity: { id }, ...(incident !== undefined && { incident }) }) as unknown as Alert;

test('prevalence is told in words: who has it, and what that means', () => {
  expect(meaning(prevalence(0, 0, 0))).toBe('This identity never had it before, and neither did anybody else here.');
  expect(meaning(prevalence(0.02, 0, 0))).toBe('This identity had it on 2 % of its days, and nobody else here ever.');
  expect(meaning(prevalence(0, 0, 0.18))).toContain('none of its peers has it, and 18 % of all identities do');
  expect(meaning(prevalence(0, 0.6, 0.2))).toContain('60 % of its peers do: it may be joining them');
  expect(meaning(prevalence(0.004, 0.2, 0.02))).toMatch(/^This identity had it on under 1 % of its days; 20 %/);
});

test('the sentence of an alert is parted behind what is gravest, and nothing of it is lost', () => {
  expect(headline('bot (9 days of habits) did a; b on c, new to it; also came from d; so far 3 activities.')).toEqual({
    head: 'bot (9 days of habits) did a; b on c, new to it.',
    rest: 'Also came from d; so far 3 activities.',
  });
  expect(headline('bot did it.')).toEqual({ head: 'bot did it.', rest: '' });
});

test('nats and p are told as days', () => {
  expect(odds(Math.log(50))).toBe('one benign day in 50');
  expect(odds(9)).toBe('one benign day in 8,100');
  expect(odds(40)).toContain('billion');
  expect(pWords(0.001)).toContain('one benign day in 1,000');
  expect(pWords(1e-12)).toBe('No benign day of its class comes near it.');
});

test('what people said comes before where the alert stands, and what grew since is new again', () => {
  expect(standing({ triage: { status: 'acknowledged', verdict: 'true', actions: 1 } })).toBe('Confirmed');
  expect(standing({ triage: { status: 'new', reopened: 'more evidence', actions: 1 } })).toBe('New again');
  expect(standing({ triage: { status: 'suppressed', actions: 0 } })).toBe('Suppressed');
});

test('alerts of one incident are one row, headed by the most severe, until it is opened', () => {
  const alerts = [alert('a', 'medium', 'i'), alert('b', 'low'), alert('c', 'critical', 'i'), alert('d', 'low', 'i')];
  const rows = fold(alerts, new Set());
  expect(rows.map(({ alert: { id }, folded }) => [id, folded.map((one) => one.id)])).toEqual([
    ['c', ['a', 'd']],
    ['b', []],
  ]);
  expect(fold(alerts, new Set(['i'])).map(({ alert: { id } }) => id)).toEqual(['a', 'b', 'c', 'd']);
});

test('where a part of an agent changed and explains nothing, it is not said that nothing did', () => {
  const part = { part: 'tools' as const, value: '2 tools', since: '2026-11-02T00:00:00.000Z', varies: false };
  const told = (cause: 'none' | 'tools', changed: boolean) =>
    causeName({ cause, says: '', parts: [{ ...part, changed }] });
  expect(told('none', true)).toBe('Its tools changed, which does not explain this');
  expect(told('none', false)).toMatch(/^Nothing about the agent changed/);
  expect(told('tools', true)).toBe('Its tools were changed');
});
