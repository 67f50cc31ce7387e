/** Text from logs inside markup: no markup of its own, what hides in it named, and nothing that turns round what stands beside it. */
import { visible } from './visible.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function markupText(text: string): string {
  return visible(text).replace(/[&<>"']/g, (one) => ENTITIES[one]!);
}
