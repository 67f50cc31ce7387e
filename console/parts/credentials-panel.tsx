/** The credentials of an identity: how old each is, when it was used, and beside which others. */
import type { Usage } from '../api/answers.ts';
import { Chip } from './badges.tsx';
import { amount } from './habit-table.tsx';
import { LogText } from './log-text.tsx';
import { useShown } from './shown-rows.tsx';
import { lasting, Time } from './time.tsx';
import { Wide } from './wide.tsx';
import { count } from './words.ts';

function beside({ others, longestMs }: Usage['credentials'][number]['beside']): string {
  return others === 0 ? 'none' : `${count(others, 'other')}, for up to ${lasting(longestMs)}`;
}

export function CredentialsPanel({ usage }: { readonly usage: Usage }) {
  const { shown, more } = useShown(usage.credentials);
  const end = Date.parse(usage.lastAt);
  return (
    <section class="panel" aria-labelledby="credentials-title">
      <h2 id="credentials-title">Credentials</h2>
      {usage.credentials.length === 0 && <p class="soft">The log names none.</p>}
      <Wide label="Credentials">
        <table>
          <thead>
            <tr>
              <th scope="col">Credential</th>
              <th scope="col">Kind</th>
              <th scope="col">Age</th>
              <th scope="col">Used</th>
              <th scope="col">Beside others</th>
              <th scope="col">How much</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <LogText text={one.id} max={44} />
                </th>
                <td>
                  {one.kind} {one.longLived && <Chip tone="warn" text="long-lived" />}
                </td>
                <td>
                  {lasting(end - Date.parse(one.issuedAt ?? one.firstAt))}
                  {one.expiresAt !== undefined && (
                    <>
                      , until <Time at={one.expiresAt} />
                    </>
                  )}
                </td>
                <td>
                  <Time at={one.firstAt} /> to <Time at={one.lastAt} />
                </td>
                <td>{beside(one.beside)}</td>
                <td>{amount(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {more}
    </section>
  );
}
