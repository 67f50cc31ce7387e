/** A report as one page that needs nothing besides itself: no script, nothing loaded, readable on paper. */

import { createHash } from 'node:crypto';
import type { Severity } from '../../schemas/alert.ts';
import type { FleetMember } from '../../schemas/fleet.ts';
import { commonness, seenOf, usualOf } from '../render/evidence-row.ts';
import { fieldName } from '../render/field-names.ts';
import { STEPS } from '../render/steps.ts';
import { techniqueText } from '../render/technique-names.ts';
import { html, type Markup, type Piece, said } from './markup.ts';
import { budgetPicture, daysPicture, pathPicture, scorePicture } from './pictures.ts';
import type { Report, ReportedAlert } from './report.ts';
import { STYLE } from './style.ts';

const EVIDENCE_SHOWN = 12;
const MEMBERS_SHOWN = 10;
const UNREAD_SHOWN = 30;

const n = (value: number) => value.toLocaleString('en');
const minute = (at: string) => `${at.slice(0, 16).replace('T', ' ')} UTC`;
const when = (at: string) => html`<time datetime="${at}">${minute(at)}</time>`;
const counted = (value: number, one: string, many = `${one}s`) => `${n(value)} ${value === 1 ? one : many}`;
const share = (part: number, whole: number) => (whole === 0 ? '-' : `${Math.round((100 * part) / whole)} %`);

/** The whole page. */
export function reportPage(report: Report): string {
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
  const { tenant, watched, alerts } = report;
  const from = report.since ?? watched.firstAt;
  const period = html`${from === undefined ? '' : html`from ${when(from)} `}${watched.lastAt === undefined ? '' : html`to ${when(watched.lastAt)}`}`;
  const body = html`<header><h1>What machine identities did: tenant ${said(tenant)}</h1>
<p class="soft">Tidemark ${report.version}, ${period}. Made ${when(report.madeAt)}. All times are UTC, and those of the events.</p>
<nav aria-label="Sections"><ul><li><a href="#watched">What was watched</a></li><li><a href="#alerts">Alerts</a></li><li><a href="#budget">Budget</a></li><li><a href="#fleet">Fleet</a></li><li><a href="#blind">Coverage and blind spots</a></li></ul></nav></header>
${watchedSection(report)}
<section id="alerts"><h2>Alerts</h2>${alertsHead(report)}${alerts.map(alertArticle)}</section>
${budgetSection(report)}
${fleetSection(report)}
${blindSection(report)}`;
  // The style is ours, and the policy holds its hash: nothing else can style or run.
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
${html`<title>Tidemark report: ${tenant}</title>`.text}<style>${STYLE}</style></head>
<body><main>${body.text}</main></body></html>
`;
}

const figure = (value: Piece, label: string) =>
  html`<div class="figure"><b>${value}</b><span class="soft">${label}</span></div>`;

/** A picture that is not made too small to be read: a narrow page is moved over it. */
const wide = (picture: Markup | undefined) =>
  picture && html`<div class="wide" role="group" aria-label="Picture" tabindex="0">${picture}</div>`;

function tableOf(
  head: readonly string[],
  rows: readonly (readonly Piece[])[],
  numbers: readonly number[] = [],
  isKeyed = false,
): Markup {
  const kind = (index: number) =>
    numbers.includes(index) ? html` class="number"` : index === 0 && isKeyed ? html` class="key"` : undefined;
  return html`<div class="rows"><table><thead><tr>${head.map((text, index) => html`<th scope="col"${kind(index)}>${text}</th>`)}</tr></thead><tbody>${rows.map((cells) => html`<tr>${cells.map((cell, index) => html`<td data-column="${head[index] ?? ''}"${kind(index)}>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

function watchedSection({ watched, fleet }: Report): Markup {
  const { activities, inputs, unread } = watched;
  return html`<section id="watched"><h2>What was watched</h2>
<div class="figures">${figure(n(activities), 'activities')}${figure(n(fleet.identities), 'identities')}${figure(n(fleet.learning), 'of them still learning')}${figure(n(inputs.length), inputs.length === 1 ? 'provider' : 'providers')}</div>
${
  inputs.length === 0
    ? html`<p>Nothing was read: no activity of this tenant is there.</p>`
    : tableOf(
        ['provider', 'identities', 'activities'],
        inputs.map((one) => [said(one.provider), n(one.identities), n(one.activities)]),
        [1, 2],
      )
}
<p>${
    unread.length === 0
      ? 'Every record could be read.'
      : html`<a href="#blind">${counted(sum(unread, 'dead'), 'record')} could not be read, and ${n(sum(unread, 'skipped'))} were left out on purpose</a>.`
  }</p></section>`;
}

function alertsHead({ alerts, alertsInAll, alertsCut }: Report): Markup {
  if (alertsInAll === 0)
    return html`<p>No alert was raised in this time. What that means depends on the coverage below.</p>`;
  const bySeverity = new Map<Severity, number>();
  for (const { alert } of alerts) bySeverity.set(alert.severity, (bySeverity.get(alert.severity) ?? 0) + 1);
  const parts = [...bySeverity].map(([severity, of]) => `${of} ${severity}`).join(', ');
  return html`<p>${counted(alertsInAll, 'alert')}${alertsCut ? ' or more' : ''}${alerts.length < alertsInAll ? html`; the ${n(alerts.length)} gravest are shown` : undefined}: ${parts}.</p>`;
}

function alertArticle({ alert, standing, days, moved }: ReportedAlert): Markup {
  const { identity, evidence, delegation = [], credential, owner, recommendation, score } = alert;
  const { action, target, because, wouldStop, undo } = recommendation;
  const hops = [
    ...[...delegation].reverse(),
    { kind: identity.kind, id: identity.name ?? identity.id },
    ...(credential === undefined ? [] : [{ kind: credential.kind, id: credential.id }]),
    ...evidence
      .filter(({ field }) => /^(resource|action)/.test(field))
      .slice(0, 1)
      .map((one) => ({ kind: 'did', id: seenOf(one) })),
  ];
  const rows = evidence
    .slice(0, EVIDENCE_SHOWN)
    .map((one) => [
      fieldName(one.field),
      said(usualOf(one), 160),
      said(seenOf(one), 220),
      commonness(one.prevalence) || '-',
      one.nats.toFixed(1),
    ]);
  return html`<article class="${alert.severity}" id="alert-${alert.id}"><p><span class="level ${alert.severity}">${alert.severity}</span> · ${alert.kinds.join(', ')} · ${when(alert.raisedAt)} · ${standing}</p>
<h3>${said(alert.title, 900)}</h3>
<p class="soft">${identity.kind} ${said(identity.id)} (${identity.provider}${identity.account === undefined ? '' : html`, ${said(identity.account)}`}), ${owner === undefined ? 'no owner is known' : html`owner ${said(owner)}`}. ${counted(alert.activityCount, 'activity', 'activities')} with evidence, ${when(alert.firstAt)} to ${when(alert.lastAt)}. ${alert.techniques.length === 0 ? '' : `Techniques: ${alert.techniques.map(techniqueText).join(', ')}.`}</p>
${wide(pathPicture(hops))}
${days === undefined ? undefined : html`<h4>Its days</h4>${wide(daysPicture(days, alert.firstAt, alert.lastAt))}`}
<h4>Usual against seen</h4>
${tableOf(['field', 'usual', 'seen', 'how usual', 'nats'], rows, [4], true)}
${evidence.length > EVIDENCE_SHOWN ? html`<p class="soft">and ${n(evidence.length - EVIDENCE_SHOWN)} weaker pieces of evidence</p>` : undefined}
<h4>Where the score of ${score.toFixed(1)} nats comes from</h4>${wide(scorePicture(evidence, score))}
${movedSection(moved)}<h4>Advice</h4><p><strong>${STEPS[action]}</strong>${action === 'observe' ? undefined : html`: ${target.kind} ${said(target.id)}`}. ${said(because, 600)}.</p>
${wouldStop.length === 0 ? undefined : html`<p>It would stop: ${said(wouldStop.join('; '), 600)}.</p>`}<p>To undo it: ${said(undo, 300)}.</p>
<p class="soft">Alert ${alert.id}</p></article>`;
}

const MOVED_SHOWN = 4;

/** What moved of an identity; nothing where all is as it was. */
function movedSection(moved: ReportedAlert['moved']): Markup | undefined {
  const parts = (moved?.parts ?? []).filter((part) => part.moved);
  if (moved === undefined || parts.length === 0) return undefined;
  const named = (part: (typeof parts)[number]) =>
    part.changes
      .slice(0, MOVED_SHOWN)
      .map(
        ({ value, cameOn, wentOn }) => `${value} (${cameOn === undefined ? `last on ${wentOn}` : `since ${cameOn}`})`,
      )
      .join('; ');
  return html`<h4>What moved since ${moved.since}</h4>${tableOf(
    ['what', 'how', 'for example'],
    parts.map((part) => [
      part.cause === 'makeup' ? 'made of' : part.cause,
      said(part.says, 200),
      said(named(part), 300),
    ]),
    [],
    true,
  )}`;
}

const WHY: Readonly<Record<string, string>> = {
  learning: 'There is too little history to read a threshold from, so it is a cautious one.',
  unread: 'There is more history than is read for this page.',
  floor: 'The fleet is quiet enough that the lowest threshold there is keeps to the budget.',
  history: 'It follows from the scores of the last weeks.',
};

function budgetSection({ budget }: Report): Markup {
  const { falsePerDay, days, threshold, why } = budget;
  const spent = days.reduce((sum, day) => sum + day.spent, 0);
  return html`<section id="budget"><h2>The budget of false alerts</h2>
<p>Asked for were ${falsePerDay} false alerts a day. ${days.length === 0 ? '' : `Over the last ${days.length} days ${spent.toFixed(1)} were to be expected among those that were raised.`} ${threshold === undefined ? '' : `An alert takes ${threshold.toFixed(1)} nats.`} ${WHY[why] ?? ''}</p>
${wide(budgetPicture(budget))}</section>`;
}

function fleetSection({ fleet }: Report): Markup {
  const { identities, coverage, kinds } = fleet;
  const lists: readonly [string, string, { readonly count: number; readonly shown: readonly FleetMember[] }][] = [
    ['Drifting most', 'Their newest behaviour is furthest from their habits.', fleet.drifting],
    ['Without an owner', 'Nobody answers for them, by the inventory.', fleet.unowned],
    ['With long-lived keys', 'Keys that end with nobody’s session.', fleet.longLived],
    ['With unused grants', 'Granted is more than any stored act of theirs falls under.', fleet.unusedGrants],
    ['Dormant', 'Silent for thirty days or more, and still there.', fleet.dormant],
    ['Past their end', 'Active after the end that the inventory tells.', fleet.ended],
    ['New this week', 'First seen in the last seven days.', fleet.fresh],
  ];
  return html`<section id="fleet"><h2>The fleet</h2>
<p>${counted(identities, 'identity', 'identities')}: ${kinds.map(({ name, identities: of }) => `${n(of)} ${name}`).join(', ')}.</p>
<div class="figures">${figure(share(coverage.owner, identities), 'have an owner')}${figure(share(coverage.purpose, identities), 'have a purpose')}${figure(share(coverage.expiry, identities), 'have an end')}${figure(share(coverage.all, identities), 'have all three')}</div>
${lists.map(([title, text, { count, shown }]) =>
  count === 0
    ? undefined
    : html`<h3>${title}: ${n(count)}</h3><p class="soft">${text}</p>${tableOf(
        ['identity', 'kind', 'owner', 'last seen', 'activities', 'alerts'],
        shown
          .slice(0, MEMBERS_SHOWN)
          .map((one) => [
            said(one.name ?? one.id, 120),
            one.kind,
            one.owner === undefined ? '-' : said(one.owner, 80),
            when(one.lastAt),
            n(one.activities),
            n(one.alerts),
          ]),
        [4, 5],
      )}${count > MEMBERS_SHOWN ? html`<p class="soft">and ${n(count - Math.min(MEMBERS_SHOWN, shown.length))} more</p>` : undefined}`,
)}</section>`;
}

const sum = (unread: Report['watched']['unread'], which: 'dead' | 'skipped') =>
  unread.reduce((all, { what, records }) => (what === which ? all + records : all), 0);

function unreadTable({ unread }: Report['watched']): Markup | undefined {
  if (unread.length === 0) return undefined;
  const more = unread.length - UNREAD_SHOWN;
  return html`<h3>Records that were not judged</h3><p class="soft">Dead: nobody could read it. Skipped: its format leaves it out on purpose. ${more > 0 ? `${counted(more, 'more reason is', 'more reasons are')} not shown.` : ''}</p>${tableOf(
    ['', 'reason', 'records'],
    unread.slice(0, UNREAD_SHOWN).map(({ what, reason, records }) => [what, said(reason, 160), n(records)]),
    [2],
  )}`;
}

function blindSection({ detectors, fleet, watched, alerts }: Report): Markup {
  const on = detectors.filter(({ enabled }) => enabled);
  const off = detectors.filter(({ enabled }) => !enabled);
  const [dead, skipped] = [sum(watched.unread, 'dead'), sum(watched.unread, 'skipped')];
  const gaps = [
    ...(dead > 0 ? [`${counted(dead, 'record')} could not be read: what they tell was not judged.`] : []),
    ...(skipped > 0
      ? [
          `${counted(skipped, 'record was', 'records were')} left out on purpose: they tell nothing of what an identity does.`,
        ]
      : []),
    ...(fleet.learning > 0
      ? [
          `${counted(fleet.learning, 'identity is', 'identities are')} still learning: for them only what is certain is told.`,
        ]
      : []),
    ...(fleet.unowned.count > 0
      ? [`${counted(fleet.unowned.count, 'identity has', 'identities have')} no owner: nobody can be asked about them.`]
      : []),
    ...(off.length > 0 ? [`Turned off: ${off.map(({ title }) => title).join(', ')}.`] : []),
    'Acts that no log tells of are not seen, and neither is a provider whose logs do not come in.',
    ...(alerts.length === 0 ? ['No alert means that nothing stood out in what was read, and no more.'] : []),
  ];
  return html`<section id="blind"><h2>Coverage and blind spots</h2><ul>${gaps.map((gap) => html`<li>${gap}</li>`)}</ul>
${unreadTable(watched)}
<h3>What each detector cannot see</h3>${tableOf(
    ['detector', 'blind spots'],
    on.map(({ title, id, blindSpots }) => [
      html`${title}<br><span class="soft">${id}</span>`,
      html`<ul>${blindSpots.map((spot) => html`<li>${spot}</li>`)}</ul>`,
    ]),
  )}</section>`;
}
