/** Who is signed in: by a token that lives in this tab alone, or by a cookie that no script can read. */
import { computed, signal } from '@preact/signals';
import type { Session, SignedIn } from './answers.ts';

const KEY = 'tidemark.token';
/** The tenant that this tab is about. */
const TENANT_KEY = 'tidemark.tenant';
/** What somebody was writing when their session ended. */
const DRAFT_KEY = 'tidemark.draft';
/** Where somebody wanted to go before signing in. */
const BACK_KEY = 'tidemark.back';

const kept = (key: string): string | undefined => {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
};

function keep(key: string, value: string | undefined): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing still has it in memory.
  }
}

export const token = signal<string | undefined>(kept(KEY));
/** Who signed in at the provider; the proof that the cookie rests on is not here. */
export const session = signal<Session | undefined>(undefined);
/** Whose sign-in the server offers; undefined while that is not known, null where there is none. */
export const provider = signal<string | null | undefined>(undefined);
const chosenTenant = signal<string | undefined>(kept(TENANT_KEY));
/** Of the tenants of a session, the one that is looked at. */
export const tenant = computed(() => {
  const all = session.value?.tenants ?? [];
  return (all.find((one) => one.tenant === chosenTenant.value) ?? all[0])?.tenant;
});
/** Changes whenever somebody else is signed in, or another tenant is looked at; undefined: nobody is. */
export const entry = computed(() =>
  token.value !== undefined ? `token ${token.value}` : session.value && `session ${session.value.csrf} ${tenant.value}`,
);
export const me = signal<SignedIn | undefined>(undefined);
/** Why nobody is signed in any more, to be told once. */
export const farewell = signal<string | undefined>(undefined);

export function keepToken(value: string): void {
  token.value = value;
  farewell.value = undefined;
  keep(KEY, value);
}

export function keepSession(value: Session): void {
  session.value = value;
  farewell.value = undefined;
}

export function chooseTenant(value: string): void {
  me.value = undefined;
  chosenTenant.value = value;
  keep(TENANT_KEY, value);
}

export function signedOut(why?: string): void {
  token.value = undefined;
  session.value = undefined;
  me.value = undefined;
  farewell.value = why;
  keep(KEY, undefined);
  if (why === undefined) keep(DRAFT_KEY, undefined);
}

/** Keeps what is being written about `subject` in this tab, so that the end of a session does not lose it; empty: nothing. */
export const keepDraft = (subject: string, text: string): void =>
  keep(DRAFT_KEY, text === '' ? undefined : JSON.stringify([subject, text]));

export function draftOf(subject: string): string {
  try {
    const [of, text] = JSON.parse(kept(DRAFT_KEY) ?? '[]') as unknown[];
    return of === subject && typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}

/** A key or a click within this time is somebody at the page. */
const ATTENDED_MS = 60_000;
let touchedAt = Date.now();
for (const kind of ['pointerdown', 'keydown', 'wheel'])
  addEventListener(
    kind,
    () => {
      touchedAt = Date.now();
    },
    { passive: true, capture: true },
  );

/** What a request carries to be let in. */
export function credentials(): Record<string, string> {
  if (token.value !== undefined) return { authorization: `Bearer ${token.value}` };
  if (session.value === undefined) return {};
  return {
    'x-tidemark-csrf': session.value.csrf,
    'x-tidemark-tenant': encodeURIComponent(tenant.value ?? ''),
    // What a page asks by itself keeps no session alive.
    ...(Date.now() - touchedAt > ATTENDED_MS && { 'x-tidemark-unattended': '1' }),
  };
}

/** Goes to the provider, and keeps where somebody wanted to be. */
export function rememberPlace(): void {
  keep(BACK_KEY, location.hash);
}

export function returnToPlace(): void {
  const back = kept(BACK_KEY);
  keep(BACK_KEY, undefined);
  if (back?.startsWith('#/') === true && location.hash === '') location.replace(back);
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
