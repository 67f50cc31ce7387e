/** The page behind an approval link: what would happen, in words, and two buttons. No script, nothing loaded from anywhere. */

import { createHash } from 'node:crypto';
import type { Suspension } from '../../schemas/suspension.ts';
import { markupText } from '../render/markup-text.ts';
import { STEPS } from '../render/steps.ts';

export interface ApprovalView {
  readonly suspension: Suspension;
  readonly preview: {
    readonly anHour: number;
    readonly since: string;
    readonly activities: number;
    readonly services: readonly { readonly name: string }[];
    readonly downstream: readonly { readonly name: string }[];
  };
  /** What speaks against dispatching it now. */
  readonly objections: readonly string[];
  readonly recipient: string;
  readonly expiresAt: string;
  /** Why nothing can be decided any more; undefined while it can. */
  readonly closed: string | undefined;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1a1d21;--soft:#51585f;--paper:#fff;--edge:#b9c0c7;--warn:#8a1c12;--go:#0b5a3e}
@media (prefers-color-scheme:dark){:root{--ink:#eceff2;--soft:#b4bcc4;--paper:#15181b;--edge:#4c545c;--warn:#ffb4a8;--go:#1d7a56}}
body{margin:0;background:var(--paper);color:var(--ink);font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:40rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.0625rem;margin:1.5rem 0 .5rem}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.35rem 1rem;margin:0}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
ul{margin:.25rem 0;padding-left:1.25rem}
label{display:block;font-weight:600;margin:1.5rem 0 .35rem}
input{box-sizing:border-box;width:100%;font:inherit;padding:.6rem;border:1px solid var(--soft);border-radius:.3rem;background:var(--paper);color:var(--ink)}
.acts{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1rem}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.25rem;border-radius:.3rem;border:2px solid var(--ink);background:var(--paper);color:var(--ink);cursor:pointer}
button.go{background:var(--go);border-color:var(--go);color:#fff}
a{color:inherit}
:focus-visible{outline:3px solid #2f6fed;outline-offset:2px}
.note{margin-top:1.5rem;border-left:.3rem solid var(--warn);padding:.1rem 0 .1rem .9rem}.note h2{color:var(--warn);margin-top:0}
.small{color:var(--soft);font-size:.9375rem}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.6rem}}
`;

export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
} as const;

export const bdi = (value: string) => `<bdi>${markupText(value)}</bdi>`;
export const time = (at: string) =>
  `<time datetime="${markupText(at)}">${markupText(at.slice(0, 16).replace('T', ' '))} UTC</time>`;
export const row = (term: string, text: string) => `<dt>${term}</dt><dd>${text}</dd>`;

/** A page of the same look, without scripts. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><title>${markupText(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>
`;
}

/** A page that only says something, and perhaps leads on. */
export const saying = (title: string, text: string, link?: { readonly href: string; readonly text: string }) =>
  page(
    title,
    `<h1>${markupText(title)}</h1><p role="status">${markupText(text)}</p>${link === undefined ? '' : `<p><a href="${markupText(link.href)}">${markupText(link.text)}</a></p>`}`,
  );

function duration(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2 * 1_440 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1_440)} days`;
}

/** What the link is for, with the form while it can be decided. */
export function approvalPage(view: ApprovalView): string {
  const { suspension, preview, objections, recipient, expiresAt, closed } = view;
  const { action, target, identity, owner, reason, reversible, ttlMs, breaks, parameters } = suspension;
  const names = (list: readonly { readonly name: string }[]) =>
    list
      .slice(0, 8)
      .map(({ name }) => bdi(name))
      .join(', ');
  const rows = [
    row('Target', `${markupText(target.kind)} ${bdi(target.id)}`),
    target.id === identity.id ? '' : row('Identity', bdi(identity.id)),
    row('Owner', owner === undefined ? 'nobody is known' : bdi(owner)),
    row('Why', bdi(reason)),
    row(
      'Would stop',
      preview.activities === 0
        ? 'nothing: it has not been seen'
        : `about ${markupText(preview.anHour.toFixed(preview.anHour < 10 ? 1 : 0))} calls an hour${preview.services.length === 0 ? '' : `, to ${names(preview.services)}`}`,
    ),
    preview.downstream.length === 0 ? '' : row('Works for it', names(preview.downstream)),
    row('Breaks', bdi(breaks)),
    row(
      'Undone',
      reversible ? `by itself ${duration(ttlMs)} after the dispatch, or by hand` : '<strong>cannot be undone</strong>',
    ),
    ...Object.entries(parameters).map(([name, value]) => row(markupText(name), bdi(value))),
    row('Approvals', suspension.approvals.length === 0 ? 'none so far' : `${suspension.approvals.length} so far`),
  ];
  const against =
    objections.length === 0
      ? ''
      : `<section class="note"><h2>What speaks against it now</h2><ul>${objections.map((one) => `<li>${bdi(one)}</li>`).join('')}</ul></section>`;
  const form =
    closed !== undefined
      ? `<p role="status"><strong>Nothing to decide:</strong> ${markupText(closed)}</p>`
      : `<form method="post"><label for="why">Why (for the audit trail)</label>
<input id="why" name="why" required maxlength="1000" autocomplete="off">
<div class="acts"><button class="go" name="decision" value="approve">Approve</button><button name="decision" value="reject">Reject</button></div></form>
<p class="small">You decide as ${bdi(recipient)}. This link works once, until ${time(expiresAt)}. Opening it has changed nothing.</p>`;
  const title = `${STEPS[action]}?`;
  return page(
    title,
    `<h1>${title}</h1><dl>${rows.join('')}</dl>${against}${form}<p class="small">Suspension ${markupText(suspension.id)}, tenant ${bdi(suspension.tenant)}, ${markupText(suspension.state)}.</p>`,
  );
}
