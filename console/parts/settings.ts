/** What a person chose about how things are shown: kept in the browser, nothing else is. */
import { computed, effect, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

function kept<T extends string>(key: string, allowed: readonly T[], fallback: T): T {
  try {
    const found = localStorage.getItem(key);
    return allowed.find((one) => one === found) ?? fallback;
  } catch {
    return fallback;
  }
}

export const theme = signal<Theme>(kept('tidemark.theme', THEMES, 'system'));
export const clock = signal<'utc' | 'local'>(kept('tidemark.clock', ['utc', 'local'], 'utc'));

/** Whether the system wants dark colours now. */
const scheme = matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(scheme.matches);
scheme.addEventListener('change', ({ matches }) => {
  systemDark.value = matches;
});

/** What the page looks like now. */
export const isDark = computed(() => (theme.value === 'system' ? systemDark.value : theme.value === 'dark'));

export const nextTheme = () => {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
};

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  try {
    localStorage.setItem('tidemark.theme', theme.value);
    localStorage.setItem('tidemark.clock', clock.value);
  } catch {
    // Chosen for this page alone.
  }
});
