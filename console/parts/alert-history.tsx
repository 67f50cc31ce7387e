/** What people did about an alert, and what became of it by itself. */
import type { Alert } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { LogText } from './log-text.tsx';
import { Shown } from './states.tsx';
import { Time } from './time.tsx';
import { CHANGES, count } from './words.ts';

/** A version that tells something which is not among what people did. */
const isChange = ({ change }: { readonly change?: string | undefined }) => change !== undefined && change in CHANGES;

export function AlertHistory({ alert }: { readonly alert: Alert }) {
  const history = useResource(
    `history ${alert.id} ${alert.triage.actions} ${alert.version}`,
    () => got(api.GET('/v1/alerts/{id}/history', { params: { path: { id: alert.id } } })),
    { isLive: true },
  );
  return (
    <section class="panel" aria-labelledby="done-title">
      <h2 id="done-title">What became of it</h2>
      <Shown of={history} what="its history">
        {({ actions, versions }) => (
          <>
            {actions.length === 0 && !versions.some(isChange) ? (
              <p class="soft">Nothing yet.</p>
            ) : (
              <ol class="trail">
                {actions.map(({ id, at, action, actor, because, until, scope }) => (
                  <li key={id}>
                    <Time at={at} />{' '}
                    <strong>
                      {
                        {
                          acknowledge: 'acknowledged',
                          benign: 'called it benign',
                          true: 'called it an attack',
                          comment: 'noted',
                          unlearn: 'unlearned',
                        }[action]
                      }
                    </strong>{' '}
                    by <LogText text={actor} max={60} />
                    {because !== '' && (
                      <>
                        : <LogText text={because} max={400} prose />
                      </>
                    )}
                    {until !== undefined && action === 'benign' && (
                      <span class="soft">
                        {' '}
                        ({scope.length === 0 ? 'all evidence' : scope.join(', ')}, until <Time at={until} />)
                      </span>
                    )}
                  </li>
                ))}
                {versions.filter(isChange).map(({ version, change = '', lastAt, standing }) => (
                  <li key={`v${version}`}>
                    <Time at={standing?.at ?? lastAt} /> <strong>{CHANGES[change]}</strong>
                    {change !== 'eased' && standing !== undefined && (
                      <>
                        : <LogText text={standing.because} max={400} prose />
                      </>
                    )}{' '}
                    <span class="soft">(version {version})</span>
                  </li>
                ))}
              </ol>
            )}
            <p class="soft small">
              {count(versions.length, 'version')}; first raised <Time at={alert.raisedAt} />,{' '}
              {count(alert.activityCount, 'activity', 'activities')} with evidence.
            </p>
          </>
        )}
      </Shown>
    </section>
  );
}
