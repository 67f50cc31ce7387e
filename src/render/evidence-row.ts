/** Evidence in words: what was seen by its real names, how common that is where there is anything to say, and what was as usual. */
import type { Activity } from '../../schemas/activity.ts';
import type { Evidence, Prevalence } from '../../schemas/alert.ts';

/** Things named of one piece; of more it says how many. */
const THINGS_NAMED = 8;

/** Fields whose `seen` may be a pattern or a type: there the things themselves are named. */
const OF_THE_ACT = new Set(['resource.id', 'action.name', 'action.access', 'run.declared', 'recipients']);

function listed(names: readonly string[], isMore: boolean): string {
  const rest = names.length - THINGS_NAMED;
  if (rest <= 0) return `${names.join(', ')}${isMore ? ' and more' : ''}`;
  return `${names.slice(0, THINGS_NAMED).join(', ')} and ${rest}${isMore ? ' or' : ''} more`;
}

/** Refusals are kept as `denied s3`. */
const refusals = (text: string) => text.replace(/(^|, )denied (?=\S)/g, '$1refused calls of ');

/** Types in a list, of which some may be counted only. */
const TYPES = /^[\w-]+(, [\w-]+)*( and \d+ more)?$/;

const SIZES = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `19.2 GB`. */
export function sizeText(bytes: number): string {
  const step = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const amount = bytes / 1_000 ** step;
  return `${amount >= 100 || step === 0 ? Math.round(amount) : Number(amount.toPrecision(3))} ${SIZES[step]}`;
}

/** The beginning of an IPv4 address, by which a network is remembered, such as `94.226.`. */
const NETWORK = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){0,2}\.(?=,|$| and )/g;

/** `94.226.x.x`: what is open in a network is shown as open. */
const network = (text: string) =>
  text.replace(NETWORK, (known) => known.slice(0, -1) + '.x'.repeat(5 - known.split('.').length));

/** Sizes in their units, as the sentence of an alert has them, and networks as such. */
function inUnits(field: string, text: string): string {
  if (field === 'source.ip') return network(text);
  if (field !== 'amount.bytes') return text;
  return text
    .replace(/\b(\d+) bytes\b/g, (_, bytes: string) => sizeText(Number(bytes)))
    .replace(/^about (\d+) an hour$/, (_, bytes: string) => `about ${sizeText(Number(bytes))} an hour`);
}

/** Whether what was compared is the type of the thing, not its name: then what was usual are types too. */
function isOfType({ field, seen, action, things }: Evidence): boolean {
  if (field !== 'resource.id' || things === undefined) return false;
  const ofAct = `${action} → `;
  const value = seen.startsWith(ofAct) ? seen.slice(ofAct.length) : seen;
  return /^[\w-]+$/.test(value) && !things.some((thing) => value.includes(thing) || thing.endsWith(value));
}

/** What was usual, as a person reads it: types of things are named as such. */
export function usualOf(evidence: Evidence): string {
  const { field, seen, usual, action } = evidence;
  if (field === 'outcome') return refusals(usual);
  if (!isOfType(evidence)) return inUnits(field, usual);
  if (seen.startsWith(`${action} → `)) return usual.replaceAll(' → ', ' on things of type ');
  return TYPES.test(usual) ? `things of type ${usual}` : usual;
}

/** What was seen, with the names of the things that the act was aimed at. */
export function seenOf({ field, seen, action, things, moreThings, recipients }: Evidence): string {
  if (!OF_THE_ACT.has(field) || action === undefined)
    return field === 'outcome' ? refusals(seen) : inUnits(field, seen);
  // Rights that are taken away are a grant to no reader.
  const act = field === 'action.access' ? seen.replace(/^grant by /, 'rights changed by ') : action;
  const on = things === undefined ? act : `${act} → ${listed(things, moreThings === true)}`;
  return recipients === undefined ? on : `${on}, for ${listed(recipients, false)}`;
}

const percent = (share: number) => (share < 0.01 ? 'under 1 %' : `${Math.round(share * 100)} %`);

/** `on 12 % of its own days, by 33 % of its peers`; empty where nobody has ever had it, which the sentence says. */
export function commonness({ identity, peers, tenant }: Prevalence): string {
  const parts = [
    identity > 0 ? `on ${percent(identity)} of its own days` : '',
    peers > 0 ? `by ${percent(peers)} of its peers` : '',
    tenant > 0 ? `by ${percent(tenant)} of the tenant` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** All that was found about one act, or one value, as a person reads it. */
export interface EvidenceRow {
  /** Fields of the activity, the most telling first. */
  readonly fields: readonly string[];
  readonly known: string;
  readonly seen: string;
  readonly usual: string;
}

/** One row an act or a value, the most telling first: several dimensions find the same thing, and a person asks for it once. */
export function evidenceRows(evidence: readonly Evidence[]): EvidenceRow[] {
  const rows = new Map<string, { fields: Set<string>; known: string; seen: string; usual: string }>();
  for (const one of [...evidence].sort((a, b) => b.nats - a.nats)) {
    const ofAct = OF_THE_ACT.has(one.field) && one.action !== undefined;
    const key = JSON.stringify(ofAct ? [one.action, one.things ?? []] : [one.field, one.seen]);
    const row = rows.get(key);
    if (row === undefined)
      rows.set(key, {
        fields: new Set([one.field]),
        known: commonness(one.prevalence),
        seen: seenOf(one),
        usual: usualOf(one),
      });
    else {
      row.fields.add(one.field);
      if (row.known === '') row.known = commonness(one.prevalence);
    }
  }
  return [...rows.values()].map((row) => ({ ...row, fields: [...row.fields] }));
}

/** What a person would ask about next: each with the fields whose evidence would say that it is strange, and its value. */
const ASPECTS: readonly (readonly [string, RegExp, (activity: Activity) => string | undefined])[] = [
  ['address', /^source\.(ip|asn|vpc)|^source$/, ({ source }) => source.ip],
  ['country', /^source\.(country|region)$/, ({ source }) => source.country],
  ['workload', /^(source\.workload|actor)/, ({ source }) => source.workload],
  ['client', /^source\.userAgent$/, ({ source }) => source.userAgent],
  ['delegator', /^onBehalfOf$/, ({ onBehalfOf }) => onBehalfOf?.at(-1)?.id],
  ['action', /^action\.|^run\.declared$/, ({ action }) => action.name],
  ['thing', /^resource\.id$/, ({ resource }) => resource?.id],
  ['hour', /^at$/, ({ at }) => `${at.slice(11, 16)} UTC`],
];
/** Units of a value that is told as usual. */
const USUAL_UNITS = 60;

/**
 * What the activities of an alert have in common in which nothing strange was found: `address 10.0.0.7, hour 02:10 UTC`. What differs
 * between them is told by its name alone. Empty where there are no activities.
 */
export function asUsual(evidence: readonly Evidence[], activities: readonly Activity[]): string[] {
  return ASPECTS.flatMap(([name, strange, read]) => {
    const values = new Set(activities.map(read).filter((value) => value !== undefined));
    if (values.size === 0 || evidence.some(({ field }) => strange.test(field))) return [];
    const [value = ''] = values;
    return values.size > 1 || value.length > USUAL_UNITS ? [name] : [`${name} ${value}`];
  });
}
