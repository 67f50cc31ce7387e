/** What is to be done around a suspension, as a list to tick; ticks are a note on this page, and are not kept. */
import { useState } from 'preact/hooks';
import type { LookedAt } from '../api/answers.ts';
import { LogText } from './log-text.tsx';

export function StepList({ steps }: { readonly steps: LookedAt['steps'] }) {
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const turn = (says: string) => {
    const next = new Set(done);
    if (!next.delete(says)) next.add(says);
    setDone(next);
  };
  return (
    <details open>
      <summary>
        To do: {done.size} of {steps.length} done
      </summary>
      <ul class="plain-list">
        {steps.map(({ phase, says }) => (
          <li key={says}>
            <label class="check">
              <input type="checkbox" checked={done.has(says)} onChange={() => turn(says)} />
              <span>
                <span class="soft">{phase}</span> <LogText text={says} max={500} prose />
              </span>
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}
