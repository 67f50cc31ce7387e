/** The queue: alerts newest first, incidents folded into one row, filters in the address, everything by key. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Alert } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { may } from '../api/session.ts';
import { SeverityMark, Standing } from '../parts/badges.tsx';
import { BudgetPanel } from '../parts/budget-dial.tsx';
import { type Decision, DecisionDialog } from '../parts/decision.tsx';
import { fold, type Row } from '../parts/fold.ts';
import { IdentityLink } from '../parts/identity-link.tsx';
import { useKeys } from '../parts/keys.ts';
import { LogText } from '../parts/log-text.tsx';
import { go, hrefOf, place, setQuery } from '../parts/route.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { age, Time } from '../parts/time.tsx';
import { actionName, count, KINDS, SEVERITY_ORDER, STATUSES } from '../parts/words.ts';

const PAGE = 50;
const LOADED_MAX = 500;

type Filters = Partial<Record<'status' | 'severity' | 'kind' | 'identity' | 'owner' | 'incident', string>>;

async function load(filters: Filters, wanted: number): Promise<{ alerts: Alert[]; next: boolean }> {
  const alerts: Alert[] = [];
  let cursor: string | undefined;
  do {
    const query = {
      ...filters,
      limit: Math.min(PAGE, wanted - alerts.length),
      ...(cursor !== undefined && { cursor }),
    };
    const page = await got(api.GET('/v1/alerts', { params: { query: query as never } }));
    alerts.push(...page.alerts);
    cursor = page.next;
  } while (cursor !== undefined && alerts.length < wanted);
  return { alerts, next: cursor !== undefined };
}

function Choice({
  label,
  name,
  options,
}: {
  readonly label: string;
  readonly name: keyof Filters;
  readonly options: readonly (readonly [string, string])[];
}) {
  return (
    <label class="filter">
      <span>{label}</span>
      <select
        value={place.value.query.get(name) ?? ''}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value })}
      >
        <option value="">All</option>
        {options.map(([value, said]) => (
          <option key={value} value={value}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}

function Written({ label, name }: { readonly label: string; readonly name: keyof Filters }) {
  const given = place.value.query.get(name) ?? '';
  // What is being written stays when the page is drawn anew meanwhile, until the address says something else.
  const [draft, setDraft] = useState({ given, written: given });
  const take = (input: HTMLInputElement) => setQuery({ [name]: input.value.trim() });
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        type="search"
        value={draft.given === given ? draft.written : given}
        onInput={(event) => setDraft({ given, written: event.currentTarget.value })}
        onChange={(event) => take(event.currentTarget)}
        onKeyDown={(event) => event.key === 'Enter' && take(event.currentTarget)}
      />
    </label>
  );
}

function FilterBar() {
  const given = [...place.value.query.keys()].length;
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()} aria-label="Filters">
      <Choice label="Status" name="status" options={Object.entries(STATUSES)} />
      <Choice
        label="Severity"
        name="severity"
        options={SEVERITY_ORDER.map((one) => [one, one === 'critical' ? one : `${one} or more`] as const)}
      />
      <Choice label="Kind" name="kind" options={Object.entries(KINDS)} />
      <Written label="Identity (id)" name="identity" />
      <Written label="Owner" name="owner" />
      {given > 0 && (
        <button
          type="button"
          class="small"
          onClick={() => setQuery({ status: '', severity: '', kind: '', identity: '', owner: '', incident: '' })}
        >
          Clear filters
        </button>
      )}
    </form>
  );
}

interface RowProps {
  readonly row: Row;
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly onUnfold: (incident: string) => void;
}

function QueueRow({ row: { alert, folded }, chosen, onChoose, onUnfold }: RowProps) {
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) element.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  const { identity, owner, raisedAt, severity, title, recommendation, kinds } = alert;
  return (
    <li
      ref={element}
      class={`queue-row edge-${severity}`}
      aria-current={chosen ? 'true' : undefined}
      onFocusIn={onChoose}
    >
      <div class="queue-severity">
        <SeverityMark severity={severity} />
      </div>
      <div class="queue-what">
        <a class="queue-title" href={hrefOf(['alerts', alert.id])}>
          <LogText text={title} max={260} prose />
        </a>
        <div class="queue-tags soft">
          {kinds.map((kind) => KINDS[kind] ?? kind).join(' · ')}
          {folded.length > 0 && alert.incident !== undefined && (
            <button type="button" class="link" onClick={() => onUnfold(alert.incident!)}>
              one incident of {new Set([alert, ...folded].map(({ identity: { id } }) => id)).size} identities: show all
            </button>
          )}
        </div>
      </div>
      <div class="queue-who">
        <IdentityLink {...identity} max={34} />
        <div class="soft">{owner === undefined ? 'no owner known' : <LogText text={owner} max={34} />}</div>
      </div>
      <div class="queue-when" title={age(raisedAt)}>
        <Time at={raisedAt} />
        <div class="soft">{age(raisedAt)}</div>
      </div>
      <div class="queue-standing">
        <Standing alert={alert} />
      </div>
      <div class="queue-advice">{actionName(recommendation.action)}</div>
    </li>
  );
}

/** Who comes back from an alert goes on where they were. */
let left: { readonly chosen: string | undefined; readonly open: ReadonlySet<string> } = {
  chosen: undefined,
  open: new Set(),
};

export function AlertsPage() {
  const filters = Object.fromEntries(place.value.query) as Filters;
  const [wanted, setWanted] = useState(PAGE);
  const [open, setOpen] = useState(left.open);
  const [chosenId, choose] = useState(left.chosen);
  const [decision, setDecision] = useState<Decision | undefined>(undefined);
  const key = JSON.stringify([filters, wanted]);
  const queue = useResource(key, () => load(filters, wanted), { isLive: true });
  const [shown, setShown] = useState<{ alerts: Alert[]; next: boolean } | undefined>(undefined);
  // While more is loaded, what was there stays.
  useEffect(() => {
    if (queue.data !== undefined) setShown(queue.data);
  }, [queue.data]);
  const rows = useMemo(() => fold((queue.data ?? shown)?.alerts ?? [], open), [queue.data, shown, open]);
  // By its id: what comes in meanwhile moves rows, and a key is meant for the alert that was looked at.
  const at = Math.max(
    0,
    rows.findIndex(({ alert, folded }) => alert.id === chosenId || folded.some(({ id }) => id === chosenId)),
  );
  const chosen = rows[at]?.alert;
  // Set together with what is drawn: a key right after a choice may leave the page.
  useLayoutEffect(() => {
    if (chosen !== undefined) left = { chosen: chosen.id, open };
  }, [chosen, open]);
  const move = (steps: number) => choose(rows[Math.max(0, Math.min(at + steps, rows.length - 1))]?.alert.id);
  const decide = (kind: Decision['kind']) => () => {
    if (chosen !== undefined && may(kind === 'suspend' ? 'responder' : 'analyst')) setDecision({ kind, alert: chosen });
  };
  useKeys([
    { key: 'j', does: 'next alert', run: () => move(1) },
    { key: 'k', does: 'alert before', run: () => move(-1) },
    { key: 'Enter', does: 'open the alert', run: () => chosen && go(['alerts', chosen.id]) },
    { key: 'a', does: 'acknowledge it', run: decide('acknowledge') },
    { key: 'b', does: 'benign: approve its evidence for a time', run: decide('benign') },
    { key: 't', does: 'true: it is an attack', run: decide('true') },
    {
      key: 's',
      does: 'see the suspension that is advised',
      run: () => chosen && go(['alerts', chosen.id], { show: 'advice' }),
    },
  ]);
  const filtered = Object.keys(filters).length > 0;
  return (
    <div class="page">
      <BudgetPanel />
      <section aria-labelledby="queue-title">
        <div class="title-line">
          <h1 id="queue-title">Alerts</h1>
          <FilterBar />
        </div>
        <Shown of={queue.data === undefined && shown !== undefined ? { ...queue, data: shown } : queue} what="alerts">
          {(data) =>
            rows.length === 0 ? (
              <Empty title={filtered ? 'No alert matches these filters.' : 'No alerts.'}>
                {filtered ? (
                  'Clear a filter to see more.'
                ) : (
                  <>
                    Nothing has drifted so far, or nothing was sent yet.{' '}
                    <a href={hrefOf(['health'])}>See what comes in</a>, or judge some history with{' '}
                    <code>tidemark replay FILES --store DIR</code>.
                  </>
                )}
              </Empty>
            ) : (
              <>
                <ol class="queue">
                  {rows.map((row) => (
                    <QueueRow
                      key={row.alert.id}
                      row={row}
                      chosen={row.alert === chosen}
                      onChoose={() => choose(row.alert.id)}
                      onUnfold={(incident) => setOpen(new Set([...open, incident]))}
                    />
                  ))}
                </ol>
                <p class="soft">
                  {count(data.alerts.length, 'alert')}
                  {rows.length < data.alerts.length && `, folded into ${count(rows.length, 'row')}`}
                  {data.next && wanted < LOADED_MAX && (
                    <>
                      {' '}
                      <button
                        type="button"
                        onClick={() => setWanted(Math.min(LOADED_MAX, wanted + PAGE))}
                        disabled={queue.loading}
                      >
                        Show {PAGE} more
                      </button>
                    </>
                  )}
                  {data.next && wanted >= LOADED_MAX && ' or more: narrow the filters to see the rest.'}
                </p>
              </>
            )
          }
        </Shown>
      </section>
      {decision !== undefined && (
        <DecisionDialog
          decision={decision}
          onClose={() => setDecision(undefined)}
          onDone={() => {
            setDecision(undefined);
            queue.reload();
          }}
        />
      )}
    </div>
  );
}
