/** Where an alert stands after a decision: the decision holds for what was seen, and not for what came later. */
import { describe, expect, it } from 'vitest';
import type { Alert, Evidence } from '../../schemas/alert.ts';
import type { TriageAction } from '../../schemas/api.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { coveredBy, shownUntil } from './coverage.ts';
import { triaged } from './triage.ts';

const whole = exampleAlert();
const [asn, ip, country, client, act] = whole.evidence as [Evidence, Evidence, Evidence, Evidence, Evidence];
const INVARIANTS = new Set(['credential-off-platform']);
const low = exampleAlert({ severity: 'low', score: 7, lastAt: asn.at, evidence: [asn] });

const decided = (action: TriageAction['action'], about: Alert, change: Partial<TriageAction> = {}): TriageAction => ({
  id: 'a',
  tenant: about.tenant,
  alertId: about.id,
  identity: about.identity.id,
  action,
  actor: 'ada',
  at: '2026-11-02T09:00:00.000Z',
  countsFrom: shownUntil(about),
  because: 'x',
  scope: [],
  covers: coveredBy(about),
  ...change,
});
const standing = (alert: Alert, ...actions: TriageAction[]) => triaged(alert, actions, [], INVARIANTS).triage;
const grown = (change: Partial<Alert>) => ({ ...low, version: 2, ...change });

describe('a benign verdict', () => {
  const benign = decided('benign', low);

  it('resolves the alert it was given on', () => {
    expect(standing(low, benign)).toEqual({ status: 'resolved', verdict: 'benign', actions: 1 });
  });

  it('does not stand for an alert that grew to critical', () => {
    const triage = standing(grown({ severity: 'critical', evidence: [asn, act] }), benign);
    expect(triage).toMatchObject({ status: 'new', reopened: 'it is critical by now, and was low' });
    expect(triage.verdict).toBeUndefined();
  });

  it.each([
    ['another value of the same field', { ...asn, seen: '65001', nats: 4 }],
    ['another field', act],
    ['a weak fact', { ...client, detector: 'credential-off-platform', nats: 0.5 }],
  ])('does not stand for new evidence of the same severity: %s', (_, piece) => {
    const triage = standing(grown({ evidence: [asn, piece] }), benign);
    expect(triage.status).toBe('new');
    expect(triage.reopened).toContain(piece.seen);
  });

  it('stands while what came later hardly matters, and while only the words changed', () => {
    expect(standing(grown({ evidence: [asn, { ...client, nats: 1 }] }), benign).status).toBe('resolved');
    expect(standing({ ...low, evidence: [{ ...asn, seen: '64512 again' }] }, benign).status).toBe('resolved');
    expect(standing(grown({ severity: 'info', evidence: [asn] }), benign).status).toBe('resolved');
  });

  it('adds up what is weak by itself', () => {
    const many = Array.from({ length: 4 }, (_, n) => ({ ...client, seen: `client ${n}`, nats: 1 }));
    expect(standing(grown({ evidence: [asn, ...many] }), benign).status).toBe('new');
  });

  it('covers what it was given on when it is given again', () => {
    const later = grown({ severity: 'critical', evidence: [asn, act] });
    expect(standing(later, benign, decided('benign', later)).status).toBe('resolved');
    expect(standing({ ...later, version: 3, evidence: [asn, act, country, ip] }, decided('benign', later)).status).toBe(
      'new',
    );
  });

  it('that an earlier version recorded covers evidence up to its time', () => {
    const { covers: _, ...old } = benign;
    expect(standing(grown({}), old).status).toBe('resolved');
    expect(standing(grown({ evidence: [asn, act] }), old).status).toBe('new');
  });
});

describe('an acknowledgement', () => {
  const taken = decided('acknowledge', low);

  it('stands while the alert is no more severe, whatever evidence is added', () => {
    expect(standing(grown({ evidence: [asn, act] }), taken).status).toBe('acknowledged');
  });

  it('does not stand for a higher severity, until somebody looks again', () => {
    const worse = grown({ severity: 'medium' });
    expect(standing(worse, taken)).toMatchObject({ status: 'new', reopened: 'it is medium by now, and was low' });
    expect(standing(worse, taken, decided('acknowledge', worse)).status).toBe('acknowledged');
  });

  it('does not bring back a benign verdict that the alert has outgrown', () => {
    const later = grown({ severity: 'high', evidence: [asn, act] });
    const triage = standing(later, decided('benign', low), decided('acknowledge', later));
    expect(triage).toEqual({ status: 'acknowledged', actions: 2 });
  });
});

it('a true verdict stands for more of the same attack', () => {
  const triage = standing(grown({ severity: 'critical', evidence: [asn, act] }), decided('true', low));
  expect(triage).toEqual({ status: 'acknowledged', verdict: 'true', actions: 1 });
});
