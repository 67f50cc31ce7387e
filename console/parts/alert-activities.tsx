/** The stored activities that an alert was raised for. */
import type { Alert } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { Activities } from './activities.tsx';
import { Shown } from './states.tsx';

const IDS_SHOWN = 50;

export function AlertActivities({ alert }: { readonly alert: Alert }) {
  const ids = alert.activityIds.slice(0, IDS_SHOWN);
  const page = useResource(`activities ${alert.id} ${alert.version}`, async () => {
    const { activities } = await got(api.GET('/v1/activities', { params: { query: { ids: JSON.stringify(ids) } } }));
    return [...activities].sort((a, b) => (a.at < b.at ? -1 : 1));
  });
  return (
    <section aria-labelledby="raw-title" class="panel">
      <h2 id="raw-title">
        Activities{' '}
        <span class="soft small">
          the most telling {ids.length} of {alert.activityCount.toLocaleString('en')}
        </span>
      </h2>
      <Shown of={page} what="its activities">
        {(activities) => <Activities activities={activities} />}
      </Shown>
    </section>
  );
}
