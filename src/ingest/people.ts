/** Puts pseudonyms in the place of people's names in an activity: whoever it was stays one and the same, and nobody can read who. */
import type { Activity } from '../../schemas/activity.ts';
import { FIELD_GROUPS, type Field } from './activity-fields.ts';

/** What a pseudonym begins with, so that it is not replaced again. */
export const PSEUDONYM = 'person:fp:';

/** An e-mail address as logs write it. */
const ADDRESS = /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g;
/** Addresses of machines: those of Google's service accounts and of GitHub's apps and bots. */
const MACHINE = /@(?:[a-z0-9-]+\.)*(?:gserviceaccount\.com|users\.noreply\.github\.com)$|\[bot\]/i;
/** Texts that name no person, or would be another one if they were changed. */
const EXEMPT = new Set(['tenant', 'identity.provider', 'action.name', 'action.service', 'source.country']);

const isPerson = (kind: string | undefined) => kind === 'human' || kind === 'user' || kind === 'person';
/** Whether text goes on behind or before a name, which is then another name. */
const CONTINUES = /[\p{L}\p{N}_%+-]/u;

/** A text with every occurrence of a name replaced that is not a part of a longer one. */
export function withoutName(text: string, name: string, replacement: string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (at < from || !standsAlone(text, at, name.length)) continue;
    out += text.slice(from, at) + replacement;
    from = at + name.length;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** Whether what lies at a place is a name of its own: no letter or digit beside it, and no point, @ or hyphen that leads on to one. */
export function standsAlone(text: string, at: number, length: number): boolean {
  const before = text[at - 1];
  if (before !== undefined && (CONTINUES.test(before) || (before === '.' && CONTINUES.test(text[at - 2] ?? ' '))))
    return false;
  const after = text[at + length];
  if (after === undefined) return true;
  if (after === '.' || after === '@') return !/[\p{L}\p{N}_]/u.test(text[at + length + 1] ?? ' ');
  return !CONTINUES.test(after);
}

/** Names of people that an activity tells: by what it calls them, whatever their names look like. */
function peopleOf({ identity, actor, onBehalfOf }: Activity): Set<string> {
  const found = new Set<string>();
  if (isPerson(identity.kind)) {
    found.add(identity.id);
    if (identity.name !== undefined) found.add(identity.name);
  }
  if (actor !== undefined && isPerson(actor.kind)) found.add(actor.id);
  for (const { id, kind } of onBehalfOf ?? []) if (isPerson(kind)) found.add(id);
  for (const name of found) if (name.startsWith(PSEUDONYM)) found.delete(name);
  return found;
}

/** Replaces people in place. `pseudonym` gives the same text for the same name. */
export function pseudonymise(activity: Activity, pseudonym: (name: string) => string): void {
  // Longest first: a name may be the beginning of another one.
  const people = [...peopleOf(activity)].sort((a, b) => b.length - a.length);
  const own = isPerson(activity.identity.kind) ? undefined : activity.identity.id;
  const of = (text: string): string => {
    if (text === own || text.startsWith(PSEUDONYM)) return text;
    let out = text;
    for (const name of people) if (out.includes(name)) out = withoutName(out, name, pseudonym(name));
    return out.includes('@')
      ? out.replace(ADDRESS, (address) => (MACHINE.test(address) || address === own ? address : pseudonym(address)))
      : out;
  };
  const put = (holder: Record<string, unknown>, { key, kind, name, max }: Field) => {
    const value = holder[key];
    if (typeof value !== 'string' || EXEMPT.has(name) || (kind !== 'id' && kind !== 'name' && kind !== 'text')) return;
    const next = of(value);
    // A pseudonym may be longer than the name: what is too long then is cut, and still says nothing of anybody.
    if (next !== value) holder[key] = next.slice(0, max);
  };
  for (const { key, fields, lists } of FIELD_GROUPS) {
    const holder = (key === '' ? activity : activity[key as keyof Activity]) as Record<string, unknown> | undefined;
    if (holder === undefined) continue;
    for (const field of fields) put(holder, field);
    for (const list of lists) {
      const items = holder[list.key] as unknown[] | undefined;
      if (items === undefined) continue;
      items.forEach((item, at) => {
        if (typeof item === 'string') items[at] = of(item).slice(0, list.fields[0]?.max);
        else for (const field of list.fields) put(item as Record<string, unknown>, field);
      });
    }
  }
}
