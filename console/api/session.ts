/** Who is signed in: the token lives in this tab alone, and never in an address. */
import { signal } from '@preact/signals';
import type { SignedIn } from './answers.ts';

const KEY = 'tidemark.token';

const kept = (): string | undefined => {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
};

export const token = signal<string | undefined>(kept());
export const me = signal<SignedIn | undefined>(undefined);
/** Why nobody is signed in any more, to be told once. */
export const farewell = signal<string | undefined>(undefined);

export function keepToken(value: string): void {
  token.value = value;
  farewell.value = undefined;
  try {
    sessionStorage.setItem(KEY, value);
  } catch {
    // A browser that keeps nothing still has it in memory.
  }
}

export function signedOut(why?: string): void {
  token.value = undefined;
  me.value = undefined;
  farewell.value = why;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}

/** Takes a one-time token out of the address, so that it stays in no history. */
export function tokenOfAddress(): string | undefined {
  const found = /^#token=([A-Za-z0-9_-]{1,256})$/.exec(location.hash)?.[1];
  if (found !== undefined) history.replaceState(null, '', '/');
  return found;
}

const LADDER = ['viewer', 'analyst', 'responder', 'admin'];

/** Whether whoever is signed in may do what takes a scope. */
export function may(scope: 'analyst' | 'responder' | 'admin'): boolean {
  const who = me.value;
  return who !== undefined && !who.readOnly && LADDER.indexOf(who.scope) >= LADDER.indexOf(scope);
}
