/** What a person decides about an alert - acknowledge, benign, true, suppress, comment - with what it would have hidden before it counts. */
import { useMemo, useState } from 'preact/hooks';
import { fieldName } from '../../src/render/field-names.ts';
import type { Alert } from '../api/answers.ts';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { draftOf, keepDraft, me } from '../api/session.ts';
import { Dialog } from './dialog.tsx';
import { LogText } from './log-text.tsx';
import { Shown } from './states.tsx';
import { Time } from './time.tsx';
import { count } from './words.ts';

export interface Decision {
  readonly kind: 'acknowledge' | 'benign' | 'true' | 'suppress' | 'comment' | 'suspend';
  readonly alert: Alert;
}

interface DecisionProps {
  readonly decision: Decision;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const TITLES: Readonly<Record<Decision['kind'], string>> = {
  acknowledge: 'Acknowledge: somebody is looking at it',
  benign: 'Benign: approve its evidence for a time',
  true: 'True: it is an attack',
  suppress: 'Suppress such alerts for a time',
  comment: 'Leave a note',
  suspend: 'Ask for a suspension',
};
const EFFECTS: Partial<Record<Decision['kind'], string>> = {
  benign:
    'The values you approve are usual for this identity until the end you choose. Anything beyond them is told as before.',
  true: 'What the intruder taught is taken back, its values stay news, and the alert stays open until somebody has contained it.',
  suppress:
    'Alerts that have nothing beyond what you choose are hidden, and still kept. What is certain, or more severe, is told.',
  suspend: 'This only asks. You then see what it would stop, and nothing is done before it is approved.',
};
const DAY_MS = 86_400_000;
const DAYS_MAX = 90;
const DEFAULT_DAYS = 30;

const endOf = (day: string) => `${day}T23:59:59Z`;
const dateIn = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** What a suppression of some pieces of evidence would hide: asked of the server, changes nothing. */
function WouldHide({
  alert,
  fields,
  owner,
  until,
}: {
  readonly alert: Alert;
  readonly fields: readonly string[];
  readonly owner: string;
  readonly until: string;
}) {
  const evidence = piecesOf(alert, fields);
  const preview = useResource(
    JSON.stringify([alert.id, evidence, until]),
    () =>
      got(
        api.POST('/v1/suppressions', {
          body: {
            owner: owner || 'preview',
            until: endOf(until),
            because: 'preview',
            match: { ...whoseOf(alert), evidence },
            dryRun: true,
          } as never,
        }) as never,
      ) as Promise<{ wouldHide: Alert[]; staysTold: Alert[] }>,
  );
  if (evidence.length === 0) return null;
  return (
    <section class="would-hide" aria-label="What it would have hidden">
      <Shown of={preview} what="what it would have hidden">
        {({ wouldHide, staysTold }) => (
          <>
            <h3>
              It would have hidden {count(wouldHide.length, 'stored alert')}, and {count(staysTold.length, 'alert')}{' '}
              like it would still be told
            </h3>
            <ul class="plain-list">
              {wouldHide.slice(0, 8).map(({ id, title, raisedAt }) => (
                <li key={id}>
                  <Time at={raisedAt} /> <LogText text={title} max={120} prose />
                </li>
              ))}
            </ul>
          </>
        )}
      </Shown>
    </section>
  );
}

/** Whom an alert is about, for a suppression: an id alone would silence others that have the same id elsewhere. */
const whoseOf = ({ identity: { id, provider, account } }: Alert) => ({ identity: id, provider, account });

function piecesOf(alert: Alert, fields: readonly string[]) {
  const seen = new Set<string>();
  return alert.evidence
    .filter(
      ({ field, seen: value }) =>
        fields.includes(field) && !seen.has(`${field} ${value}`) && seen.add(`${field} ${value}`),
    )
    .slice(0, 64)
    .map(({ field, seen: value }) => ({ field, seen: value }));
}

async function decide(
  decision: Decision,
  actions: number,
  because: string,
  fields: readonly string[],
  until: string,
  all: boolean,
): Promise<unknown> {
  const { kind, alert } = decision;
  const params = { path: { id: alert.id } };
  // What was looked at: it may have grown while somebody thought about it.
  const { version } = alert;
  switch (kind) {
    case 'acknowledge':
      return got(
        api.POST('/v1/alerts/{id}/acknowledge', {
          params,
          body: because === '' ? { version, actions } : { because, version, actions },
        }),
      );
    case 'comment':
      return got(api.POST('/v1/alerts/{id}/comments', { params, body: { comment: because } }) as never);
    case 'true':
      return got(api.POST('/v1/alerts/{id}/verdict', { params, body: { verdict: 'true', because, version, actions } }));
    case 'benign':
      return got(
        api.POST('/v1/alerts/{id}/verdict', {
          params,
          body: {
            verdict: 'benign',
            because,
            version,
            actions,
            until: endOf(until),
            scope: all ? 'all-evidence' : [...fields],
          },
        }),
      );
    case 'suppress':
      return got(
        api.POST('/v1/suppressions', {
          body: {
            owner: me.value?.name ?? '',
            until: endOf(until),
            because,
            match: { ...whoseOf(alert), evidence: piecesOf(alert, fields) },
            dryRun: false,
          } as never,
        }) as never,
      );
    case 'suspend': {
      const { action, target } = alert.recommendation;
      const { id, kind: whose, provider, account } = alert.identity;
      return got(
        api.POST('/v1/suspensions', {
          body: {
            identity: { id, kind: whose, provider, ...(account !== undefined && { account }) },
            action: action as never,
            target,
            alertId: alert.id,
            parameters: {},
            why: because,
          },
        }) as never,
      );
    }
  }
}

/** How many actions there are by now. */
const actionsOf = async ({ id }: Alert) =>
  (await got(api.GET('/v1/alerts/{id}', { params: { path: { id } } }))).triage.actions;

export function DecisionDialog({ decision, onClose, onDone }: DecisionProps) {
  const { kind, alert } = decision;
  const fields = useMemo(() => [...new Set(alert.evidence.map(({ field }) => field))], [alert]);
  const [chosen, setChosen] = useState<readonly string[]>(fields);
  const draft = `${kind} ${alert.id}`;
  const [because, setBecause] = useState(draftOf(draft));
  const [until, setUntil] = useState(dateIn(DEFAULT_DAYS));
  const [seen, setSeen] = useState(alert.triage.actions);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const scoped = kind === 'benign' || kind === 'suppress';
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await decide(decision, seen, because.trim(), chosen, until, chosen.length === fields.length);
      keepDraft(draft, '');
      onDone();
    } catch (error) {
      setProblem(error instanceof Problem ? error : new Problem(0, { detail: String(error) }));
      // What others did meanwhile was told now; whoever sends it again has seen it.
      if (error instanceof Problem && error.status === 422) setSeen(await actionsOf(alert).catch(() => seen));
      setBusy(false);
    }
  };
  const close = () => {
    keepDraft(draft, '');
    onClose();
  };
  return (
    <Dialog title={TITLES[kind]} onClose={close}>
      <form onSubmit={submit} class="decision">
        <p class="decision-alert">
          <LogText text={alert.title} max={240} prose />
        </p>
        {EFFECTS[kind] !== undefined && <p class="soft">{EFFECTS[kind]}</p>}
        {scoped && (
          <>
            <fieldset>
              <legend>Evidence it covers</legend>
              {fields.map((field) => (
                <label key={field} class="check">
                  <input
                    type="checkbox"
                    checked={chosen.includes(field)}
                    onChange={(event) =>
                      setChosen(
                        fields.filter((one) => (one === field ? event.currentTarget.checked : chosen.includes(one))),
                      )
                    }
                  />
                  <span>
                    {fieldName(field)} <code>{field}</code>:{' '}
                    {alert.evidence
                      .filter((one) => one.field === field)
                      .slice(0, 3)
                      .map(({ seen }, index) => (
                        <span key={seen}>
                          {index > 0 && ', '}
                          <LogText text={seen} max={60} />
                        </span>
                      ))}
                  </span>
                </label>
              ))}
            </fieldset>
            <label class="field">
              <span>Until the end of</span>
              <input
                type="date"
                required
                min={dateIn(1)}
                max={dateIn(DAYS_MAX - 1)}
                value={until}
                onInput={(event) => setUntil(event.currentTarget.value)}
              />
            </label>
            <WouldHide alert={alert} fields={chosen} owner={me.value?.name ?? ''} until={until} />
          </>
        )}
        <label class="field">
          <span>{kind === 'comment' ? 'Note' : 'Why'}</span>
          <textarea
            required={kind !== 'acknowledge'}
            maxLength={1_000}
            rows={3}
            value={because}
            onInput={(event) => {
              setBecause(event.currentTarget.value);
              keepDraft(draft, event.currentTarget.value);
            }}
          />
        </label>
        {problem !== undefined && (
          <p class="state-failed" role="alert">
            {problem.message}. {problem.remedy}
          </p>
        )}
        <div class="dialog-acts">
          <button type="submit" class="primary" disabled={busy || (scoped && chosen.length === 0)}>
            {busy
              ? 'Sending …'
              : {
                  acknowledge: 'Acknowledge',
                  benign: 'Call it benign',
                  true: 'Call it an attack',
                  suppress: 'Suppress',
                  comment: 'Leave the note',
                  suspend: 'Ask for it',
                }[kind]}
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
