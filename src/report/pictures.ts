/** Pictures of a report as inline SVG: no script draws them, and each says in words what it shows. */

import type { Evidence } from '../../schemas/alert.ts';
import type { Budget } from '../../schemas/console.ts';
import { fieldName } from '../render/field-names.ts';
import { html, type Markup } from './markup.ts';
import type { Days } from './report.ts';

const WIDTH = 720;
const round = (value: number) => Math.round(value * 10) / 10;
const LABEL_MAX = 36;
const cut = (text: string) => (text.length > LABEL_MAX ? `${text.slice(0, LABEL_MAX - 1)}…` : text);

/** The days of an identity around its alert: how much it did, and when evidence came. */
export function daysPicture({ points }: Days, firstAt: string, lastAt: string): Markup | undefined {
  if (points.length === 0) return undefined;
  const height = 92;
  const [top, bottom] = [6, 70];
  const most = Math.max(1, ...points.map(({ activities }) => activities));
  const step = WIDTH / points.length;
  const [from, to] = [firstAt.slice(0, 10), lastAt.slice(0, 10)];
  const bars = points.map(({ day, activities }, index) => {
    const tall = activities === 0 ? 0 : Math.max(1.5, ((bottom - top) * activities) / most);
    const isMarked = day >= from && day <= to;
    return html`<rect x="${round(index * step)}" y="${round(bottom - tall)}" width="${round(Math.max(0.8, step - 1.5))}" height="${round(tall)}" class="${isMarked ? 'hot' : 'bar'}"><title>${day}: ${activities}</title></rect>`;
  });
  const marks = points.flatMap(({ day }, index) =>
    day >= from && day <= to
      ? [
          html`<path d="M${round(index * step)} ${bottom + 3}h${round(Math.max(2, step - 1.5))}v3h-${round(Math.max(2, step - 1.5))}z" class="hot"/>`,
        ]
      : [],
  );
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Activities a day, at most ${most}; evidence from ${from} to ${to}"><line x1="0" x2="${WIDTH}" y1="${bottom}" y2="${bottom}" class="axis"/>${bars}${marks}<text x="0" y="${height - 4}" class="label">${points[0]!.day}</text><text x="${WIDTH}" y="${height - 4}" class="label" text-anchor="end">${points.at(-1)!.day} · at most ${most} a day</text></svg>`;
}

/** Where the score comes from: each piece of evidence by its surprise, correlated ones once. */
export function scorePicture(evidence: readonly Evidence[], score: number): Markup {
  const byGroup = new Map<string, Evidence>();
  for (const one of evidence) if ((byGroup.get(one.group)?.nats ?? -1) < one.nats) byGroup.set(one.group, one);
  const rows = [...byGroup.values()].sort((a, b) => b.nats - a.nats).slice(0, 8);
  const most = Math.max(1, ...rows.map(({ nats }) => nats));
  const tall = 24;
  const left = 250;
  const bars = rows.map(({ field, seen, nats }, index) => {
    const y = index * tall;
    return html`<g><text x="${left - 8}" y="${y + 16}" class="label" text-anchor="end">${cut(`${fieldName(field)}: ${seen}`)}</text><rect x="${left}" y="${y + 4}" width="${round(Math.max(1.5, ((WIDTH - left - 60) * nats) / most))}" height="16" class="bar"/><text x="${round(left + ((WIDTH - left - 60) * nats) / most + 6)}" y="${y + 16}" class="label">${nats.toFixed(1)}</text></g>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${rows.length * tall + 4}" role="img" aria-label="Surprise in nats of each group of evidence; the score of all together is ${score.toFixed(1)}">${bars}</svg>`;
}

/** The false alarms that were asked for, and what each day spent. */
export function budgetPicture({ days, falsePerDay }: Budget): Markup | undefined {
  if (days.length === 0) return undefined;
  const height = 110;
  const [top, bottom] = [8, 88];
  const most = Math.max(falsePerDay * 1.2, ...days.map(({ spent }) => spent));
  const step = WIDTH / days.length;
  const line = bottom - ((bottom - top) * falsePerDay) / most;
  const bars = days.map(({ day, spent, alerts }, index) => {
    const tall = ((bottom - top) * spent) / most;
    return html`<rect x="${round(index * step)}" y="${round(bottom - tall)}" width="${round(step - 2)}" height="${round(tall)}" class="${spent > falsePerDay ? 'hot' : 'bar'}"><title>${day}: ${spent.toFixed(2)} spent, ${alerts} alerts</title></rect>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Expected false alerts of each day against the ${falsePerDay} a day that were asked for"><line x1="0" x2="${WIDTH}" y1="${bottom}" y2="${bottom}" class="axis"/>${bars}<line x1="0" x2="${WIDTH}" y1="${round(line)}" y2="${round(line)}" class="limit"/><text x="0" y="${height - 6}" class="label">${days[0]!.day}</text><text x="${WIDTH}" y="${height - 6}" class="label" text-anchor="end">${days.at(-1)!.day} · the line is ${falsePerDay} a day</text></svg>`;
}

/** Who acted through what, from the first delegator to the target. */
export function pathPicture(hops: readonly { readonly kind: string; readonly id: string }[]): Markup {
  const shown = hops.slice(0, 5);
  const wide = WIDTH / shown.length;
  const boxes = shown.map(({ kind, id }, index) => {
    const x = index * wide;
    const inner = wide - 26;
    const letters = Math.max(8, Math.floor((inner - 20) / 8.2));
    const text = id.length > letters ? `…${id.slice(1 - letters)}` : id;
    return html`<g><title>${kind}: ${id.slice(0, 300)}</title><rect x="${round(x + 1)}" y="4" width="${round(inner)}" height="44" rx="5" class="box"/><text x="${round(x + 10)}" y="21" class="label">${kind}</text><text x="${round(x + 10)}" y="38" class="strong">${text}</text>${index < shown.length - 1 ? html`<path d="M${round(x + inner + 5)} 26h14m-5 -4l5 4l-5 4" class="arrow"/>` : undefined}</g>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} 52" role="img" aria-label="${shown.map(({ kind, id }) => `${kind} ${id.slice(0, 120)}`).join(', then ')}">${boxes}</svg>`;
}
