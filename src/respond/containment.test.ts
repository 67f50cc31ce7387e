import { expect, test } from 'vitest';
import { alertSchema } from '../../schemas/alert.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { exampleSuspension } from '../../test/unit/example-suspension.ts';
import { assess, uncontained, watchedTarget } from './containment.ts';

const T = Date.parse('2026-11-02T04:00:00.000Z');
const MINUTE = 60_000;
const judged = (successes: number[], upToMs: number | undefined) =>
  assess({ dispatchedAtMs: T, successes, upToMs, quietMs: 15 * MINUTE });

test('silence counts from the last success, and only as far as activities have come', () => {
  expect(judged([], T + 15 * MINUTE)).toMatchObject({ status: 'silent', timeToSilenceMs: 0 });
  expect(judged([], T + 15 * MINUTE - 1)).toMatchObject({ status: 'watching', successes: 0 });
  expect(judged([], undefined)).toMatchObject({ status: 'watching' });
  expect(judged([T + MINUTE, T + 5 * MINUTE], T + 20 * MINUTE)).toMatchObject({
    status: 'silent',
    timeToSilenceMs: 5 * MINUTE,
    successes: 2,
  });
  expect(judged([T + 5 * MINUTE], T + 20 * MINUTE - 1)).toMatchObject({ status: 'watching' });
});

test('what was done before the dispatch is no leak, and the grace ends to the millisecond', () => {
  expect(judged([T - 1, T], T + 20 * MINUTE)).toMatchObject({ status: 'silent', successes: 0 });
  expect(judged([T + 15 * MINUTE], T + 15 * MINUTE).status).toBe('watching');
  expect(judged([T + 15 * MINUTE + 1], T + 15 * MINUTE).status).toBe('leaking');
});

test('watches what the action took away, and nothing a success of which proves nothing', () => {
  const after = '2026-11-02T04:00:00.000Z';
  const watched = (action: string, kind: string) =>
    watchedTarget(exampleSuspension({ action, target: { kind, id: 'it' } } as never), after);
  expect(watched('suspend-identity', 'identity')).not.toHaveProperty('credential');
  expect(watched('rotate-credential', 'credential')).toMatchObject({ credential: 'it' });
  expect(watched('revoke-session', 'session')).toMatchObject({ credential: 'it' });
  expect(watched('narrow-scope', 'scope')).toMatchObject({ service: 'it' });
  expect(watched('revoke-session', 'identity')).toBeUndefined();
  expect(watched('step-up', 'identity')).toBeUndefined();
});

test('the alert of a containment that did not hold is an alert, always the same one, and advises nothing rash', () => {
  const suspension = exampleSuspension();
  const made = uncontained(exampleAlert(), suspension, judged([T + 20 * MINUTE], T + 20 * MINUTE));
  expect(alertSchema.parse(made)).toEqual(made);
  expect(made.id).toBe(uncontained(exampleAlert({ version: 9 }), suspension, judged([T + 30 * MINUTE], T)).id);
  expect(made).toMatchObject({ incident: exampleAlert().id, recommendation: { action: 'observe' } });
});

test('what a person asked for, without an alert, is told all the same when it did not hold', () => {
  const { alertId: _, ...suspension } = exampleSuspension();
  const made = uncontained(undefined, suspension, judged([T + 20 * MINUTE], T + 20 * MINUTE));
  expect(alertSchema.parse(made)).toEqual(made);
  expect(made).toMatchObject({ severity: 'critical', incident: suspension.txn, tenant: suspension.tenant });
  expect(made.title).toContain(suspension.identity.id);
});
