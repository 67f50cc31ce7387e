/** Text that came out of a log: always text, kept apart from what stands beside it, with what is hidden in it made visible. */
import { visible } from '../../src/render/visible.ts';
import { cut, cutProse } from './cut.ts';

interface LogTextProps {
  readonly text: string;
  /** Longer is cut in the middle, where a name says least; all of it is in the title. */
  readonly max?: number;
  /** A sentence: cut at its end, for without its middle it would say something else. */
  readonly prose?: boolean;
}

export function LogText({ text, max = 400, prose = false }: LogTextProps) {
  const shown = visible(text);
  const short = prose ? cutProse(shown, max) : cut(shown, max);
  return short === shown ? (
    <bdi class="log">{shown}</bdi>
  ) : (
    <bdi class="log" title={shown.slice(0, 2_000)}>
      {short}
    </bdi>
  );
}
