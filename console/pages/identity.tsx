/** One identity: who answers for it, what it does, from where, when, with what, for whom, what it learned, and what became of it. */

import type { Profile, Suspension, Usage } from '../api/answers.ts';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { Activities } from '../parts/activities.tsx';
import { Chip, SeverityMark, Standing } from '../parts/badges.tsx';
import { CredentialsPanel } from '../parts/credentials-panel.tsx';
import { DriftPanel } from '../parts/drift-panel.tsx';
import { GrantedPanel } from '../parts/granted-panel.tsx';
import { amount, HabitTable, Spans } from '../parts/habit-table.tsx';
import { HeatMap, weekOf } from '../parts/heat-map.tsx';
import { IdentityHead } from '../parts/identity-head.tsx';
import { useKeys } from '../parts/keys.ts';
import { LearnedList } from '../parts/learned-list.tsx';
import { LogText } from '../parts/log-text.tsx';
import { type Hop, PathGraph } from '../parts/path-graph.tsx';
import { PeerPanel } from '../parts/peer-panel.tsx';
import { homeInAddress, hrefOf, place } from '../parts/route.ts';
import { Shown } from '../parts/states.tsx';
import { stateTone, timeLeft } from '../parts/suspension-card.tsx';
import { Time } from '../parts/time.tsx';
import { actionName, count } from '../parts/words.ts';

const WEEK_MS = 7 * 86_400_000;

/** Several identities have the id: a link to each. */
function Choices({
  id,
  homes,
}: {
  readonly id: string;
  readonly homes: readonly { provider?: string; account?: string }[];
}) {
  return (
    <section class="panel" aria-labelledby="which-title">
      <h1 id="which-title">Several identities have this id</h1>
      <ul class="plain-list">
        {homes.map(({ provider, account }) => (
          <li key={`${provider} ${account}`}>
            <a href={hrefOf(['identities', id], { provider, account })}>
              <LogText text={[id, provider, account].filter(Boolean).join(', ')} max={160} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function MadeOf({ profile }: { readonly profile: Profile }) {
  if (profile.madeOf === undefined) return null;
  return (
    <section class="panel" aria-labelledby="made-title">
      <h2 id="made-title">What the agent is made of</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Now</th>
            <th scope="col">Since</th>
            <th scope="col">Before</th>
          </tr>
        </thead>
        <tbody>
          {profile.madeOf.map(({ part, varies, values: [now, ...before] }) => (
            <tr key={part}>
              <th scope="row">{part}</th>
              <td>{now === undefined ? '—' : <LogText text={now.value} max={60} />}</td>
              <td>{varies ? 'changes all the time' : now === undefined ? '—' : <Time at={now.since} />}</td>
              <td>
                {before.slice(0, 3).map(({ value, since, lastAt }) => (
                  <div key={value}>
                    <LogText text={value} max={50} />{' '}
                    <span class="soft">
                      {since.slice(0, 10)} to {lastAt.slice(0, 10)}
                    </span>
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Record({ id }: { readonly id: string }) {
  const record = useResource(
    `record ${id} ${place.value.query}`,
    async () => {
      const [{ alerts }, suspensions] = await Promise.all([
        got(api.GET('/v1/alerts', { params: { query: { ...homeInAddress(), identity: id, limit: 50 } } })),
        got(api.GET('/v1/suspensions', { params: { query: { identity: id, limit: 50 } } })).catch(() => ({
          suspensions: [],
        })),
      ]);
      const home = homeInAddress();
      // One that was asked for by the id alone is about whoever has it.
      const isOf = ({ identity: { provider, account } }: Suspension) =>
        (provider ?? home.provider) === (home.provider ?? provider) &&
        (account ?? home.account) === (home.account ?? account);
      return { alerts, suspensions: suspensions.suspensions.filter(isOf) };
    },
    { isLive: true },
  );
  return (
    <section class="panel" aria-labelledby="record-title">
      <h2 id="record-title">Alerts and suspensions so far</h2>
      <Shown of={record} what="alerts">
        {({ alerts, suspensions }) => (
          <>
            {alerts.length === 0 ? (
              <p class="soft">No alert so far.</p>
            ) : (
              <ul class="plain-list">
                {alerts.map((alert) => (
                  <li key={alert.id}>
                    <SeverityMark severity={alert.severity} /> <Standing alert={alert} /> <Time at={alert.raisedAt} />{' '}
                    <a href={hrefOf(['alerts', alert.id])}>
                      <LogText text={alert.title} max={160} prose />
                    </a>
                  </li>
                ))}
              </ul>
            )}
            {suspensions.length > 0 && (
              <ul class="plain-list">
                {suspensions.map((one) => (
                  <li key={one.id}>
                    <Chip tone={stateTone(one.state)} text={one.state} />{' '}
                    <a href={hrefOf(['suspensions', one.id])}>{actionName(one.action)}</a> <Time at={one.updatedAt} />{' '}
                    <span class="soft">{timeLeft(one)}</span>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Shown>
    </section>
  );
}

function Last({ id }: { readonly id: string }) {
  const page = useResource(`last ${id} ${place.value.query}`, () =>
    got(api.GET('/v1/activities', { params: { query: { ...homeInAddress(), identity: id, limit: 20 } } })),
  );
  return (
    <section class="panel" aria-labelledby="last-title">
      <h2 id="last-title">Its last activities</h2>
      <Shown of={page} what="its activities">
        {({ activities }) => <Activities activities={activities} />}
      </Shown>
    </section>
  );
}

/** Of each side in the picture; all of them stand in the table. */
const PARTIES_SHOWN = 6;

function People({ usage }: { readonly usage: Usage }) {
  const self: Hop = { id: usage.identity, kind: usage.kind, tone: 'identity' };
  return (
    <section class="panel" aria-labelledby="people-title">
      <h2 id="people-title">For whom it acts, and who acts for it</h2>
      {usage.delegators.length === 0 && usage.delegates.length === 0 && (
        <p class="soft">The log names nobody: it acts on its own account.</p>
      )}
      {usage.delegators.length + usage.delegates.length > 0 && (
        <PathGraph
          label="Those it acts for, the identity, and those who act for it"
          hops={[
            usage.delegators
              .slice(0, PARTIES_SHOWN)
              .map((one) => ({ id: one.id, kind: `${one.kind}, ${amount(one)}` })),
            self,
            usage.delegates
              .slice(0, PARTIES_SHOWN)
              .map((one) => ({ id: one.id, kind: `${one.kind}, ${amount(one)}`, home: {} })),
          ]}
        />
      )}
      {usage.delegators.length > PARTIES_SHOWN && (
        <HabitTable title="All delegators" rows={usage.delegators} name={(index) => usage.delegators[index]!.id} />
      )}
    </section>
  );
}

export function IdentityPage({ id }: { readonly id: string }) {
  useKeys([{ key: 'u', does: 'back', run: () => history.back() }]);
  const here = String(place.value.query);
  const usage = useResource(`usage ${id} ${here}`, () =>
    got(api.GET('/v1/identities/{id}/usage', { params: { path: { id }, query: homeInAddress() } })),
  );
  const profile = useResource(`profile ${id} ${here}`, async () => {
    try {
      return {
        profile: (await got(
          api.GET('/v1/identities/{id}', { params: { path: { id }, query: homeInAddress() } }),
        )) as Profile,
      };
    } catch (error) {
      // Seen, and not remembered yet: a page without a profile is no failure.
      if (error instanceof Problem && error.status === 404) return { profile: undefined };
      throw error;
    }
  });
  const choices = usage.problem?.body.choices;
  if (Array.isArray(choices))
    return (
      <div class="page">
        <Choices id={id} homes={choices} />
      </div>
    );
  return (
    <div class="page">
      {usage.data === undefined && <h1 class="visually-hidden">Identity</h1>}
      <Shown of={usage} what="the identity" back={{ name: 'the fleet', href: hrefOf(['fleet'], { list: 'all' }) }}>
        {(data) => {
          const until = Date.parse(data.lastAt) + 3_600_000;
          const from = Date.parse(data.firstAt);
          const known = profile.data?.profile;
          return (
            <article>
              <IdentityHead usage={data} profile={known} />
              <div class="columns">
                <div class="column-main">
                  {known !== undefined && <DriftPanel id={id} newest={known.lastAt} firstAt={known.firstAt} />}
                  <section class="panel" aria-labelledby="hours-title">
                    <h2 id="hours-title">When it acts</h2>
                    <div class="two">
                      <HeatMap
                        label="The four weeks before its last"
                        hours={weekOf(data.hours, until - 5 * WEEK_MS, until - WEEK_MS)}
                      />
                      <HeatMap label="Its last week" hours={weekOf(data.hours, until - WEEK_MS, until)} />
                    </div>
                  </section>
                  <section class="panel" aria-labelledby="sources-title">
                    <h2 id="sources-title">From where</h2>
                    <Spans
                      from={from}
                      until={until}
                      rows={data.sources.map((one) => ({
                        ...one,
                        name: one.place,
                        note: `${amount(one)}${one.ips > 1 ? `, ${count(one.ips, 'address', 'addresses')}` : one.ip === '' ? '' : `, ${one.ip}`}`,
                      }))}
                    />
                  </section>
                  <section class="panel" aria-labelledby="acts-title">
                    <h2 id="acts-title">What it does, the most usual first</h2>
                    <HabitTable title="Acts" rows={data.actions} name={(index) => data.actions[index]!.name} />
                    <HabitTable title="Targets" rows={data.resources} name={(index) => data.resources[index]!.id} />
                  </section>
                  <CredentialsPanel usage={data} />
                  <LearnedList id={id} newest={data.lastAt} />
                </div>
                <div class="column-side">
                  <Record id={id} />
                  {known !== undefined && <MadeOf profile={known} />}
                  <PeerPanel id={id} peerClass={known?.peers} />
                  <GrantedPanel usage={data} />
                  <People usage={data} />
                </div>
              </div>
              <Last id={id} />
            </article>
          );
        }}
      </Shown>
    </div>
  );
}
