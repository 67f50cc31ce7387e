/** Peer classes: how often each alerts against its share of the budget, and which of them the model does not fit. */

import type { ClassFit as Fit } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { LogText } from './log-text.tsx';
import { useShown } from './shown-rows.tsx';
import { Empty, Shown } from './states.tsx';
import { Wide } from './wide.tsx';

const rank = (a: Fit, b: Fit) =>
  Number(b.misfit) - Number(a.misfit) || b.observed - a.observed || (a.peers < b.peers ? -1 : 1);

function Classes({ classes }: { readonly classes: readonly Fit[] }) {
  const { shown, more } = useShown([...classes].sort(rank));
  return (
    <>
      <Wide label="Peer classes">
        <table>
          <thead>
            <tr>
              <th scope="col">Peer class</th>
              <th scope="col" class="number">
                Alerts a day
              </th>
              <th scope="col" class="number">
                Expected
              </th>
              <th scope="col">Fit</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ peers, observed, expected, misfit }) => (
              <tr key={peers}>
                <th scope="row">
                  <LogText text={peers} max={80} />
                </th>
                <td class="number">{observed.toFixed(2)}</td>
                <td class="number">{expected.toFixed(2)}</td>
                <td>{misfit ? <strong>alerts too often for chance</strong> : <span class="soft">as expected</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {more}
    </>
  );
}

export function ClassFit() {
  const list = useResource('classes', () => got(api.GET('/v1/classes')));
  return (
    <Shown of={list} what="peer classes">
      {({ classes }) =>
        classes.length === 0 ? (
          <Empty title="No peer classes yet.">Nobody was active on a whole day so far.</Empty>
        ) : (
          <Classes classes={classes} />
        )
      }
    </Shown>
  );
}
