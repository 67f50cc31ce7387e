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
      : row(
          'Reaches',
          reaches.map(({ system, through }) => [...through, system].map(bdi).join(' &rarr; ')).join('<br>'),
        ),
    longLived === 0 ? '' : row('Keys', `${longLived} that outlive a session`),
  ];
  const title = `Do you answer for ${name ?? id}?`;
  return page(
    title,
    `<h1>Do you answer for ${bdi(name ?? id)}?</h1><dl>${rows.join('')}</dl>
<form method="post">
${field('purpose', isProposed ? 'What it is for (proposed from what it does: correct it)' : 'What it is for', item.purpose ?? proposedPurpose?.value ?? '')}
${field('expiresAt', 'When it ends (empty: not known)', (item.expiresAt ?? '').slice(0, 10), ' type="date"')}
${field('owner', 'Who owns it, if not you', '')}
<div class="acts"><button class="go" name="decision" value="confirm">It is mine</button><button name="decision" value="hand-over">It is theirs</button><button name="decision" value="retire">Retire it</button></div></form>
<p class="small"><strong>It is mine</strong> stands for ${days} days. <strong>It is theirs</strong> notes the new owner, who is asked next.
<strong>Retire it</strong> says that it ends now: whatever it does from then on is an alert. Nothing is switched off by any of them.</p>
<p class="small">You answer as ${bdi(recipient)}. This link works once, until ${time(expiresAt)}. Opening it has changed nothing.</p>`,
  );
}
