/** One suspension with its dry run: what it would stop, what speaks against it, and the hands to approve, reject and lift it. */
import { useRef, useState } from 'preact/hooks';
import type { LookedAt } from '../api/answers.ts';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { may } from '../api/session.ts';
import { Chip } from './badges.tsx';
import { IdentityLink } from './identity-link.tsx';
import { LogText } from './log-text.tsx';
import { Shown } from './states.tsx';
import { StepList } from './step-list.tsx';
import { lasting, Time } from './time.tsx';
import { actionName, count } from './words.ts';

interface Dry {
  readonly binding: string;
  readonly anHour: number;
  readonly since?: string;
  readonly activities?: number;
  readonly services?: readonly { readonly name: string; readonly activities?: number }[];
  readonly downstream?: readonly { readonly name: string }[];
}

const TONES: Readonly<Record<string, 'bad' | 'good' | 'new' | 'warn' | 'quiet'>> = {
  recommended: 'new',
  approved: 'warn',
  dispatched: 'warn',
  confirmed: 'good',
  failed: 'bad',
};
export const stateTone = (state: string) => TONES[state] ?? 'quiet';

export function timeLeft({
  state,
  expiresAt,
  liftAt,
}: {
  readonly state: string;
  readonly expiresAt: string;
  readonly liftAt?: string | undefined;
}): string {
  const end =
    state === 'recommended' || state === 'approved'
      ? expiresAt
      : state === 'dispatched' || state === 'confirmed'
        ? liftAt
        : undefined;
  if (end === undefined) return '';
  const ms = Date.parse(end) - Date.now();
  return ms <= 0 ? 'over' : `${lasting(ms)} left`;
}

function Facts({ looked: { suspension, preview, objections } }: { readonly looked: LookedAt }) {
  const dry = preview as Dry;
  return (
    <>
      <dl class="facts">
        <div>
          <dt>Identity</dt>
          <dd>
            <IdentityLink {...suspension.identity} />
          </dd>
        </div>
        <div>
          <dt>Target</dt>
          <dd>
            {suspension.target.kind} <LogText text={suspension.target.id} max={90} />
          </dd>
        </div>
        <div>
          <dt>Would stop</dt>
          <dd>
            {(dry.activities ?? 0) === 0
              ? 'nothing: it has not been seen'
              : `about ${dry.anHour.toFixed(dry.anHour < 10 ? 1 : 0)} calls an hour`}
            {(dry.services ?? []).length > 0 && (
              <>
                , to{' '}
                {dry.services!.slice(0, 6).map(({ name }, index) => (
                  <span key={name}>
                    {index > 0 && ', '}
                    <LogText text={name} max={40} />
                  </span>
                ))}
              </>
            )}
          </dd>
        </div>
        <div>
          <dt>Works for it</dt>
          <dd>
            {(dry.downstream ?? []).length === 0
              ? 'no other identity that was seen'
              : dry.downstream!.slice(0, 6).map(({ name }, index) => (
                  <span key={name}>
                    {index > 0 && ', '}
                    <LogText text={name} max={40} />
                  </span>
                ))}
          </dd>
        </div>
        <div>
          <dt>Owner</dt>
          <dd>{suspension.owner === undefined ? 'nobody is known' : <LogText text={suspension.owner} />}</dd>
        </div>
        <div>
          <dt>Breaks</dt>
          <dd>
            <LogText text={suspension.breaks} />
          </dd>
        </div>
        <div>
          <dt>Undone</dt>
          <dd>
            {suspension.reversible
              ? `by itself ${lasting(suspension.ttlMs)} after the dispatch, or by hand`
              : 'it cannot be undone'}
          </dd>
        </div>
        {suspension.containment !== undefined && (
          <div>
            <dt>Since then</dt>
            <dd>
              {
                { watching: 'being watched', silent: 'quiet', leaking: 'still successful' }[
                  suspension.containment.status
                ]
              }
              , {count(suspension.containment.successes, 'success', 'successes')}
            </dd>
          </div>
        )}
        {suspension.failure !== undefined && (
          <div>
            <dt>Failure</dt>
            <dd>
              <LogText text={suspension.failure} />
            </dd>
          </div>
        )}
      </dl>
      {objections.length > 0 && (
        <div class="against">
          <h4>What speaks against it now</h4>
          <ul>
            {objections.map((one) => (
              <li key={one}>
                <LogText text={one} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Hands({ looked, onDone }: { readonly looked: LookedAt; readonly onDone: () => void }) {
  const [why, setWhy] = useState('');
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const card = useRef<HTMLElement | null>(null);
  const { suspension, preview } = looked;
  const waits =
    suspension.state === 'recommended' ||
    (suspension.state === 'approved' && suspension.approvals.length < suspension.policy.approvals);
  const lifts = suspension.state === 'dispatched' || suspension.state === 'confirmed';
  if (!waits && !lifts) return null;
  if (!may('responder')) return <p class="soft">To decide about it takes the role responder, at a running Tidemark.</p>;
  if (suspension.liftRequested !== undefined)
    return <p role="status">The lift was asked for and is on its way to the responder.</p>;
  const act = (verb: 'approve' | 'reject' | 'lift') => async () => {
    if (why.trim() === '')
      return setProblem(new Problem(0, { detail: 'say why: the audit trail keeps it', remedy: '' }));
    setBusy(true);
    setProblem(undefined);
    const params = { path: { id: suspension.id } };
    try {
      if (verb === 'approve')
        await got(
          api.POST('/v1/suspensions/{id}/approve', { params, body: { why, binding: preview.binding } as never }),
        );
      else if (verb === 'reject')
        await got(api.POST('/v1/suspensions/{id}/reject', { params, body: { why } as never }));
      else await got(api.POST('/v1/suspensions/{id}/lift', { params, body: { why } as never }));
      setWhy('');
      onDone();
      // The button goes with what it did; who works by keyboard goes on at the card.
      card.current?.focus();
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, { detail: String(error) }));
    }
    setBusy(false);
  };
  return (
    <div
      class="hands"
      ref={(element) => {
        card.current = element?.closest<HTMLElement>('.suspension') ?? card.current;
      }}
    >
      <label class="field">
        <span>Why, for the audit trail</span>
        <input type="text" maxLength={1_000} value={why} onInput={(event) => setWhy(event.currentTarget.value)} />
      </label>
      {problem !== undefined && (
        <p class="state-failed" role="alert">
          {problem.message}. {problem.remedy}
        </p>
      )}
      <div class="dialog-acts">
        {waits && (
          <>
            <button type="button" class="primary" disabled={busy} onClick={act('approve')}>
              Approve
            </button>
            <button type="button" disabled={busy} onClick={act('reject')}>
              Reject
            </button>
          </>
        )}
        {lifts && (
          <button type="button" class="primary" disabled={busy} onClick={act('lift')}>
            Lift it now
          </button>
        )}
      </div>
    </div>
  );
}

function Trail({ id, version }: { readonly id: string; readonly version: string }) {
  const trail = useResource(`trail ${id} ${version}`, () =>
    got(api.GET('/v1/suspensions/{id}/trail', { params: { path: { id } } })),
  );
  return (
    <details>
      <summary>Trail: who decided what, and why</summary>
      <Shown of={trail} what="the trail">
        {({ trail: rows }) => (
          <ol class="trail">
            {rows.map(({ seq, at, event, to, by, why }) => (
              <li key={seq}>
                <Time at={at} /> <strong>{event}</strong> → {to} by {by.kind} <LogText text={by.id} max={40} />:{' '}
                <LogText text={why} max={200} prose />
              </li>
            ))}
          </ol>
        )}
      </Shown>
    </details>
  );
}

export function SuspensionCard({ id }: { readonly id: string }) {
  const looked = useResource(
    `suspension ${id}`,
    () => got(api.GET('/v1/suspensions/{id}', { params: { path: { id } } })),
    {
      isLive: true,
    },
  );
  return (
    <article class="suspension" tabIndex={-1}>
      <Shown of={looked} what="the suspension">
        {(data) => (
          <>
            <h3>
              {actionName(data.suspension.action)}{' '}
              <Chip tone={stateTone(data.suspension.state)} text={data.suspension.state} />{' '}
              <span class="soft">{timeLeft(data.suspension)}</span>
            </h3>
            <p>
              <LogText text={data.suspension.reason} />
            </p>
            <Facts looked={data} />
            <StepList steps={data.steps} />
            <Hands looked={data} onDone={looked.reload} />
            <Trail id={id} version={data.suspension.updatedAt} />
          </>
        )}
      </Shown>
    </article>
  );
}
