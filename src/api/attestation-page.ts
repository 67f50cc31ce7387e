/** The page on which an owner answers for one identity: what is known of it, and what can be said. No script, nothing loaded from anywhere. */
import type { InventoryItem } from '../../schemas/inventory-item.ts';
import { markupText } from '../render/markup-text.ts';
import { bdi, page, row, time } from './approval-page.ts';

export interface AttestationView {
  readonly item: InventoryItem;
  readonly recipient: string;
  readonly days: number;
  readonly expiresAt: string;
}

const field = (name: string, label: string, value: string, more = '') =>
  `<label for="${name}">${label}</label><input id="${name}" name="${name}" value="${markupText(value)}" maxlength="1000" autocomplete="off"${more}>`;

/** A chain to a system; of one that begins with the identity the page is about, what comes after it. */
const chainText = (id: string, through: readonly string[], system: string) =>
  [...(through[0] === id ? through.slice(1) : through), system].map(bdi).join(' &rarr; ');

export function attestationPage({ item, recipient, days, expiresAt }: AttestationView): string {
  const { id, name, kind, provider, account, made, reaches, proposedOwner, proposedPurpose, longLived } = item;
  const isProposed = item.purpose === undefined && proposedPurpose !== undefined;
  const rows = [
    row('Identity', bdi(id)),
    row('Kind', `${bdi(kind)} of ${bdi(provider)}${account === undefined ? '' : `, account ${bdi(account)}`}`),
    row('Owner', item.owner === undefined ? 'nobody is known' : bdi(item.owner)),
    proposedOwner === undefined ? '' : row('Probably', `${bdi(proposedOwner.value)}: ${bdi(proposedOwner.because)}`),
    row('Seen', `${time(item.firstAt)} to ${time(item.lastAt)}, ${item.activities.toLocaleString('en')} activities`),
    ...made
      .slice(0, 4)
      .map(({ what, by, at, how }) => row('Made', `${bdi(by)} ${markupText(what)} (${bdi(how)}, ${time(at)})`)),
    reaches.length === 0
      ? ''
      : row('Reaches', reaches.map(({ system, through }) => chainText(id, through, system)).join('<br>')),
    longLived === 0 ? '' : row('Keys', `${longLived} that outlive a session`),
  ];
  const title = `Are you the owner of ${name ?? id}?`;
  return page(
    title,
    `<h1>Are you the owner of ${bdi(name ?? id)}?</h1><dl>${rows.join('')}</dl>
<form method="post">
${field('purpose', isProposed ? 'What it is for (proposed from what it does: correct it)' : 'What it is for', item.purpose ?? proposedPurpose?.value ?? '')}
${field('expiresAt', 'When it ends (empty: not known)', (item.expiresAt ?? '').slice(0, 10), ' type="date"')}
${field('owner', 'Who owns it, if it is not you', '')}
<div class="acts"><button class="go" name="decision" value="confirm">I own it</button><button name="decision" value="hand-over">Somebody else owns it</button><button name="decision" value="retire">It is not used any more</button></div></form>
<p class="small"><strong>I own it</strong> counts for ${days} days, with the purpose and the end above. <strong>Somebody else owns it</strong> notes the owner you
wrote, who is asked next. <strong>It is not used any more</strong> notes that it ends now: whatever it does after that is an alert. None of
them switches anything off.</p>
<p class="small">You answer as ${bdi(recipient)}. This link works once, until ${time(expiresAt)}. Opening it has changed nothing.</p>`,
  );
}
