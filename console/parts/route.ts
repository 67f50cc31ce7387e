/** Where in the console one is: the part of the address after `#`, so that every view has an address and no server sees it. */
import { computed, signal } from '@preact/signals';

export interface Place {
  /** Such as `['alerts', 'ID']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

export function placeOf(hash: string): Place {
  if (!hash.startsWith('#/')) return { path: [], query: new URLSearchParams() };
  const [path = '', query = ''] = hash.slice('#/'.length).split(/\?(.*)/s);
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a place, as a link has it. Parameters that are empty are left out. */
export function hrefOf(path: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  const search = given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
  return `#/${path.map(encodeURIComponent).join('/')}${search}`;
}

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

export const place = computed(() => placeOf(hash.value));

export function go(path: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): void {
  location.hash = hrefOf(path, query);
}

/** Changes parameters of the address without a step in the history. */
export function setQuery(change: Readonly<Record<string, string | undefined>>): void {
  const { path, query } = place.value;
  const all = { ...Object.fromEntries(query), ...change };
  history.replaceState(null, '', hrefOf(path, all));
  hash.value = location.hash;
}

/** Which of the identities of an id is meant, by the address of the page. */
export function homeInAddress(): { provider?: string; account?: string } {
  const { query } = place.value;
  const [provider, account] = [query.get('provider'), query.get('account')];
  return { ...(provider !== null && { provider }), ...(account !== null && { account }) };
}
