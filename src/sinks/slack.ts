/** Posts alerts to a Slack channel through an incoming webhook. */
import { z } from 'zod';
import type { Alert } from '../../schemas/alert.ts';
import type { SinkType } from '../ports/delivery.ts';
import { advice } from '../render/advice.ts';
import { alertLink } from '../render/alert-link.ts';
import { approvalPlace, withApprovalLink } from '../render/approval-place.ts';
import { changeOf, decisionOf } from '../render/change.ts';
import { clip } from '../render/clip.ts';
import { commonness, seenOf, usualOf } from '../render/evidence-row.ts';
import { receiptOf } from '../render/receipt.ts';
import { visible } from '../render/visible.ts';

/** Slack's own limits are 3,000 a section and 150 a header; escapes may make text five times longer. */
const SECTION_MAX = 590;
const HEADER_MAX = 150;
const EVIDENCE_SHOWN = 5;

const options = z.strictObject({
  urlFile: z
    .string()
    .meta({ description: 'File whose first line is the address of the incoming webhook, which is a secret.' }),
  approver: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/)
    .optional()
    .meta({
      description:
        'Who alone reads these messages, as in a direct message, and may decide: they carry a link by which this person approves or rejects. Needs respond.links.',
    }),
});

/** Slack reads `<...>` as links and mentions; escaped, a name cannot call the whole channel. What is hidden is made visible. */
const escaped = (text: string) =>
  clip(visible(text), SECTION_MAX).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
/** `verbatim`: an address that stands in a log is no link that a reader may follow. Links of ours are written out. */
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });

function evidenceOf(alert: Alert): string[] {
  const strongest = [...alert.evidence].sort((a, b) => b.nats - a.nats).slice(0, EVIDENCE_SHOWN);
  const rows = strongest.map((piece) => {
    const { field, prevalence, techniques = [] } = piece;
    const known = commonness(prevalence);
    const after = [`usual: ${usualOf(piece)}`, known === '' ? '' : `known ${known}`, ...techniques].filter(
      (part) => part !== '',
    );
    return `• ${escaped(clip(visible(field), 60))}: ${escaped(clip(visible(seenOf(piece)), 300))} (${escaped(clip(visible(after.join('; ')), 260))})`;
  });
  const rest = alert.evidence.length - rows.length;
  return rest > 0 ? [...rows, `• and ${rest} more`] : rows;
}

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'Slack', standard: 'incoming webhook, Block Kit' },
  options,
  encode(alert, { approver }, { publicUrl } = {}) {
    const { identity, owner, tenant, score, id, version, drift, incident, credential, delegation } = alert;
    const heading = `${alert.severity.toUpperCase()} ${changeOf(alert)}: ${identity.name ?? identity.id}`;
    const evidence = evidenceOf(alert).map(section);
    const decision = decisionOf(alert);
    const by = credential === undefined ? '' : ` · credential ${credential.id}`;
    const forWhom = delegation === undefined ? '' : ` · acted for ${delegation.map((one) => one.id).join(' < ')}`;
    const foot = `alert ${id} v${version} · owner ${owner ?? 'none'} · tenant ${tenant} · score ${score}${drift === undefined ? '' : ` · cause ${drift.cause}`}${incident === undefined ? '' : ` · incident ${incident}`}${by}${forWhom}`;
    return JSON.stringify({
      text: escaped(alert.title),
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: clip(visible(heading), HEADER_MAX), emoji: false } },
        ...(decision === undefined ? [] : [section(escaped(decision))]),
        section(escaped(alert.title)),
        ...evidence,
        section(escaped(advice(alert.recommendation))),
        // To look decides nothing: the page asks who one is, and a decision takes a click there.
        ...(publicUrl === undefined ? [] : [section(`<${escaped(alertLink(publicUrl, alert))}|Open the alert>`)]),
        ...(approver === undefined || approvalPlace(alert) === ''
          ? []
          : [section(`<${approvalPlace(alert)}|Decide as ${escaped(approver)}> (opening it changes nothing)`)]),
        { type: 'context', elements: [mrkdwn(escaped(foot))] },
      ],
    });
  },
  async open({ urlFile, approver }, context) {
    const url = context.secret(urlFile);
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`urlFile: ${wrong}`);
    const { approvalLink } = context;
    if (approver !== undefined && approvalLink === undefined)
      context.refuse('approver: there are no approval links; set respond.enabled and respond.links');
    return {
      async deliver(delivery, signal) {
        const headers = { 'content-type': 'application/json; charset=utf-8' };
        const body = withApprovalLink(delivery.body, () => approvalLink?.(delivery, approver ?? '') ?? '');
        const answer = await context.http.request({ url, method: 'POST', headers, body }, signal);
        return receiptOf(answer, context.clock.now(), [400]);
      },
    };
  },
};
