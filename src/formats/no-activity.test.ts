import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './no-activity.ts';

const rig = formatRig(format, 'auto');
const [waf] = samplesOf(format);

it('traffic is skipped with its reason, and what only looks a little like it is left alone', () => {
  expect(rig.reader.readParsed(waf)[0]).toMatchObject({
    status: 'skip',
    reason: 'traffic through a firewall of AWS (WAF): it names no identity',
  });
  expect(format.recognises({ action: 'ALLOW', httpRequest: {} })).toBe(false);
});

it.skipIf(rulePack === undefined)("of a SIEM vendor's rules traffic, findings and telemetry are skipped", () => {
  const types = ['AWS.WAFWebACL', 'AWS.VPCDns', 'AWS.GuardDuty', 'AWS.SecurityFindingFormat', 'Crowdstrike.FDREvent'];
  for (const type of [...types, 'Osquery.Differential', 'Proofpoint.Event', 'CiscoUmbrella.DNS', 'Upwind.Detections']) {
    const logs = rulePack!(type);
    const skipped = logs.filter((log) => rig.reader.readParsed(log)[0]?.status === 'skip');
    // The authors of some rules left out all but what they ask for.
    expect([type, skipped.length / logs.length > 0.6]).toEqual([type, true]);
  }
});
