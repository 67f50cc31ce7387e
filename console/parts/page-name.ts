/** What the page on show is called: in the list of pages, in the tab, and for whoever reads by ear. */
import { useEffect, useRef } from 'preact/hooks';
import { visible } from '../../src/render/visible.ts';
import { place } from './route.ts';

export const PAGES = [
  { at: 'alerts', name: 'Alerts' },
  { at: 'fleet', name: 'Fleet' },
  { at: 'suspensions', name: 'Suspensions' },
  { at: 'health', name: 'Health' },
] as const;

const ONE: Readonly<Record<string, string>> = {
  alerts: 'Alert',
  identities: 'Identity',
  suspensions: 'Suspension',
};
/** Characters of an alert's id, as lists and the command line show it. */
const SHORT_ID = 12;

export function pageName([first = 'alerts', id]: readonly string[]): string {
  const one = ONE[first];
  if (id !== undefined && one !== undefined)
    return `${one} ${visible(first === 'alerts' ? id.slice(0, SHORT_ID) : id)}`;
  return PAGES.find(({ at }) => at === first)?.name ?? 'No such page';
}

/** Names the tab, so that several can be told apart, and on another page puts the keyboard there, unless something on it has it. */
export function usePageName(): void {
  const { path } = place.value;
  const now = path.join('/');
  const before = useRef(now);
  useEffect(() => {
    document.title = `${pageName(path)} · Tidemark`;
    if (before.current !== now && document.activeElement === document.body)
      document.getElementById('main')?.focus({ preventScroll: true });
    before.current = now;
  }, [now]);
}
