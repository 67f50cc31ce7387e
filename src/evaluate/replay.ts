/** Plays labelled activities through an engine, as a stream would bring them, and keeps what an evaluation needs. */
import { performance } from 'node:perf_hooks';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { Engine, EngineOutcome, Located } from '../core/engine-contract.ts';
import { judgedAlert } from './judged-alert.ts';
import { rule } from './score.ts';
import type { Truth } from './truth.ts';

const DAY_MS = 86_400_000;

export interface ReplaySettings {
  /** `next-day` feeds each alert's verdict back a day of event time after it was raised, as a SOC would; `none` feeds nothing. */
  readonly verdicts: 'none' | 'next-day';
  /** Activities handed over at a time; the outcome does not depend on it. */
  readonly batchRows?: number;
}

/** The least p of one identity on one UTC day of the judged month. */
export interface IdentityDay {
  readonly identity: string;
  readonly day: number;
  p: number;
}

export interface Replayed {
  /** Every alert that was delivered, in its last version, in order of first raising. */
  readonly alerts: readonly Alert[];
  readonly observed: number;
  readonly events: number;
  /** Time spent inside the engine, milliseconds of wall time. */
  readonly engineMs: number;
  readonly identities: number;
  /** Bytes of all memories. */
  readonly bytes: number;
  readonly verdicts: number;
  /** Judged identity-days with an activity. A day without a finding has p = 1. */
  readonly days: readonly IdentityDay[];
  /** Peer class of each identity at the end. */
  readonly peersOf: ReadonlyMap<string, string>;
}

/** What a SOC that knew the truth would say of an alert. An attack in the learning period is one too. */
function verdictOn(alert: Alert, truth: Truth): 'benign' | 'true' {
  if (rule(judgedAlert(alert), truth).found.size > 0) return 'true';
  const cited = new Set(alert.activityIds);
  const early = truth.learning.some(
    ({ told, whose }) => whose.has(alert.identity.id) && told.activityIds.some((id) => cited.has(id)),
  );
  return early ? 'true' : 'benign';
}

/** Replays `events`, which must be in time order, through a new engine. */
export async function replayForEvaluation(
  createEngine: () => Engine,
  events: AsyncIterable<Activity>,
  truth: Truth,
  settings: ReplaySettings,
): Promise<Replayed> {
  const engine = createEngine();
  const batchRows = settings.batchRows ?? 2_000;
  const alerts = new Map<string, Alert>();
  const told = new Set<string>();
  const days = new Map<string, IdentityDay>();
  const tenants = new Map<string, string>();
  const due: { atMs: number; id: string }[] = [];
  let batch: Located[] = [];
  let observed = 0;
  let engineMs = 0;
  let offset = 0;
  let verdicts = 0;

  const note = (identity: string, at: string, p: number) => {
    const atMs = Date.parse(at);
    if (atMs < truth.learnS * 1000) return;
    const day = Math.floor(atMs / DAY_MS);
    const key = `${day} ${identity}`;
    const known = days.get(key);
    if (!known) days.set(key, { identity, day, p });
    else if (p < known.p) known.p = p;
  };
  const take = (outcome: EngineOutcome) => {
    for (const id of outcome.news) told.add(id);
    for (const alert of outcome.alerts) {
      if (!alerts.has(alert.id)) due.push({ atMs: Date.parse(alert.raisedAt) + DAY_MS, id: alert.id });
      alerts.set(alert.id, alert);
      note(alert.identity.id, alert.raisedAt, alert.p);
    }
    for (const alert of outcome.observed) note(alert.identity.id, alert.raisedAt, alert.p);
    observed += outcome.observed.length;
  };
  const flush = () => {
    if (batch.length === 0) return;
    const started = performance.now();
    const outcome = engine.process(batch);
    engineMs += performance.now() - started;
    batch = [];
    take(outcome);
  };
  /** Verdicts whose day has come; raised in time order, so the queue is too. */
  const speak = (nowMs: number) => {
    while (due.length > 0 && due[0]!.atMs <= nowMs) {
      const { id, atMs } = due.shift()!;
      const alert = alerts.get(id)!;
      const verdict = verdictOn(alert, truth);
      const at = new Date(atMs).toISOString();
      const { tenant, identity } = alert;
      engine.verdict({
        tenant,
        alertId: id,
        identity: identity.id,
        verdict,
        said: `${at} ${id}`,
        at,
        ...(verdict === 'benign' ? { until: new Date(atMs + 90 * DAY_MS).toISOString() } : {}),
      });
      verdicts++;
    }
  };

  let nextDay = 0;
  for await (const activity of events) {
    const nowMs = Date.parse(activity.at);
    if (settings.verdicts === 'next-day') {
      // A due verdict may concern an alert of the open batch, so a batch never spans the moment of a verdict.
      if (nowMs >= nextDay) {
        flush();
        nextDay = Math.floor(nowMs / 3_600_000) * 3_600_000 + 3_600_000;
        due.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
        speak(nowMs);
      }
    }
    note(activity.identity.id, activity.at, 1);
    tenants.set(activity.identity.id, activity.tenant);
    batch.push({ activity, offset: offset++ });
    if (batch.length >= batchRows) flush();
  }
  flush();

  const peersOf = new Map<string, string>();
  for (const [identity, tenant] of tenants) {
    const profile = engine.profile(tenant, identity);
    if (profile) peersOf.set(identity, profile.peers);
  }
  return {
    alerts: [...alerts.values()].filter(({ id }) => told.has(id)),
    observed,
    events: offset,
    engineMs,
    ...engine.size(),
    verdicts,
    days: [...days.values()],
    peersOf,
  };
}
