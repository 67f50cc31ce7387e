/** What a suppression hides: never more than it names, no invariant by accident, nothing worse than what was seen. */
import { describe, expect, it } from 'vitest';
import type { Alert, Evidence } from '../../schemas/alert.ts';
import { type Suppression, type SuppressionMatch, suppressionMatchSchema } from '../../schemas/api.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { looksFor, matches, suppressionOf, toldAllTheSame } from './suppressing.ts';

const whole = exampleAlert();
const [asn, ip, country, client] = whole.evidence as [Evidence, Evidence, Evidence, Evidence];
const INVARIANTS = new Set(['credential-off-platform']);
const proof: Evidence = {
  ...client,
  detector: 'credential-off-platform',
  field: 'source.ip',
  seen: '203.0.113.9',
  nats: 12,
};
const piece = ({ field, seen }: Evidence) => ({ field, seen });
const alert = (evidence: Evidence[], change: Partial<Alert> = {}) =>
  exampleAlert({ severity: 'medium', evidence, detectors: [...new Set(evidence.map((e) => e.detector))], ...change });
const hides = (match: SuppressionMatch, one: Alert) =>
  matches(suppressionMatchSchema.parse({ maxSeverity: 'critical', ...match }), one, INVARIANTS);

describe('a suppression of evidence', () => {
  it('hides an alert of which it names all that matters', () => {
    expect(hides({ evidence: piece(asn) }, alert([asn]))).toBe(true);
    expect(hides({ evidence: [piece(asn), piece(country)] }, alert([asn, country, { ...client, nats: 1 }]))).toBe(true);
  });

  it('does not hide an alert for one piece among others', () => {
    expect(hides({ evidence: piece(asn) }, whole)).toBe(false);
    expect(hides({ evidence: piece(asn) }, alert([asn, country]))).toBe(false);
    expect(toldAllTheSame({ evidence: piece(asn), maxSeverity: 'critical' }, alert([asn, country]), INVARIANTS)).toBe(
      'it has evidence that is not named: source.country=RU',
    );
  });

  it('of a network covers the address in it, and not an address seen in another activity', () => {
    expect(hides({ evidence: piece(asn) }, alert([asn, ip]))).toBe(true);
    expect(hides({ evidence: piece(asn) }, alert([asn, { ...ip, activityId: 'another' }]))).toBe(false);
  });

  it('never hides an invariant, however weak, that it does not name', () => {
    expect(hides({ evidence: piece(asn) }, alert([asn, { ...proof, field: 'credential.id', nats: 0.1 }]))).toBe(false);
    expect(hides({ evidence: [piece(asn), piece(proof)] }, alert([asn, proof]))).toBe(true);
  });

  it('does not hide an alert without any of it', () => {
    expect(hides({ evidence: piece(asn) }, alert([{ ...client, nats: 0.5 }]))).toBe(false);
  });
});

describe('a suppression of an identity', () => {
  const match = { identity: whole.identity.id };

  it('hides what is unusual about it, and an invariant only where that is named', () => {
    expect(hides(match, alert([asn, country]))).toBe(true);
    expect(hides(match, alert([asn, proof]))).toBe(false);
    expect(hides({ ...match, invariants: true }, alert([asn, proof]))).toBe(true);
    const detectors = ['unexpected-source', 'credential-off-platform'];
    expect(hides({ ...match, detectors }, alert([asn, proof]))).toBe(true);
    expect(hides({ ...match, detectors: ['unexpected-source'] }, alert([asn, proof]))).toBe(false);
  });

  it('hides nothing above the severity it was made for, and above low where none is known', () => {
    expect(hides({ ...match, maxSeverity: 'medium' }, alert([asn], { severity: 'high' }))).toBe(false);
    expect(matches(match, alert([asn], { severity: 'low' }), INVARIANTS)).toBe(true);
    expect(matches(match, alert([asn], { severity: 'medium' }), INVARIANTS)).toBe(false);
  });
});

it('looks for alerts that it does not hide: these are told, and refused where confirmed', () => {
  expect(looksFor({ evidence: piece(asn) }, whole)).toBe(true);
  expect(looksFor({ identity: 'other' }, whole)).toBe(false);
  expect(looksFor({ identity: whole.identity.id, kinds: ['lifecycle'] }, whole)).toBe(false);
});

it('an alert that grows beyond a suppression is told from that version on', () => {
  const suppression: Suppression = {
    id: 's',
    tenant: whole.tenant,
    owner: 'net',
    actor: 'ada',
    from: '2026-11-01T00:00:00.000Z',
    until: '2026-12-01T00:00:00.000Z',
    because: 'x',
    match: { evidence: piece(asn), maxSeverity: 'medium' },
    lifted: false,
  };
  const of = (one: Alert, change: Partial<Suppression> = {}) =>
    suppressionOf(one, [{ ...suppression, ...change }], INVARIANTS)?.id;
  const first = alert([asn]);
  expect(of(first)).toBe('s');
  expect(of({ ...first, version: 2, severity: 'critical' })).toBeUndefined();
  expect(of({ ...first, version: 2, evidence: [asn, proof] })).toBeUndefined();
  expect(of(first, { lifted: true })).toBeUndefined();
  expect(of(first, { tenant: 'other' })).toBeUndefined();
  expect(of(first, { until: '2026-11-02T00:00:00.000Z' })).toBeUndefined();
});
