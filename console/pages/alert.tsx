/** One alert: what happened in a sentence, why it is unusual, what led to it, what is advised, and what people did. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { may, me } from '../api/session.ts';
import { Advice } from '../parts/advice.tsx';
import { AgentParts } from '../parts/agent-parts.tsx';
import { AlertActivities } from '../parts/alert-activities.tsx';
import { AlertHistory } from '../parts/alert-history.tsx';
import { AlertPath } from '../parts/alert-path.tsx';
import { AlertRecord } from '../parts/alert-record.tsx';
import { Chip, SeverityMark, Standing } from '../parts/badges.tsx';
import { type Decision, DecisionDialog } from '../parts/decision.tsx';
import { EvidenceTable } from '../parts/evidence-table.tsx';
import { IdentityLink } from '../parts/identity-link.tsx';
import { Incident } from '../parts/incident.tsx';
import { useKeys } from '../parts/keys.ts';
import { LogText } from '../parts/log-text.tsx';
import { hrefOf, place } from '../parts/route.ts';
import { Shown } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { Waterfall } from '../parts/waterfall.tsx';
import { WhoChanged } from '../parts/who-changed.tsx';
import { headline, KINDS } from '../parts/words.ts';

/** The gravest in large letters, what else there is in smaller ones: together they are the sentence of the alert. */
function Title({ text }: { readonly text: string }) {
  const { head, rest } = headline(text);
  return (
    <>
      <h1>
        <LogText text={head} max={400} prose />
      </h1>
      {rest !== '' && (
        <p class="alert-rest">
          <LogText text={rest} max={700} prose />
        </p>
      )}
    </>
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
  const showAdvice = () => {
    const advice = document.getElementById('advice');
    advice?.scrollIntoView({ block: 'start', behavior: 'smooth' });
    advice?.focus({ preventScroll: true });
  };
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
      {alert === undefined && <h1 class="visually-hidden">Alert</h1>}
      <Shown of={found} what="the alert" back={{ name: 'the alerts', href: hrefOf(['alerts']) }}>
        {(data) => (
          <article>
            <header class={`alert-head edge-${data.severity}`}>
              <p class="crumbs no-print">
                <a href={hrefOf(['alerts'])}>Alerts</a> ›
              </p>
              <Title text={data.title} />
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
                  <AlertPath alert={data} />
                </section>
                {data.incident !== undefined && <Incident alert={data} />}
                <WhoChanged alert={data} />
                <AgentParts alert={data} />
                <AlertHistory alert={data} />
                <AlertRecord alert={data} />
              </div>
            </div>
            <AlertActivities alert={data} />
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
            // What is to be decided next stands there. The dialog gives the focus back first.
            if (decision.kind === 'suspend') setTimeout(showAdvice);
          }}
        />
      )}
    </div>
  );
}
