/** Who made, armed or deployed what an alert names, and whether that explains it or speaks against it. */
import type { Alert } from '../api/answers.ts';
import { Chip } from './badges.tsx';
import { IdentityLink } from './identity-link.tsx';
import { LogText } from './log-text.tsx';
import { Time } from './time.tsx';

const EFFECTS = {
  explains: { tone: 'good', text: 'explains' },
  incriminates: { tone: 'bad', text: 'speaks against it' },
  none: { tone: 'quiet', text: 'does neither' },
} as const;

export function WhoChanged({ alert }: { readonly alert: Alert }) {
  const { changes = [] } = alert;
  if (changes.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="changed-title">
      <h2 id="changed-title">Who changed it</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">Effect</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ action, at, by, isOwn, thing, says, effect, fields }) => (
            <tr key={`${at} ${by.id} ${action} ${thing}`}>
              <td>
                <Time at={at} />
              </td>
              <td>{isOwn ? 'itself' : <IdentityLink id={by.id} name={by.name} />}</td>
              <td>
                <LogText text={says} max={300} prose />
              </td>
              <td>
                <Chip {...EFFECTS[effect]} />
                <div class="soft small">{fields.join(', ')}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
