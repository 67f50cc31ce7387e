/** A stored alert is read with today's names of detectors. */
import { expect, it } from 'vitest';
import { saved } from '../../../test/unit/format-7.ts';
import { readStoredAlert } from './stored-alert.ts';

it('an alert that an earlier version stored names its detectors by their ids of today', () => {
  const old = saved.stored.find(({ detectors }) => detectors.includes('concurrency'));
  const read = readStoredAlert(JSON.stringify(old));
  expect(read.detectors).toEqual(['where', 'concurrent-use']);
  expect(new Set(read.evidence.map(({ detector }) => detector))).toEqual(new Set(read.detectors));
  expect({ ...read, detectors: old?.detectors, evidence: old?.evidence }).toEqual(old);
});

it('one without a former name comes back as it is', () => {
  const [alert] = saved.stored.filter(({ detectors }) => !detectors.includes('concurrency'));
  expect(readStoredAlert(JSON.stringify(alert))).toEqual(alert);
});
