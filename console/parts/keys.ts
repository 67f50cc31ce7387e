/** Keys that act on a page, while nobody writes into a field and no dialog is open. */
import { signal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';

export interface KeyAction {
  readonly key: string;
  readonly does: string;
  run(): void;
}

/** What the keys of the page on show do, for the list behind `?`. */
export const keysNow = signal<readonly KeyAction[]>([]);
export const helpOpen = signal(false);

const WRITES = /^(INPUT|TEXTAREA|SELECT)$/;

export function isWriting(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector('dialog[open]') !== null) return true;
  return target instanceof HTMLElement && (WRITES.test(target.tagName) || target.isContentEditable);
}

/** Lets these keys act as long as the page is on show, always on what the page shows at that moment. */
export function useKeys(actions: readonly KeyAction[]): void {
  // Set together with what is drawn: a key that comes right after must not act on what was chosen before.
  useLayoutEffect(() => {
    keysNow.value = actions;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isWriting(event)) return;
      const action = keysNow.value.find(({ key }) => key === event.key);
      if (action === undefined) return;
      // Enter on a link or a button is for that link or button.
      if (
        event.key === 'Enter' &&
        event.target instanceof HTMLElement &&
        /^(A|BUTTON|SUMMARY)$/.test(event.target.tagName)
      )
        return;
      event.preventDefault();
      action.run();
    };
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
      keysNow.value = [];
    };
  }, []);
}
