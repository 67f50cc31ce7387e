/** One alert: what happened in a sentence, why it is unusual, what led to it, what is advised, and what people did. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert, AlertInFull } from '../api/answers.ts';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { credentials, may, me } from '../api/session.ts';
import { Activities } from '../parts/activities.tsx';
import { Chip, SeverityMark, Standing } from '../parts/badges.tsx';
import { Copy } from '../parts/copy.tsx';
import { type Decision, DecisionDialog } from '../parts/decision.tsx';
import { EvidenceTable } from '../parts/evidence-table.tsx';
import { IdentityLink } from '../parts/identity-link.tsx';
import { useKeys } from '../parts/keys.ts';
import { LogText } from '../parts/log-text.tsx';
import { type Hop, PathGraph } from '../parts/path-graph.tsx';
import { hrefOf, place } from '../parts/route.ts';
import { Shown } from '../parts/states.tsx';
import { StepList } from '../parts/step-list.tsx';
import { SuspensionCard } from '../parts/suspension-card.tsx';
import { Time } from '../parts/time.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Waterfall } from '../parts/waterfall.tsx';
import { actionName, CHANGES, causeName, count, KINDS, odds, pWords } from '../parts/words.ts';

const IDS_SHOWN = 50;

function hopsOf({ identity, delegation = [], evidence, credential }: Alert): Hop[] {
  const target = evidence.find(({ field }) => field.startsWith('resource') || field.startsWith('action'));
  return [
    ...[...delegation].reverse().map(({ id, kind }): Hop => ({ id, kind })),
    { id: identity.id, kind: identity.kind, tone: 'identity', isIdentity: true },
    ...(credential === undefined ? [] : [{ id: credential.id, kind: credential.kind }]),
    ...(target === undefined ? [] : [{ id: target.seen, kind: 'did or touched', tone: 'target' as const }]),
  ];
}

async function rendered(id: string, form: string): Promise<string> {
  const answer = await fetch(`/v1/alerts/${encodeURIComponent(id)}/as/${form}`, {
    headers: credentials(),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Problem(answer.status, {});
  return form === 'cef' ? text : JSON.stringify(JSON.parse(text), null, 2);
}

function Advice({ alert, onAsk }: { readonly alert: AlertInFull; readonly onAsk: () => void }) {
  const { recommendation, identity, means } = alert;
  const responds = me.value?.responds === true;
  const suspensions = useResource(
    `suspensions ${alert.id} ${responds}`,
    async () =>
      (await got(api.GET('/v1/suspensions', { params: { query: { alert: alert.id, limit: 20 } } }))).suspensions,
    { isLive: true },
  );
  const isStep = recommendation.action !== 'observe';
  const none = suspensions.data === undefined || suspensions.data.length === 0;
  return (
    <section class="panel" aria-labelledby="advice-title" id="advice">
      <h2 id="advice-title">Advice: {actionName(recommendation.action).toLowerCase()}</h2>
      <p>
        <LogText text={recommendation.because} max={500} prose />
      </p>
      <dl class="facts">
        <div>
          <dt>Target</dt>
          <dd>
            {recommendation.target.kind} <LogText text={recommendation.target.id} max={90} />
          </dd>
        </div>
        <div>
          <dt>Would stop</dt>
          <dd>
            {recommendation.wouldStop.length === 0
              ? 'nothing'
              : recommendation.wouldStop.map((one, index) => (
                  <span key={one}>
                    {index > 0 && '; '}
                    <LogText text={one} />
                  </span>
                ))}
          </dd>
        </div>
        <div>
          <dt>Undo</dt>
          <dd>
            <LogText text={recommendation.undo} />
          </dd>
        </div>
        {means !== undefined && (
          <div>
            <dt>How</dt>
            <dd>
              <LogText text={means.by} prose />
            </dd>
          </div>
        )}
        <div>
          <dt>Stale from</dt>
          <dd>
            <Time at={recommendation.expiresAt} withAge />
          </dd>
        </div>
      </dl>
      {none && means !== undefined && means.steps.length > 0 && <StepList steps={means.steps} />}
      {suspensions.data?.map(({ id }) => (
        <SuspensionCard key={id} id={id} />
      ))}
      {isStep && none && responds && may('responder') && (
        <button type="button" class="primary" onClick={onAsk}>
          Ask for it, and see what it would stop
        </button>
      )}
      {isStep && none && !responds && (
        <p class="soft">
          {me.value?.readOnly
            ? 'This console only looks. At a running Tidemark the step can be previewed, approved and lifted here.'
            : 'Nobody responds here: set respond.enabled to preview, approve and lift such a step.'}
        </p>
      )}
      {isStep && none && responds && !may('responder') && (
        <p class="soft">Nobody has asked for it yet. To ask takes the role responder.</p>
      )}
      <p class="soft small">
        <IdentityLink {...identity} name={`What else ${identity.name ?? identity.id} does`} />
      </p>
    </section>
  );
}

function AgentParts({ alert }: { readonly alert: Alert }) {
  const { drift } = alert;
  if (drift === undefined) return null;
  return (
    <section class="panel" aria-labelledby="drift-title">
      <h2 id="drift-title">{causeName(drift.cause)}</h2>
      <p>
        <LogText text={drift.says} prose />
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Now</th>
            <th scope="col">Since</th>
          </tr>
        </thead>
        <tbody>
          {drift.parts.map(({ part, value, since, changed, from, varies }) => (
            <tr key={part}>
              <th scope="row">
                {part} {changed && <Chip tone="warn" text="changed" />}
              </th>
              <td>
                <LogText text={value} max={60} />
                {from !== undefined && (
                  <div class="soft small">
                    before: <LogText text={from} max={60} />
                  </div>
                )}
              </td>
              <td>{varies ? 'changes all the time' : <Time at={since} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A version that tells something which is not among what people did. */
const isChange = ({ change }: { readonly change?: string | undefined }) => change !== undefined && change in CHANGES;

const EFFECTS = {
  explains: { tone: 'good', text: 'explains' },
  incriminates: { tone: 'bad', text: 'speaks against it' },
  none: { tone: 'quiet', text: 'does neither' },
} as const;

function WhoChanged({ alert }: { readonly alert: Alert }) {
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

function Done({ alert }: { readonly alert: Alert }) {
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

function Raw({ alert }: { readonly alert: Alert }) {
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

function Incident({ alert }: { readonly alert: Alert }) {
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

function Ids({ alert }: { readonly alert: Alert }) {
  return (
    <section class="panel" aria-labelledby="ids-title">
      <h2 id="ids-title">For the record</h2>
      <dl class="facts">
        <div>
          <dt>How sure</dt>
          <dd>
            {alert.score.toFixed(1)} nats: {odds(alert.score)}. {pWords(alert.p)} {alert.maturity} % of learning is
            done.
          </dd>
        </div>
        <div>
          <dt>Techniques</dt>
          <dd>{alert.techniques.join(', ') || 'none'}</dd>
        </div>
        <div>
          <dt>Controls</dt>
          <dd>{alert.controls.join(', ') || 'none'}</dd>
        </div>
        <div>
          <dt>It cannot see</dt>
          <dd>
            <ul class="tight">
              {alert.blindSpots.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
          </dd>
        </div>
        <div>
          <dt>Id</dt>
          <dd>
            <code>{alert.id}</code>, version {alert.version}
          </dd>
        </div>
      </dl>
      <div class="acts no-print">
        {(['json', 'ocsf', 'ecs', 'cef'] as const).map((form) => (
          <Copy key={form} label={form.toUpperCase()} text={() => rendered(alert.id, form)} />
        ))}
        <Copy label="Link" text={() => `${location.origin}/${hrefOf(['alerts', alert.id])}`} />
        <button type="button" class="small" onClick={() => print()}>
          Print
        </button>
      </div>
    </section>
  );
}

export function AlertPage({ id }: { readonly id: string }) {
  const found = useResource(`alert ${id}`, () => got(api.GET('/v1/alerts/{id}', { params: { path: { id } } })), {
    isLive: true,
  });
  const [decision, setDecision] = useState<Decision | undefined>(undefined);
  const alert = found.data;
  const decide = (kind: Decision['kind']) => () => {
    if (alert !== undefined && may(kind === 'suspend' ? 'responder' : 'analyst')) setDecision({ kind, alert });
  };
  const showAdvice = () => document.getElementById('advice')?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  useKeys([
    { key: 'a', does: 'acknowledge', run: decide('acknowledge') },
    { key: 'b', does: 'benign: approve its evidence for a time', run: decide('benign') },
    { key: 't', does: 'true: it is an attack', run: decide('true') },
    { key: 's', does: 'see the suspension that is advised', run: showAdvice },
    { key: 'u', does: 'back to the queue', run: () => history.back() },
  ]);
  const jumped = useRef(false);
  useEffect(() => {
    if (alert === undefined || jumped.current || place.value.query.get('show') !== 'advice') return;
    jumped.current = true;
    showAdvice();
  });
  return (
    <div class="page">
      <Shown of={found} what="the alert">
        {(data) => (
          <article>
            <header class={`alert-head edge-${data.severity}`}>
              <p class="crumbs no-print">
                <a href={hrefOf(['alerts'])}>Alerts</a> ›
              </p>
              <h1>
                <LogText text={data.title} max={700} prose />
              </h1>
              <p class="alert-line">
                <SeverityMark severity={data.severity} /> <Standing alert={data} />
                {data.kinds.map((kind) => (
                  <Chip key={kind} text={KINDS[kind] ?? kind} />
                ))}
                <IdentityLink {...data.identity} />
                <span class="soft">
                  {data.identity.kind} of {data.identity.provider},{' '}
                  {data.owner === undefined ? 'no owner known' : `owner ${data.owner}`}
                </span>
                <Time at={data.raisedAt} withAge />
              </p>
              {data.triage.reopened !== undefined && (
                <p class="stale">
                  <strong>New again.</strong> <LogText text={data.triage.reopened} />
                </p>
              )}
              {may('analyst') ? (
                <div class="acts no-print">
                  <button type="button" onClick={decide('acknowledge')}>
                    Acknowledge <kbd>a</kbd>
                  </button>
                  <button type="button" onClick={decide('benign')}>
                    Benign <kbd>b</kbd>
                  </button>
                  <button type="button" class="danger" onClick={decide('true')}>
                    Attack <kbd>t</kbd>
                  </button>
                  <button type="button" onClick={decide('suppress')}>
                    Suppress
                  </button>
                  <button type="button" onClick={decide('comment')}>
                    Note
                  </button>
                </div>
              ) : (
                <p class="soft no-print">
                  {me.value?.readOnly ? (
                    <>
                      This console only looks: decide with <code>tidemark verdict</code>, or at a running Tidemark.
                    </>
                  ) : (
                    'You may look. To decide takes the role analyst.'
                  )}
                </p>
              )}
            </header>
            <div class="columns">
              <div class="column-main">
                <section class="panel" aria-labelledby="evidence-title">
                  <h2 id="evidence-title">Usual against seen</h2>
                  <EvidenceTable evidence={data.evidence} />
                </section>
                <section class="panel" aria-labelledby="timeline-title">
                  <h2 id="timeline-title">Timeline</h2>
                  <Timeline alert={data} />
                </section>
                <section class="panel" aria-labelledby="score-title">
                  <h2 id="score-title">Where the score comes from</h2>
                  <Waterfall alert={data} />
                </section>
              </div>
              <div class="column-side">
                <Advice alert={data} onAsk={decide('suspend')} />
                <section class="panel" aria-labelledby="path-title">
                  <h2 id="path-title">Who acted through what</h2>
                  <PathGraph hops={hopsOf(data)} label="Delegation path, whoever started it first" />
                </section>
                {data.incident !== undefined && <Incident alert={data} />}
                <WhoChanged alert={data} />
                <AgentParts alert={data} />
                <Done alert={data} />
                <Ids alert={data} />
              </div>
            </div>
            <Raw alert={data} />
          </article>
        )}
      </Shown>
      {decision !== undefined && (
        <DecisionDialog
          decision={decision}
          onClose={() => setDecision(undefined)}
          onDone={() => {
            setDecision(undefined);
            found.reload();
          }}
        />
      )}
    </div>
  );
}
