/** The step that is advised, what it would stop and how it is undone, with the suspensions that came of it. */
import { benignIf } from '../../src/render/benign-if.ts';
import type { AlertInFull } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { may, me } from '../api/session.ts';
import { IdentityLink } from './identity-link.tsx';
import { LogText } from './log-text.tsx';
import { StepList } from './step-list.tsx';
import { SuspensionCard } from './suspension-card.tsx';
import { Time } from './time.tsx';
import { actionName } from './words.ts';

/** The step in general. Once it is asked for, its preview says the same of the moment. */
function AdviceFacts({ recommendation, means }: Pick<AlertInFull, 'recommendation' | 'means'>) {
  return (
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
        <dt>Good until</dt>
        <dd>
          <Time at={recommendation.expiresAt} withAge />
        </dd>
      </div>
    </dl>
  );
}

export function Advice({ alert, onAsk }: { readonly alert: AlertInFull; readonly onAsk: () => void }) {
  const { recommendation, identity, means } = alert;
  const responds = me.value?.responds === true;
  const suspensions = useResource(
    `suspensions ${alert.id} ${responds}`,
    async () =>
      (await got(api.GET('/v1/suspensions', { params: { query: { alert: alert.id, limit: 20 } } }))).suspensions,
    { isLive: true },
  );
  const harmless = benignIf(alert);
  const isStep = recommendation.action !== 'observe';
  const none = suspensions.data === undefined || suspensions.data.length === 0;
  return (
    <section class="panel" aria-labelledby="advice-title" id="advice" tabIndex={-1}>
      <h2 id="advice-title">Advice: {actionName(recommendation.action).toLowerCase()}</h2>
      <p>
        <LogText text={recommendation.because} max={500} prose />
      </p>
      {harmless !== '' && (
        <p>
          <LogText text={`${harmless.charAt(0).toUpperCase()}${harmless.slice(1)}.`} max={500} prose />
        </p>
      )}
      {none && <AdviceFacts {...alert} />}
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
