/** The alerts of one incident. */
import type { Alert } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { SeverityMark } from './badges.tsx';
import { LogText } from './log-text.tsx';
import { hrefOf } from './route.ts';
import { Shown } from './states.tsx';
import { Time } from './time.tsx';

export function Incident({ alert }: { readonly alert: Alert }) {
  const id = alert.incident!;
  const incident = useResource(
    `incident ${id}`,
    () => got(api.GET('/v1/incidents/{id}', { params: { path: { id } } })),
    {
      isLive: true,
    },
  );
  return (
    <section class="panel" aria-labelledby="incident-title">
      <h2 id="incident-title">One incident of several identities</h2>
      <Shown of={incident} what="the incident">
        {({ alerts }) => (
          <ul class="plain-list">
            {alerts.map((one) => (
              <li key={one.id} aria-current={one.id === alert.id ? 'true' : undefined}>
                <SeverityMark severity={one.severity} />{' '}
                <a href={hrefOf(['alerts', one.id])}>
                  <LogText text={one.identity.name ?? one.identity.id} max={60} />
                </a>{' '}
                <Time at={one.raisedAt} />
              </li>
            ))}
          </ul>
        )}
      </Shown>
    </section>
  );
}
