/** What comes in and what goes out: rates and delays, records that could not be read, deliveries, suppressions in force. */

import { useState } from 'preact/hooks';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { may, me, provider } from '../api/session.ts';
import { Chip } from '../parts/badges.tsx';
import { DeadLetters } from '../parts/dead-letters.tsx';
import { Lags, Skipped } from '../parts/intake.tsx';
import { useKeys } from '../parts/keys.ts';
import { LogText } from '../parts/log-text.tsx';
import { OpenSessions } from '../parts/open-sessions.tsx';
import { hrefOf, place, setQuery } from '../parts/route.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { Looked } from '../parts/suppression-match.tsx';
import { age, lasting, Time } from '../parts/time.tsx';
import { Wide } from '../parts/wide.tsx';

function Delay({ seconds }: { readonly seconds: number | undefined }) {
  if (seconds === undefined) return <span class="soft">history</span>;
  return <>{seconds < 60 ? `${seconds} seconds` : lasting(seconds * 1_000)}</>;
}

function Inputs() {
  const sources = useResource('sources', () => got(api.GET('/v1/sources')), { isLive: true });
  return (
    <Shown of={sources} what="the sources">
      {({ ready, notReady, inputs, sources: senders, lags, skipped, dead, sinks, now }) => (
        <>
          <section class="panel" aria-labelledby="ready-title">
            <h2 id="ready-title">
              State{' '}
              {me.value?.readOnly !== true && (
                <Chip tone={ready ? 'good' : 'bad'} text={ready ? 'all is well' : 'not ready'} />
              )}
            </h2>
            {me.value?.readOnly === true ? (
              <p class="soft">
                This console only looks at a store: it does not know whether a Tidemark works on it. The newest
                activities below tell.
              </p>
            ) : ready ? (
              <p class="soft">
                Records are taken, judged and stored. The clock of the server says <Time at={now} withSeconds />.
              </p>
            ) : (
              <ul>
                {notReady.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            )}
          </section>
          <section class="panel" aria-labelledby="inputs-title">
            <h2 id="inputs-title">What comes in</h2>
            {inputs.length === 0 ? (
              <Empty title="Nothing came in yet.">
                Send records to <code>/v1/activities</code>, name topics in <code>kafka.inputs</code>, or replay files
                with <code>tidemark replay</code>.
              </Empty>
            ) : (
              <Wide label="What comes in">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Provider</th>
                      <th scope="col" class="number">
                        Stored in the last hour
                      </th>
                      <th scope="col" class="number">
                        In the last day
                      </th>
                      <th scope="col" class="number">
                        In all
                      </th>
                      <th scope="col" class="number">
                        Identities
                      </th>
                      <th scope="col">Newest event</th>
                      <th scope="col">Last stored</th>
                      <th scope="col">Comes late by</th>
                    </tr>
                  </thead>
                  <tbody>
                    {inputs.map((one) => (
                      <tr key={one.provider}>
                        <th scope="row">
                          <LogText text={one.provider} max={40} />
                        </th>
                        <td class="number">{one.lastHour.toLocaleString('en')}</td>
                        <td class="number">{one.lastDay.toLocaleString('en')}</td>
                        <td class="number">{one.activities.toLocaleString('en')}</td>
                        <td class="number">{one.identities.toLocaleString('en')}</td>
                        <td title={age(one.newestAt)}>
                          <Time at={one.newestAt} />
                        </td>
                        <td>
                          <Time at={one.storedAt} withAge />
                        </td>
                        <td>
                          <Delay seconds={one.delaySeconds} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
            )}
          </section>
          <section class="panel" aria-labelledby="senders-title">
            <h2 id="senders-title">Who sends</h2>
            {senders.length === 0 ? (
              <p class="soft">
                Topics, senders and accounts are shown here once records come in from them as they happen. Of old logs (
                <code>ingest.history</code>, files) nothing is said here: when they come tells nothing of their source.
              </p>
            ) : (
              <Wide label="Who sends">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Source</th>
                      <th scope="col">Kind</th>
                      <th scope="col">State</th>
                      <th scope="col">Last records</th>
                    </tr>
                  </thead>
                  <tbody>
                    {senders.map(({ kind, name, state, lastAt, silentSeconds }) => (
                      <tr key={`${kind} ${name}`}>
                        <th scope="row">
                          <LogText text={name} max={60} />
                        </th>
                        <td>{kind}</td>
                        <td>
                          <Chip
                            tone={state === 'silent' ? 'bad' : state === 'heard' ? 'good' : 'quiet'}
                            text={silentSeconds === undefined ? state : `silent for ${lasting(silentSeconds * 1_000)}`}
                          />
                        </td>
                        <td>
                          <Time at={lastAt} withAge />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
            )}
          </section>
          <Lags lags={lags} />
          <Skipped rows={skipped} />
          <DeadLetters byReason={dead} />
          <section class="panel" aria-labelledby="sinks-title">
            <h2 id="sinks-title">What goes out</h2>
            {sinks.length === 0 ? (
              <p class="soft">
                Nothing is delivered anywhere: name a destination under <code>sinks</code>.
              </p>
            ) : (
              <Wide label="What goes out">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">Destination</th>
                      <th scope="col" class="number">
                        Waiting
                      </th>
                      <th scope="col" class="number">
                        Delivered
                      </th>
                      <th scope="col" class="number">
                        Refused
                      </th>
                      <th scope="col">Oldest that waits</th>
                    </tr>
                  </thead>
                  <tbody>
                    {sinks.map(({ sink, pending, delivered, refused, oldestPendingAt }) => (
                      <tr key={sink}>
                        <th scope="row">{sink}</th>
                        <td class="number">{pending}</td>
                        <td class="number">{delivered}</td>
                        <td class="number">{refused}</td>
                        <td>{oldestPendingAt === undefined ? '—' : <Time at={oldestPendingAt} withAge />}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
            )}
          </section>
        </>
      )}
    </Shown>
  );
}

function Deliveries() {
  const wanted = place.value.query.get('deliveries');
  const status = (['pending', 'delivered', 'refused'] as const).find((one) => one === wanted);
  const list = useResource(
    `deliveries ${status}`,
    () =>
      got(api.GET('/v1/deliveries', { params: { query: { limit: 100, ...(status !== undefined && { status }) } } })),
    { isLive: true },
  );
  return (
    <section class="panel" aria-labelledby="deliveries-title">
      <div class="title-line">
        <h2 id="deliveries-title">Deliveries</h2>
        <label class="filter">
          <span>Status</span>
          <select value={status ?? ''} onChange={(event) => setQuery({ deliveries: event.currentTarget.value })}>
            <option value="">All</option>
            <option value="pending">Waiting</option>
            <option value="delivered">Delivered</option>
            <option value="refused">Refused</option>
          </select>
        </label>
      </div>
      <Shown of={list} what="deliveries">
        {({ deliveries }) =>
          deliveries.length === 0 ? (
            <p class="soft">None.</p>
          ) : (
            <Wide label="Deliveries">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Made</th>
                    <th scope="col">Destination</th>
                    <th scope="col">Alert</th>
                    <th scope="col">Status</th>
                    <th scope="col" class="number">
                      Tries
                    </th>
                    <th scope="col">Reason</th>
                  </tr>
                </thead>
                <tbody>
                  {deliveries.map(({ id, createdAt, sink, alertId, alertVersion, status: of, attempts, reason }) => (
                    <tr key={id}>
                      <td>
                        <Time at={createdAt} withSeconds />
                      </td>
                      <td>{sink}</td>
                      <td>
                        <a href={hrefOf(['alerts', alertId])}>
                          {alertId.slice(0, 12)} v{alertVersion}
                        </a>
                      </td>
                      <td>
                        <Chip
                          tone={of === 'delivered' ? 'good' : of === 'refused' ? 'bad' : 'new'}
                          text={of === 'pending' ? 'waiting' : of}
                        />
                      </td>
                      <td class="number">{attempts}</td>
                      <td>
                        <LogText text={reason} max={120} prose />
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

function Suppressions() {
  const list = useResource('suppressions', () => got(api.GET('/v1/suppressions')), { isLive: true });
  const [problem, setProblem] = useState('');
  const lift = (id: string) => async () => {
    try {
      await got(api.DELETE('/v1/suppressions/{id}', { params: { path: { id } } }));
      list.reload();
    } catch (error) {
      setProblem(error instanceof Problem ? `${error.message}. ${error.remedy}` : String(error));
    }
  };
  return (
    <section class="panel" aria-labelledby="suppressions-title">
      <h2 id="suppressions-title">Suppressions in force</h2>
      {problem !== '' && (
        <p class="state-failed" role="alert">
          {problem}
        </p>
      )}
      <Shown of={list} what="suppressions">
        {({ suppressions }) => {
          const inForce = suppressions.filter(({ lifted }) => !lifted);
          if (inForce.length === 0) return <p class="soft">None: every alert is told.</p>;
          return (
            <ul class="plain-list">
              {inForce.map(({ id, owner, until, because, match }) => (
                <li key={id}>
                  <LogText text={match.identity ?? 'any identity'} max={70} />
                  <Looked match={match} />, until <Time at={until} />, by <LogText text={owner} max={40} />:{' '}
                  <LogText text={because} max={200} prose />{' '}
                  {may('analyst') && (
                    <button type="button" class="small" onClick={lift(id)}>
                      End it now
                    </button>
                  )}
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </section>
  );
}

export function HealthPage() {
  useKeys([]);
  return (
    <div class="page">
      <h1>Sources and health</h1>
      <Inputs />
      <Deliveries />
      <Suppressions />
      {typeof provider.value === 'string' && may('admin') && <OpenSessions />}
    </div>
  );
}
