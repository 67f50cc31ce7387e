/** Small marks that say one thing in a colour and, for who sees no colour, in a word. */
import type { Alert, Severity } from '../api/answers.ts';
import { standing } from './words.ts';

export function SeverityMark({ severity }: { readonly severity: Severity }) {
  return <span class={`severity severity-${severity}`}>{severity}</span>;
}

export function Standing({ alert }: { readonly alert: Pick<Alert, 'triage'> }) {
  const word = standing(alert);
  const tone = { Confirmed: 'bad', Benign: 'good', New: 'new', 'New again': 'new' }[word] ?? 'quiet';
  return <span class={`chip chip-${tone}`}>{word}</span>;
}

export function Chip({
  tone = 'quiet',
  text,
}: {
  readonly tone?: 'bad' | 'good' | 'new' | 'warn' | 'quiet';
  readonly text: string;
}) {
  return <span class={`chip chip-${tone}`}>{text}</span>;
}
