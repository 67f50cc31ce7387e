/** Text that came out of a log: always text, kept apart from what stands beside it, with what is hidden in it made visible. */
import { visible } from '../../src/render/visible.ts';

interface LogTextProps {
  readonly text: string;
  /** Longer is cut in the middle; all of it is in the title. */
  readonly max?: number;
}

export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = Math.ceil((max - 1) * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (max - 1 - head))}`;
}

export function LogText({ text, max = 400 }: LogTextProps) {
  const shown = visible(text);
  const short = cut(shown, max);
  return short === shown ? (
    <bdi class="log">{shown}</bdi>
  ) : (
    <bdi class="log" title={shown.slice(0, 2_000)}>
      {short}
    </bdi>
  );
}
