/** An alert as one CEF line (ArcSight Common Event Format, version 0). */
import type { Alert } from '../../schemas/alert.ts';
import { advice } from './advice.ts';
import { changeOf, decisionOf } from './change.ts';
import { clip } from './clip.ts';
import { seenOf, usualOf } from './evidence-row.ts';
import { observed } from './observed.ts';
import { visible } from './visible.ts';

const SEVERITY = { info: 1, low: 3, medium: 5, high: 8, critical: 10 } as const;
/** The version of these fields, not of the program: a delivery written before an upgrade stays as it is. */
const FORMAT_VERSION = '1';

/** Header: `\` and `|` escaped. */
const header = (text: string, max: number) => clip(visible(text), max).replace(/[\\|]/g, '\\$&');

/** Extension value: `\` and `=` escaped. A line break of a log is made visible: it must not look like one of ours. */
const value = (text: string, max: number) => clip(visible(text), max).replace(/[\\=]/g, '\\$&');

/** Pure. Lengths follow the field sizes of the CEF implementation standard. */
export function cefLine(alert: Alert): string {
  const { identity, credential, recommendation } = alert;
  const decision = decisionOf(alert);
  const { ip, actions, resources, userAgent } = observed(alert.evidence);
  const extension: readonly (readonly [key: string, text: string | undefined, max: number])[] = [
    ['rt', `${Date.parse(alert.raisedAt)}`, 20],
    ['start', `${Date.parse(alert.firstAt)}`, 20],
    ['end', `${Date.parse(alert.lastAt)}`, 20],
    ['externalId', `${alert.id}:${alert.version}`, 300],
    ['cnt', `${alert.activityCount}`, 20],
    ['cat', alert.kinds.join(','), 1_023],
    ['act', recommendation.action, 63],
    ['suid', identity.id, 1_023],
    ['suser', identity.name ?? identity.id, 1_023],
    ['sntdom', identity.account, 255],
    [ip?.includes(':') ? 'c6a2' : 'src', ip, 64],
    ['c6a2Label', ip?.includes(':') ? 'Source IPv6 Address' : undefined, 64],
    ['requestClientApplication', userAgent, 1_023],
    ['request', resources[0], 1_023],
    ['requestMethod', actions[0], 1_023],
    ['reason', recommendation.because, 1_023],
    ['cs1', credential?.id, 4_000],
    ['cs1Label', credential === undefined ? undefined : 'credential', 64],
    ['cs2', alert.owner, 4_000],
    ['cs2Label', alert.owner === undefined ? undefined : 'owner', 64],
    ['cs3', alert.techniques.join(','), 4_000],
    ['cs3Label', 'techniques', 64],
    ['cs4', alert.tenant, 4_000],
    ['cs4Label', 'tenant', 64],
    [
      'cs5',
      alert.evidence.map((piece) => `${piece.field}: ${seenOf(piece)} (usual: ${usualOf(piece)})`).join('; '),
      4_000,
    ],
    ['cs5Label', 'evidence', 64],
    ['cs6', alert.status, 64],
    ['cs6Label', 'status', 64],
    ['flexString1', alert.drift?.cause, 1_023],
    ['flexString1Label', alert.drift === undefined ? undefined : 'driftCause', 128],
    ['flexString2', alert.drift?.says, 1_023],
    ['flexString2Label', alert.drift === undefined ? undefined : 'drift', 128],
    ['cfp1', `${alert.score}`, 32],
    ['cfp1Label', 'score', 64],
    ['msg', decision === undefined ? advice(recommendation) : `${decision}. ${advice(recommendation)}`, 1_023],
  ];
  const head = [
    'CEF:0',
    'Tidemark',
    'Tidemark',
    FORMAT_VERSION,
    `alert.${changeOf(alert)}`,
    header(alert.title, 512),
    `${SEVERITY[alert.severity]}`,
  ].join('|');
  const pairs = extension.flatMap(([key, text, max]) =>
    text === undefined || text === '' ? [] : [`${key}=${value(text, max)}`],
  );
  return `${head}|${pairs.join(' ')}`;
}
