/** What an agent is made of, and since when. */
import type { Alert } from '../api/answers.ts';
import { Chip } from './badges.tsx';
import { LogText } from './log-text.tsx';
import { Time } from './time.tsx';
import { causeName } from './words.ts';

export function AgentParts({ alert }: { readonly alert: Alert }) {
  const { drift } = alert;
  if (drift === undefined) return null;
  return (
    <section class="panel" aria-labelledby="drift-title">
      <h2 id="drift-title">{causeName(drift)}</h2>
      <p>
        <LogText text={drift.says} prose />
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Now</th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>
          {drift.parts.map(({ part, value, since, changed, from, varies }) => (
            <tr key={part}>
              <th scope="row">
                {part} {changed && <Chip tone="warn" text="changed" />}
              </th>
              <td>
                <LogText text={value} max={60} />
                {from !== undefined && (
                  <div class="soft small">
                    before: <LogText text={from} max={60} />
                  </div>
                )}
              </td>
              <td>{varies ? 'changes all the time' : <Time at={since} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
