/** Suspensions as they stand, and the chained trail of every decision about them. */

import type { Suspension } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { me } from '../api/session.ts';
import { Chip } from '../parts/badges.tsx';
import { IdentityLink } from '../parts/identity-link.tsx';
import { useKeys } from '../parts/keys.ts';
import { LogText } from '../parts/log-text.tsx';
import { Pager, usePages } from '../parts/pager.tsx';
import { hrefOf, place, setQuery } from '../parts/route.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { SuspensionCard, stateTone, timeLeft } from '../parts/suspension-card.tsx';
import { Time } from '../parts/time.tsx';
import { Wide } from '../parts/wide.tsx';
import { actionName, count } from '../parts/words.ts';

const STATES = [
  'recommended',
  'approved',
  'dispatched',
  'confirmed',
  'lifted',
  'rejected',
  'expired',
  'failed',
] as const;
const AUDIT_PAGE = 50;

/** Who approved it, or who rejected it. */
function DecidedBy({ suspension: { approvals, rejected, state } }: { readonly suspension: Suspension }) {
  if (rejected !== undefined) return <LogText text={rejected.by.id} max={60} />;
  if (approvals.length > 0) return <LogText text={approvals.map(({ by }) => by.id).join(', ')} max={60} />;
  return <span class="soft">{state === 'recommended' ? 'nobody yet' : 'nobody'}</span>;
}

function List() {
  const state = STATES.find((one) => one === place.value.query.get('state'));
  const list = useResource(
    `suspensions ${state}`,
    () => got(api.GET('/v1/suspensions', { params: { query: { limit: 200, ...(state !== undefined && { state }) } } })),
    { isLive: true },
  );
  return (
    <section class="panel" aria-labelledby="list-title">
      <div class="title-line">
        <h2 id="list-title">Suspensions</h2>
        <label class="filter">
          <span>State</span>
          <select value={state ?? ''} onChange={(event) => setQuery({ state: event.currentTarget.value })}>
            <option value="">All</option>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Shown of={list} what="suspensions">
        {({ suspensions }) =>
          suspensions.length === 0 ? (
            <Empty title="No suspension.">
              {me.value?.responds === true ? (
                'What new alerts advise is asked for by itself, and stands here. For an older alert, open it and ask.'
              ) : (
                <>
                  Nothing is asked for here. With <code>respond.enabled</code>, what alerts advise can be asked for,
                  approved and lifted.
                </>
              )}
            </Empty>
          ) : (
            <Wide label="Suspensions">
              <table>
                <thead>
                  <tr>
                    <th scope="col">State</th>
                    <th scope="col">What</th>
                    <th scope="col">Identity</th>
                    <th scope="col">Time left</th>
                    <th scope="col">Decided by</th>
                    <th scope="col">Changed</th>
                  </tr>
                </thead>
                <tbody>
                  {suspensions.map((one) => (
                    <tr key={one.id}>
                      <td>
                        <Chip tone={stateTone(one.state)} text={one.state} />
                      </td>
                      <th scope="row">
                        <a href={hrefOf(['suspensions', one.id])}>{actionName(one.action)}</a>
                      </th>
                      <td>
                        <IdentityLink {...one.identity} />
                      </td>
                      <td>{timeLeft(one)}</td>
                      <td>
                        <DecidedBy suspension={one} />
                      </td>
                      <td>
                        <Time at={one.updatedAt} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
          )
        }
      </Shown>
    </section>
  );
}

function Audit() {
  const pages = usePages(0);
  const after = pages.cursor;
  const rows = useResource(
    `audit ${after}`,
    () => got(api.GET('/v1/audit', { params: { query: { after, limit: AUDIT_PAGE } } })),
    { isLive: true },
  );
  const proof = useResource('audit proof', () => got(api.GET('/v1/audit/verification')), { isLive: true });
  return (
    <section class="panel" aria-labelledby="audit-title">
      <h2 id="audit-title">Audit trail</h2>
      <Shown of={proof} what="the proof of the chain">
        {({ ok, rows: n, head, breaks }) =>
          ok ? (
            <p>
              <Chip tone="good" text="sound" /> {count(n, 'row')}, each as it was written.
              {head.seq > 0 && (
                <span class="soft">
                  {' '}
                  Head {head.seq}: <code>{head.hash.slice(0, 16)}…</code>
                </span>
              )}
            </p>
          ) : (
            <div class="state-failed" role="alert">
              <p>
                <Chip tone="bad" text="broken" /> The chain is not as it was written. Nothing more is dispatched: keep a
                copy of the table, and find out who changed it.
              </p>
              <ul>
                {breaks.map(({ seq, says }) => (
                  <li key={seq}>
                    {seq}: {says}
                  </li>
                ))}
              </ul>
            </div>
          )
        }
      </Shown>
      <Shown of={rows} what="the audit trail">
        {({ rows: list, next }) =>
          list.length === 0 ? (
            <Empty title="Nothing was decided yet." />
          ) : (
            <>
              <Wide label="Audit trail">
                <table>
                  <thead>
                    <tr>
                      <th scope="col" class="number">
                        No.
                      </th>
                      <th scope="col">Time</th>
                      <th scope="col">What</th>
                      <th scope="col">By</th>
                      <th scope="col">Why</th>
                    </tr>
                  </thead>
                  <tbody>
                    {list.map(({ seq, at, event, from, to, by, why, suspension }) => (
                      <tr key={seq}>
                        <td class="number">{seq}</td>
                        <td>
                          <Time at={at} withSeconds />
                        </td>
                        <td>
                          <a href={hrefOf(['suspensions', suspension])}>{event}</a>: {from} → {to}
                        </td>
                        <td>
                          {by.kind} <LogText text={by.id} max={40} />
                        </td>
                        <td>
                          <LogText text={why} max={200} prose />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
              <Pager of={pages} next={next} />
            </>
          )
        }
      </Shown>
    </section>
  );
}

export function SuspensionsPage({ id }: { readonly id: string | undefined }) {
  useKeys([]);
  if (id !== undefined)
    return (
      <div class="page">
        <p class="crumbs no-print">
          <a href={hrefOf(['suspensions'])}>Suspensions</a> ›
        </p>
        <h1>Suspension</h1>
        <section class="panel" aria-labelledby="stands-title">
          <h2 id="stands-title" class="visually-hidden">
            As it stands
          </h2>
          <SuspensionCard key={id} id={id} />
        </section>
      </div>
    );
  return (
    <div class="page">
      <h1>Suspensions and audit</h1>
      <List />
      <Audit />
    </div>
  );
}
