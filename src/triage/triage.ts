/** What people do about alerts: where an alert stands, what a verdict or a suppression may be, and what it would hide. */

import { randomUUID } from 'node:crypto';
import { type Alert, SEVERITIES } from '../../schemas/alert.ts';
import {
  type AlertListQuery,
  APPROVAL_MAX_DAYS,
  type Caller,
  type Hidden,
  type LookedAtAlert,
  type Suppression,
  type SuppressionMatch,
  type SuppressionRequest,
  type TriageAction,
  type TriagedAlert,
  type UnlearnRequest,
  type VerdictRequest,
} from '../../schemas/api.ts';
import { type Home, type HomeFilter, mayBe } from '../../schemas/identity-ref.ts';
import type { Clock } from '../ports/outside.ts';
import type { TriageStore } from '../ports/triage.ts';
import { coveredBy, highest, type Invariants, NO_INVARIANTS, outgrown, shownUntil } from './coverage.ts';
import { looksFor, suppressionOf, toldAllTheSame, UNSEEN_SEVERITY } from './suppressing.ts';

const DAY_MS = 86_400_000;
const ACTIONS_MAX = 10_000;
const VERSIONS_MAX = 1_000;
const HIDDEN_SHOWN = 100;
/** Alerts looked at for what a suppression would hide. */
const HISTORY_MAX = 10_000;
/** Pages read to fill one page of a filtered list. */
const PAGES_MAX = 20;
const ID_PREFIX_MIN = 8;

/** Why something a person asked for is not done. */
export interface TriageRefusal {
  readonly status: 'unknown' | 'refused';
  readonly reason: string;
  readonly remedy: string;
}

const UNKNOWN: TriageRefusal = {
  status: 'unknown',
  reason: 'there is no such alert of this tenant',
  remedy: 'Check the id and the tenant.',
};
const refused = (reason: string, remedy: string): TriageRefusal => ({ status: 'refused', reason, remedy });

const DONE: Readonly<Partial<Record<TriageAction['action'], string>>> = {
  acknowledge: 'acknowledged it',
  comment: 'left a note',
  benign: 'called it benign',
  true: 'called it an attack',
};

const STANDING: Readonly<Partial<Record<TriageAction['action'], Alert['status']>>> = {
  acknowledge: 'acknowledged',
  benign: 'resolved',
  // Confirmed is not over: it is for somebody to contain.
  true: 'acknowledged',
};

/** The last thing that a person decided about an alert and that its expiry did not end. */
function lastDecision(alert: Alert, actions: readonly TriageAction[]): TriageAction | undefined {
  const last = actions.findLast(({ action }) => STANDING[action] !== undefined);
  const endedAt = alert.status === 'expired' ? alert.standing?.at : undefined;
  return last !== undefined && endedAt !== undefined && last.at <= endedAt ? undefined : last;
}

/**
 * An alert with where it stands: the last thing a person did counts more than a suppression, for as long as the alert has not
 * grown beyond what that person saw.
 */
export function triaged(
  alert: Alert,
  actions: readonly TriageAction[],
  suppressions: readonly Suppression[],
  invariants: Invariants = NO_INVARIANTS,
): TriagedAlert {
  const last = lastDecision(alert, actions);
  const judged = actions.findLast(({ action }) => action === 'benign' || action === 'true');
  const holds = judged !== undefined && outgrown(alert, judged, invariants) === undefined;
  const reopened = last && outgrown(alert, last, invariants);
  const hidden = suppressionOf(alert, suppressions, invariants);
  // What is stored of an older decision says nothing about what holds now; that its time is over stays so.
  const open = alert.status === 'expired' ? 'expired' : 'new';
  const undecided = hidden === undefined ? open : 'suppressed';
  return {
    ...alert,
    triage: {
      status: last === undefined || reopened !== undefined ? undecided : STANDING[last.action]!,
      ...(holds && { verdict: judged.action as 'benign' | 'true' }),
      ...(reopened !== undefined && { reopened }),
      ...(hidden !== undefined && { suppressedBy: hidden.id }),
      actions: actions.length,
    },
  };
}

/** Only what was told is asked for: an account that is left out leaves all of them. */
const filterOf = ({ provider, account }: Home): HomeFilter => ({
  ...(provider !== undefined && { provider }),
  ...(account !== undefined && { accounts: [account] }),
});

const whoseOf = ({ provider, account }: Home) => ({
  ...(provider !== undefined && { provider }),
  ...(account !== undefined && { account }),
});

const cursorOf = ({ raisedAt, id }: Alert) => Buffer.from(JSON.stringify([raisedAt, id])).toString('base64url');

function placeOf(cursor: string): { raisedAt: string; id: string } | undefined {
  try {
    const [raisedAt, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof raisedAt === 'string' && typeof id === 'string' && !Number.isNaN(Date.parse(raisedAt)))
      return { raisedAt, id };
  } catch {
    // Not one of ours.
  }
  return undefined;
}

export interface TriageParts {
  readonly store: TriageStore;
  readonly clock: Clock;
  readonly onVerdict?: (action: TriageAction) => void;
  /** Detectors whose findings are facts; none are known where this is absent. */
  readonly invariants?: Invariants;
}

export type Triage = ReturnType<typeof createTriage>;

export function createTriage({ store, clock, onVerdict, invariants = NO_INVARIANTS }: TriageParts) {
  const now = () => new Date(clock.now()).toISOString();

  async function standing(tenant: string, alerts: readonly Alert[]): Promise<TriagedAlert[]> {
    if (alerts.length === 0) return [];
    const alertIds = alerts.map(({ id }) => id);
    const actions = await store.actions({ tenant, alertIds, limit: ACTIONS_MAX });
    // One that is over still hides what came before its end.
    const suppressions = await store.suppressions(clock.now() - APPROVAL_MAX_DAYS * DAY_MS, tenant);
    const of = (id: string) => actions.filter(({ alertId }) => alertId === id);
    return alerts.map((alert) => triaged(alert, of(alert.id), suppressions, invariants));
  }

  /** By id, or by a beginning of it that fits one alert only. */
  async function find(tenant: string, id: string): Promise<Alert | undefined> {
    if (id.length < ID_PREFIX_MIN) return undefined;
    const found = await store.alertPage({ tenant, idPrefix: id, limit: 2 });
    return found.find((alert) => alert.id === id) ?? (found.length === 1 ? found[0] : undefined);
  }

  /** The alert as a person looked at it; undefined where it never had that version. */
  async function seenOf(alert: Alert, version: number | undefined): Promise<Alert | undefined> {
    if (version === undefined || version === alert.version) return alert;
    return (await store.versions(alert.tenant, alert.id, VERSIONS_MAX)).find((one) => one.version === version);
  }

  async function record(
    caller: Caller,
    alertId: string,
    make: (seen: Alert) => (Pick<TriageAction, 'action' | 'because'> & Partial<TriageAction>) | TriageRefusal,
    { version, actions }: LookedAtAlert = {},
  ): Promise<TriagedAlert | TriageRefusal> {
    const alert = await find(caller.tenant, alertId);
    if (alert === undefined) return UNKNOWN;
    if (actions !== undefined) {
      const done = await store.actions({ tenant: alert.tenant, alertIds: [alert.id], limit: ACTIONS_MAX });
      const last = done.slice(actions).findLast(({ actor }) => actor !== caller.name);
      if (last !== undefined)
        return refused(
          `${last.actor} ${DONE[last.action] ?? 'decided something'} after you looked at it`,
          'Look at what was done. If you send yours again, it counts as well, and of two verdicts the later one.',
        );
    }
    const seen = await seenOf(alert, version);
    if (seen === undefined)
      return refused(`it has no version ${version}`, 'Look at it again, and name the version that you saw.');
    const made = make(seen);
    if ('reason' in made) return made;
    const action: TriageAction = {
      id: randomUUID(),
      tenant: caller.tenant,
      alertId: alert.id,
      identity: alert.identity.id,
      provider: alert.identity.provider,
      ...(alert.identity.account !== undefined && { account: alert.identity.account }),
      actor: caller.name,
      at: now(),
      countsFrom: shownUntil(seen),
      scope: [],
      covers: coveredBy(seen),
      ...made,
    };
    await store.record(action);
    if (action.action === 'benign' || action.action === 'true') onVerdict?.(action);
    const [result] = await standing(caller.tenant, [alert]);
    return result!;
  }

  /** Stored alerts that a suppression looks for: hidden by it or not, newest first, confirmed ones before the others. */
  async function preview(tenant: string, match: SuppressionMatch) {
    const verdicts = await store.actions({ tenant, kinds: ['benign', 'true'], limit: ACTIONS_MAX });
    const last = new Map(verdicts.map(({ alertId, action }) => [alertId, action]));
    const identity = match.identity === undefined ? {} : { identity: match.identity, home: filterOf(match) };
    const stored = await store.alertPage({ tenant, ...identity, limit: HISTORY_MAX });
    const alerts = stored.filter((alert) => looksFor(match, alert));
    const coverable = alerts.filter((alert) => toldAllTheSame(match, alert, invariants, 'critical') === undefined);
    const maxSeverity = match.maxSeverity ?? highest(coverable.map(({ severity }) => severity)) ?? UNSEEN_SEVERITY;
    const all = alerts.map((alert): Hidden => {
      const { id, title, raisedAt, severity } = alert;
      const told = toldAllTheSame(match, alert, invariants, maxSeverity);
      const confirmed = last.get(id) === 'true';
      return { id, title, raisedAt, severity, confirmed, ...(told !== undefined && { beyond: told }) };
    });
    // Confirmed alerts are shown first, so that no cut leaves them out.
    const wouldHide = all.filter((one) => one.confirmed || one.beyond === undefined);
    wouldHide.sort((a, b) => Number(b.confirmed) - Number(a.confirmed));
    return {
      maxSeverity,
      confirmed: all.filter((one) => one.confirmed).length,
      wouldHide: wouldHide.slice(0, HIDDEN_SHOWN),
      staysTold: all.filter((one) => one.beyond !== undefined).slice(0, HIDDEN_SHOWN),
    };
  }

  function endOf(until: string, after: string): string | TriageRefusal {
    const end = Date.parse(until);
    const latest = Math.max(clock.now(), Date.parse(after)) + APPROVAL_MAX_DAYS * DAY_MS;
    if (end > latest)
      return refused(
        `until is more than ${APPROVAL_MAX_DAYS} days ahead`,
        `Choose an end before ${new Date(latest).toISOString()}.`,
      );
    if (end <= clock.now()) return refused('until is over already', 'Choose an end in the future.');
    return new Date(end).toISOString();
  }

  return {
    async alerts(tenant: string, query: AlertListQuery) {
      const { status, severity, kind, identity, provider, account, owner, incident, since, limit, cursor } = query;
      let after = cursor === undefined ? undefined : placeOf(cursor);
      if (cursor !== undefined && after === undefined)
        return refused('the cursor is not one that was given', 'Take `next` of the page before, as it is.');
      const alerts: TriagedAlert[] = [];
      for (let page = 0; page < PAGES_MAX; page++) {
        const found = await store.alertPage({
          tenant,
          limit,
          ...(identity !== undefined && { identity }),
          home: filterOf({ provider, account }),
          ...(owner !== undefined && { owner }),
          ...(incident !== undefined && { incident }),
          ...(kind !== undefined && { kinds: [kind] }),
          ...(severity !== undefined && { severities: SEVERITIES.slice(SEVERITIES.indexOf(severity)) }),
          ...(since !== undefined && { since }),
          ...(after !== undefined && { after }),
        });
        for (const alert of await standing(tenant, found)) {
          if (status !== undefined && alert.triage.status !== status) continue;
          if (alerts.length === limit) return { alerts, next: cursorOf(alerts.at(-1)!) };
          alerts.push(alert);
        }
        const last = found.at(-1);
        if (last === undefined || found.length < limit) return { alerts };
        after = last;
        if (alerts.length === limit) return { alerts, next: cursorOf(alerts.at(-1)!) };
      }
      return {
        alerts,
        ...(after !== undefined && {
          next: Buffer.from(JSON.stringify([after.raisedAt, after.id])).toString('base64url'),
        }),
      };
    },

    async alert(tenant: string, id: string): Promise<TriagedAlert | undefined> {
      const alert = await find(tenant, id);
      return alert === undefined ? undefined : (await standing(tenant, [alert]))[0];
    },

    async history(tenant: string, id: string) {
      const alert = await find(tenant, id);
      if (alert === undefined) return { versions: [], actions: [] };
      const versions = await store.versions(tenant, alert.id, VERSIONS_MAX);
      return { versions, actions: await store.actions({ tenant, alertIds: [alert.id], limit: ACTIONS_MAX }) };
    },

    acknowledge: (caller: Caller, alertId: string, because: string, looked?: LookedAtAlert) =>
      record(caller, alertId, () => ({ action: 'acknowledge', because }), looked),

    comment: (caller: Caller, alertId: string, comment: string) =>
      record(caller, alertId, () => ({ action: 'comment', because: comment })),

    /** Of the version that the request names, which the person looked at: it may have grown since. */
    verdict: (caller: Caller, alertId: string, request: VerdictRequest) =>
      record(
        caller,
        alertId,
        (alert) => {
          if (request.verdict === 'true') return { action: 'true', because: request.because };
          const until = endOf(request.until, alert.lastAt);
          if (typeof until !== 'string') return until;
          const scope = request.scope === 'all-evidence' ? [] : request.scope;
          const strange = scope.find((field) => !alert.evidence.some((evidence) => evidence.field === field));
          if (strange !== undefined) {
            const fields = [...new Set(alert.evidence.map(({ field }) => field))].join(', ');
            return refused('the scope names a field that is no evidence of this alert', `Its evidence: ${fields}.`);
          }
          return { action: 'benign', because: request.because, until, scope };
        },
        request,
      ),

    /** An identity forgets what it learned in a time, or what it learned when an alert was raised and what that was raised for. */
    async unlearn(caller: Caller, identity: string, request: UnlearnRequest): Promise<TriageAction | TriageRefusal> {
      const alert = 'alertId' in request ? await find(caller.tenant, request.alertId) : undefined;
      if ('alertId' in request && (alert?.identity.id !== identity || !mayBe(request, alert.identity)))
        return { ...UNKNOWN, reason: 'there is no such alert of this identity' };
      const [from, to] =
        'alertId' in request ? [alert?.firstAt ?? '', alert?.lastAt ?? ''] : [request.from, request.to ?? now()];
      if (Date.parse(to) < Date.parse(from)) return refused('the end is before the beginning', 'Exchange from and to.');
      const action: TriageAction = {
        id: randomUUID(),
        tenant: caller.tenant,
        alertId: alert?.id ?? '',
        identity,
        ...whoseOf(alert?.identity ?? request),
        action: 'unlearn',
        actor: caller.name,
        at: now(),
        countsFrom: new Date(from).toISOString(),
        because: request.because,
        until: new Date(to).toISOString(),
        scope: [request.how],
      };
      await store.record(action);
      return action;
    },

    unlearned: (tenant: string, identity: string) =>
      store.actions({ tenant, identity, kinds: ['unlearn'], limit: ACTIONS_MAX }),

    suppressions: (tenant: string) => store.suppressions(clock.now(), tenant),

    /**
     * Refused when a stored alert that a person confirmed is what it looks for, even if that one had evidence beyond it. What it
     * hides is never more severe than what it would have hidden so far, unless the request says so.
     */
    async suppress(caller: Caller, request: SuppressionRequest) {
      const { maxSeverity, confirmed, ...shown } = await preview(caller.tenant, request.match);
      if (confirmed > 0)
        return {
          ...refused(
            `it would have hidden ${confirmed} ${confirmed === 1 ? 'alert that was' : 'alerts that were'} confirmed`,
            'Make it narrower, for instance by naming a piece of evidence; `wouldHide` lists them.',
          ),
          ...shown,
        };
      const until = endOf(request.until, now());
      if (typeof until !== 'string') return { ...until, ...shown };
      if (request.dryRun) return shown;
      const suppression: Suppression = {
        id: randomUUID(),
        tenant: caller.tenant,
        owner: request.owner,
        actor: caller.name,
        from: now(),
        until,
        because: request.because,
        match: { ...request.match, maxSeverity },
        lifted: false,
      };
      await store.saveSuppression(suppression, clock.now());
      return { suppression, ...shown };
    },

    async lift(caller: Caller, id: string): Promise<Suppression | TriageRefusal> {
      const found = (await store.suppressions(clock.now(), caller.tenant)).find((one) => one.id === id);
      if (found === undefined)
        return { ...UNKNOWN, reason: 'there is no such suppression in force', remedy: 'See GET /v1/suppressions.' };
      const lifted = { ...found, lifted: true };
      // Of two states the later one counts, and the clock has milliseconds.
      if (!found.lifted) await store.saveSuppression(lifted, Math.max(clock.now(), Date.parse(found.from) + 1));
      return lifted;
    },
  };
}
