/** What people and rules decide about alerts is sent once, until the alert tells it, and a shared page closes with the last of its alerts. */
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import type { Suppression, TriageAction } from '../../schemas/api.ts';
import type { Decided } from '../../schemas/standing.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import type { OutgoingMessage, TopicMessage } from '../ports/stream.ts';
import type { TriageStore } from '../ports/triage.ts';
import { coveredBy, shownUntil } from '../triage/coverage.ts';
import type { Contained } from '../triage/standing.ts';
import { readDecidedMessage } from './standing-message.ts';
import { createStandingWatch } from './standing-watch.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

function read({ value, headers = {} }: OutgoingMessage): Decided {
  const named = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)] as const);
  const message: TopicMessage = {
    offset: 0,
    key: null,
    timestamp: 0,
    value: Buffer.from(value),
    headers: Object.fromEntries(named),
  };
  const said = readDecidedMessage(message);
  if (said === undefined || typeof said === 'string') throw new Error(`not a decision: ${said}`);
  return said.decided;
}

/** A store of alerts, and a worker that makes the version that it is sent. */
function world(...alerts: Alert[]) {
  const stored = new Map(alerts.map((alert) => [alert.id, alert]));
  const actions: TriageAction[] = [];
  const suppressions: Suppression[] = [];
  const contained: (Contained & { tenant: string })[] = [];
  const sent: Decided[] = [];
  const state = { now: Date.parse('2026-11-02T10:00:00.000Z'), leads: true, works: true };
  const triage: Pick<TriageStore, 'alertPage' | 'actions' | 'suppressions'> = {
    alertPage: async ({ idPrefix = '', cause, limit }) =>
      [...stored.values()]
        .filter((alert) => alert.id.startsWith(idPrefix) && (cause === undefined || alert.cause === cause))
        .slice(0, limit),
    actions: async ({ alertIds, kinds }) =>
      actions.filter(
        ({ alertId, action }) =>
          (alertIds === undefined || alertIds.includes(alertId)) && (kinds === undefined || kinds.includes(action)),
      ),
    suppressions: async () => suppressions,
  };
  const watch = createStandingWatch({
    triage,
    ledger: { tenants: async () => [{ tenant: 'default', identities: 1, alerts: stored.size }] },
    contained: async (query) =>
      contained.filter((one) => 'since' in query || (one.alertId === query.alertId && one.tenant === query.tenant)),
    clock: { now: () => state.now },
    eventMs: () => state.now,
    expireAfterDays: 30,
    scrub: (_, text) => text.replaceAll('hunter2', '***'),
    leads: () => state.leads,
    async send(messages) {
      for (const decided of messages.map(read)) {
        sent.push(decided);
        const alert = stored.get(decided.alertId) as Alert;
        if (!state.works || alert.version !== decided.version) continue;
        const { status, change, standing } = decided;
        stored.set(alert.id, { ...alert, version: alert.version + 1, status, change, standing });
      }
    },
    onFault: (error) => expect.unreachable(String(error)),
  });
  return {
    state,
    sent,
    stored,
    contained,
    suppressions,
    decide(action: TriageAction['action'], id: string, because = 'looking') {
      const alert = stored.get(id) as Alert;
      actions.push({
        id: `${actions.length}`,
        tenant: alert.tenant,
        alertId: id,
        identity: alert.identity.id,
        action,
        actor: 'ada',
        at: new Date(state.now).toISOString(),
        countsFrom: shownUntil(alert),
        because,
        scope: [],
        covers: coveredBy(alert),
      });
    },
    /** Looks a few times, as the minutes pass; gives what was sent meanwhile. */
    async told(afterMs = 60_000) {
      const from = sent.length;
      for (let i = 0; i < 4; i++) {
        state.now += afterMs / 4;
        await watch.look();
      }
      return sent
        .slice(from)
        .map(({ alertId, change, status, standing }) => `${alertId} ${change} ${status} ${standing.page}`);
    },
    note: (id: string) => watch.note([stored.get(id) as Alert]),
    /** Of another tenant, thousands of alerts change. */
    flood: (alerts: number) =>
      watch.note(Array.from({ length: alerts }, (_, n) => ({ tenant: 'flood', id: `alr_flood_${n}` }))),
  };
}

const one = exampleAlert({ id: 'alr_one_one', cause: 'c' });
const two = exampleAlert({ id: 'alr_two_two', cause: 'c', identity: { ...one.identity, id: 'other' } });

describe('what is decided about an alert', () => {
  it('is sent once, with who said it and why, and never a secret', async () => {
    const { decide, told, sent } = world(one);
    expect(await told()).toEqual([]);
    decide('acknowledge', one.id, 'is hunter2 out?');
    expect(await told()).toEqual(['alr_one_one acknowledged acknowledged acknowledged']);
    expect(sent[0]).toMatchObject({ version: 1, standing: { by: 'ada', because: 'is *** out?' } });
    expect(await told(HOUR_MS)).toEqual([]);
    decide('true', one.id);
    expect(await told()).toEqual(['alr_one_one confirmed acknowledged acknowledged']);
    decide('benign', one.id);
    expect(await told()).toEqual(['alr_one_one resolved resolved resolved']);
    expect(await told(HOUR_MS)).toEqual([]);
  });

  it('is sent again until the alert tells it', async () => {
    const { decide, told, state } = world(one);
    state.works = false;
    decide('acknowledge', one.id);
    expect((await told()).length).toBeGreaterThan(1);
    state.works = true;
    expect(await told()).toHaveLength(1);
    expect(await told()).toEqual([]);
  });

  it('is left to the one process that watches', async () => {
    const { decide, told, state } = world(one);
    state.leads = false;
    decide('acknowledge', one.id);
    expect(await told()).toEqual([]);
    state.leads = true;
    expect(await told()).toHaveLength(1);
  });

  it('ends when the alert outgrows it', async () => {
    const { decide, told, stored, note } = world({ ...one, severity: 'low' });
    decide('benign', one.id);
    await told();
    const now = stored.get(one.id) as Alert;
    stored.set(one.id, { ...now, version: now.version + 1, severity: 'critical' });
    note(one.id);
    expect(await told()).toEqual(['alr_one_one reopened new new']);
    expect(await told(HOUR_MS)).toEqual([]);
  });

  it('is told beside a flood of another tenant, which takes no place of its own', async () => {
    const { decide, told, stored, note, flood } = world({ ...one, severity: 'low' });
    decide('benign', one.id);
    await told();
    const now = stored.get(one.id) as Alert;
    stored.set(one.id, { ...now, version: now.version + 1, severity: 'critical' });
    note(one.id);
    flood(12_000);
    expect(await told(8_000)).toEqual(['alr_one_one reopened new new']);
  });
});

describe('a page that several identities share', () => {
  it('closes when the last of them is closed, whatever the order', async () => {
    const { decide, told } = world(one, two);
    decide('benign', one.id);
    expect(await told()).toEqual(['alr_one_one resolved resolved new']);
    decide('acknowledge', two.id);
    expect(await told()).toEqual(['alr_two_two acknowledged acknowledged acknowledged']);
    decide('benign', two.id);
    expect(await told()).toEqual(['alr_two_two resolved resolved resolved']);
  });

  it('is closed by one at least of those that close at once', async () => {
    const { decide, told } = world(one, two);
    decide('benign', one.id);
    decide('benign', two.id);
    expect((await told()).filter((line) => line.endsWith(' resolved'))).toHaveLength(2);
  });
});

describe('rules', () => {
  it('expire what nobody decided about, and what was acknowledged and left', async () => {
    const { decide, told, state } = world(one, { ...two, lastAt: '2026-11-20T00:00:00.000Z' });
    await told();
    state.now = Date.parse('2026-11-25T00:00:00.000Z');
    decide('acknowledge', two.id);
    await told();
    state.now = Date.parse(one.lastAt) + 31 * DAY_MS;
    expect(await told(HOUR_MS)).toEqual(['alr_one_one expired expired acknowledged']);
    expect(await told(HOUR_MS)).toEqual([]);
    state.now += 60 * DAY_MS;
    expect(await told(HOUR_MS)).toEqual(['alr_two_two expired expired expired']);
    decide('benign', two.id);
    expect(await told()).toEqual(['alr_two_two resolved resolved expired']);
  });

  it('hide what a suppression covers, and show it again when it is lifted', async () => {
    const { told, suppressions } = world(one);
    await told();
    const rule: Suppression = {
      id: 's',
      tenant: 'default',
      owner: 'team',
      actor: 'bob',
      from: '2026-11-01T00:00:00.000Z',
      until: '2027-01-01T00:00:00.000Z',
      because: 'known',
      match: { identity: one.identity.id, maxSeverity: 'critical' },
      lifted: false,
    };
    suppressions.push(rule);
    expect(await told()).toEqual(['alr_one_one suppressed suppressed suppressed']);
    suppressions[0] = { ...rule, lifted: true };
    expect(await told()).toEqual(['alr_one_one reopened new new']);
  });
});

it('what contains an alert is told when it is in force and when it is lifted', async () => {
  const { told, contained, sent } = world(one);
  const act = {
    tenant: 'default',
    alertId: one.id,
    suspension: 'sus_1',
    action: 'revoke-session' as const,
    by: 'eve',
    why: 'confirmed by call-back',
  };
  contained.unshift({ ...act, state: 'active', at: '2026-11-02T10:01:00.000Z' });
  expect(await told()).toEqual(['alr_one_one contained new new']);
  expect(sent.at(-1)?.standing).toMatchObject({
    by: 'eve',
    containment: { suspension: 'sus_1', action: 'revoke-session', state: 'active' },
  });
  expect(await told(HOUR_MS)).toEqual([]);
  contained[0] = { ...act, state: 'lifted', at: '2026-11-02T12:00:00.000Z' };
  expect(await told()).toEqual(['alr_one_one released new new']);
  expect(await told(HOUR_MS)).toEqual([]);
});
