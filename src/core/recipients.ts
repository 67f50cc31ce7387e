/** To whom an act opens its thing, and what that is called for people. */
import type { Activity, Recipient } from '../../schemas/activity.ts';

type Opens = Pick<Activity, 'recipients'>;

/** Whether somebody is let in who is not of the same house: everybody, or another account or organisation. */
const isFar = ({ kind }: Recipient) => kind === 'everybody' || kind === 'outside';

/** How far an act opens its thing: to everybody, to somebody outside, or only to one's own and to services of the provider; undefined where it tells of nobody, or not whose they are. */
export function reachOf({ recipients }: Opens): 'everybody' | 'outside' | 'home' | undefined {
  if (recipients === undefined || recipients.length === 0) return undefined;
  if (recipients.some(({ kind }) => kind === 'everybody')) return 'everybody';
  if (recipients.some(({ kind }) => kind === 'outside')) return 'outside';
  return recipients.every(({ kind }) => kind === 'own' || kind === 'service') ? 'home' : undefined;
}

/** Everybody and those outside, each once, in the order of their names, so that the same ones are the same text whatever else is let in. */
export function outsiders({ recipients }: Opens): readonly string[] {
  if (recipients === undefined) return [];
  return [...new Set(recipients.filter(isFar).map(nameOf))].sort();
}

/** Where one outside is at home: the account of an ARN, the domain of an address. */
export function homeOf(outsider: string): string {
  const account = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(outsider)?.[1];
  return account === undefined ? (/@([a-z0-9.-]+)$/i.exec(outsider)?.[1] ?? outsider) : `account ${account}`;
}

/** What a recipient is called: `everybody`, `account 111122223333`, or as the vendor calls it. */
const nameOf = ({ id, kind }: Recipient) =>
  kind === 'everybody' ? 'everybody' : /^\d{12}$/.test(id) ? `account ${id}` : id;

/** Recipients of an act that a finding keeps by name, and units of each. They move no alert. */
const NAMED = 8;
const NAME_UNITS = 120;

/** Whom an act opens its thing to, for people: those outside where there are any, else all; undefined where it tells of nobody. */
export function recipientNames({ recipients }: Opens): readonly string[] | undefined {
  if (recipients === undefined || recipients.length === 0) return undefined;
  const far = recipients.filter(isFar);
  const told = far.length > 0 ? far : recipients;
  const names = told.slice(0, NAMED).map((one) => nameOf(one).slice(0, NAME_UNITS));
  return told.length > NAMED ? [...names, `${told.length - NAMED} more`] : names;
}
