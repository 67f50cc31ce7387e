/** Triage over HTTP: alerts, verdicts, comments and suppressions. */
import {
  acknowledgeSchema,
  alertPageItemSchema,
  alertPageSchema,
  alertQuerySchema,
  commentSchema,
  historySchema,
  suppressedSchema,
  suppressionRequestSchema,
  suppressionSchema,
  suppressionsSchema,
  triagedAlertSchema,
  verdictSchema,
} from '../../schemas/api.ts';
import { type ConsoleParts, isRefusal, type Refusal } from './ports.ts';
import { Problem, unknown } from './problem.ts';
import { type Route, route } from './route.ts';

/** The value, or the Problem that a refusal is to the sender. */
export function granted<T extends object>(value: T | Refusal, more: Record<string, unknown> = {}): T {
  if (!isRefusal(value)) return value;
  if (value.status === 'unknown') throw new Problem(404, 'Not found', value.reason, value.remedy);
  throw new Problem(422, 'Refused', value.reason, value.remedy, { more });
}

export function alertRoutes({
  triage,
  containmentOf,
  meansOf,
}: Pick<ConsoleParts, 'triage' | 'containmentOf' | 'meansOf'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/alerts',
      scope: 'viewer',
      summary: 'Alerts in their last version with where they stand, newest first.',
      query: alertQuerySchema,
      answer: alertPageSchema,
      run: async ({ caller, query }) => ({ body: granted(await triage.alerts(caller.tenant, query)) }),
    }),
    route({
      method: 'GET',
      path: '/v1/alerts/:id',
      scope: 'viewer',
      summary: 'One alert, by its id or a beginning of it that fits no other.',
      answer: alertPageItemSchema,
      async run({ caller, params }) {
        const alert = await triage.alert(caller.tenant, params.id!);
        if (alert === undefined) throw unknown('such alert');
        const containment = await containmentOf?.(caller.tenant, alert.id);
        const means = meansOf?.(alert);
        return {
          body: { ...alert, ...(means !== undefined && { means }), ...(containment !== undefined && { containment }) },
        };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/alerts/:id/history',
      scope: 'viewer',
      summary: 'Every version of an alert and everything people did about it, oldest first.',
      answer: historySchema,
      async run({ caller, params }) {
        const history = await triage.history(caller.tenant, params.id!);
        if (history.versions.length === 0) throw unknown('such alert');
        return { body: history };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/alerts/:id/acknowledge',
      scope: 'analyst',
      summary: 'Say that somebody is looking at it.',
      body: acknowledgeSchema,
      answer: triagedAlertSchema,
      run: async ({ caller, params, body }) => ({
        body: granted(await triage.acknowledge(caller, params.id!, body.because ?? '', body)),
      }),
    }),
    route({
      method: 'POST',
      path: '/v1/alerts/:id/verdict',
      scope: 'analyst',
      summary:
        'Say what it was. Benign approves the evidence for a time; true is for somebody to contain. Detectors learn from both.',
      body: verdictSchema,
      answer: triagedAlertSchema,
      run: async ({ caller, params, body }) => ({ body: granted(await triage.verdict(caller, params.id!, body)) }),
    }),
    route({
      method: 'POST',
      path: '/v1/alerts/:id/comments',
      scope: 'analyst',
      summary: 'Leave a note for whoever looks next.',
      body: commentSchema,
      answer: triagedAlertSchema,
      status: 201,
      run: async ({ caller, params, body }) => ({
        body: granted(await triage.comment(caller, params.id!, body.comment)),
      }),
    }),
  ];
}

export function suppressionRoutes({ triage }: Pick<ConsoleParts, 'triage'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/suppressions',
      scope: 'viewer',
      summary: 'Suppressions that are not over.',
      answer: suppressionsSchema,
      run: async ({ caller }) => ({ body: { suppressions: await triage.suppressions(caller.tenant) } }),
    }),
    route({
      method: 'POST',
      path: '/v1/suppressions',
      scope: 'analyst',
      summary:
        'Ask not to be told of such alerts for a time. An alert with anything beyond what is named is told all the same. Refused, with the list, when an alert that was confirmed is looked for.',
      body: suppressionRequestSchema,
      answer: suppressedSchema,
      status: 201,
      async run({ caller, body }) {
        const outcome = await triage.suppress(caller, body);
        if (isRefusal(outcome)) granted(outcome, { wouldHide: outcome.wouldHide, staysTold: outcome.staysTold });
        return { status: body.dryRun ? 200 : 201, body: outcome };
      },
    }),
    route({
      method: 'DELETE',
      path: '/v1/suppressions/:id',
      scope: 'analyst',
      summary: 'End a suppression now.',
      answer: suppressionSchema,
      run: async ({ caller, params }) => ({ body: granted(await triage.lift(caller, params.id!)) }),
    }),
  ];
}
