/** Stored activities as a table, each with the vendor's own id of its record and the whole of it to open. */

import { visible } from '../../src/render/visible.ts';
import type { Activity } from '../api/answers.ts';
import { Chip } from './badges.tsx';
import { LogText } from './log-text.tsx';
import { Time } from './time.tsx';
import { Wide } from './wide.tsx';

export function sourceOf({ source }: Pick<Activity, 'source'>): string {
  const { ip, workload, org, country, userAgent } = source;
  return [workload ?? ip, org, country].filter((part) => part !== undefined).join(', ') || userAgent || 'not told';
}

export function Activities({ activities }: { readonly activities: readonly Activity[] }) {
  if (activities.length === 0)
    return <p class="soft">None of them is stored any more: they are older than store.activityTtlDays.</p>;
  return (
    <Wide label="Activities">
      <table class="activities">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Act</th>
            <th scope="col">Target</th>
            <th scope="col">From</th>
            <th scope="col">Record of the vendor</th>
          </tr>
        </thead>
        <tbody>
          {activities.map((one) => (
            <tr key={one.id}>
              <td>
                <Time at={one.at} withSeconds />
              </td>
              <td>
                <LogText text={one.action.name} max={60} />{' '}
                {one.outcome !== 'success' && <Chip tone="warn" text={one.outcome} />}
              </td>
              <td>{one.resource === undefined ? '—' : <LogText text={one.resource.id} max={70} />}</td>
              <td>
                <LogText text={sourceOf(one)} max={60} />
              </td>
              <td>
                <details>
                  <summary>
                    <LogText text={one.id} max={44} />
                  </summary>
                  <pre>
                    {visible(JSON.stringify(one, null, 2).replaceAll('\n', '\u2028')).replaceAll('\\u2028', '\n')}
                  </pre>
                </details>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
