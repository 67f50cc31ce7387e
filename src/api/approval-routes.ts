/** One-time approval links: made for one person and one act, looked at without changing anything, spent by a POST. */
import { z } from 'zod';
import type { Caller } from '../../schemas/api.ts';
import { type ApprovalView, approvalPage, PAGE_HEADERS, saying } from './approval-page.ts';
import { Problem, unknown } from './problem.ts';
import { type Answer, type Route, route } from './route.ts';
import type { Decided } from './suspension-routes.ts';

const FORM = 'application/x-www-form-urlencoded';
const HTML = 'text/html; charset=utf-8';

const wanted = z.strictObject({
  recipient: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/)
    .optional()
    .meta({ description: 'Who decides with it; somebody other than yourself takes the scope admin.' }),
});
export const linkSchema = z.object({
  url: z.string().meta({ description: 'A secret: whoever has it may decide in the name of the recipient.' }),
  recipient: z.string(),
  expiresAt: z.string(),
});

/** What the routes ask of whoever keeps suspensions and the key of the links. */
export interface ApprovalPort {
  /** Undefined: there is no such suspension that waits for a decision. */
  issue(caller: Caller, id: string, recipient: string): Promise<z.infer<typeof linkSchema> | undefined>;
  /** What waits for approval about the alert of a link: the token that decides it, or what became of it; nothing was proposed where neither is there. */
  waiting(token: string): Promise<'invalid' | { readonly token?: string; readonly state?: string | undefined }>;
  /** Undefined: the token is not ours, or its time is over. */
  look(token: string): Promise<ApprovalView | undefined>;
  /** Spends the token. `spent`: it was used before. */
  decide(token: string, kind: 'approve' | 'reject', why: string): Promise<Decided | 'invalid' | 'spent'>;
}

const html = (body: string, status = 200): Answer => ({ status, body, headers: PAGE_HEADERS });
const invalid = () =>
  html(saying('This link does not work', 'It is not complete, or its time is over. Ask for a new one.'), 404);

export function approvalRoutes(door: ApprovalPort): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/suspensions/:id/links',
      scope: 'responder',
      summary: 'A link by which one person approves or rejects exactly this, once, without a token.',
      body: wanted,
      answer: linkSchema,
      status: 201,
      async run({ caller, params, body }) {
        const recipient = body.recipient ?? caller.name;
        // Two people must not be one person with two links.
        if (recipient !== caller.name && caller.scope !== 'admin')
          throw new Problem(
            403,
            'Forbidden',
            'a link for somebody else lets its maker decide in their name',
            'Make it for yourself, or with a token of scope admin.',
          );
        const made = await door.issue(caller, params.id!, recipient);
        if (made === undefined) throw unknown('suspension that waits for a decision');
        return { body: made };
      },
    }),
    route({
      method: 'GET',
      path: '/approvals/:token',
      scope: undefined,
      limited: true,
      summary: 'What a link would approve, as a page. Changes nothing.',
      answers: HTML,
      async run({ params }) {
        const view = await door.look(params.token!);
        return view === undefined ? invalid() : html(approvalPage(view));
      },
    }),
    route({
      method: 'GET',
      path: '/approvals/alerts/:token',
      scope: undefined,
      limited: true,
      summary: 'Leads on from the link in a message to what waits for approval there. Changes nothing.',
      answers: HTML,
      async run({ params }) {
        const found = await door.waiting(params.token!);
        if (found === 'invalid') return invalid();
        if (found.token !== undefined)
          return { status: 303, body: '', headers: { ...PAGE_HEADERS, location: `../${found.token}` } };
        return html(
          found.state === undefined
            ? saying(
                'Nothing waits for you yet',
                'Nothing was proposed for this alert so far. Load this page again in a minute.',
              )
            : saying('Nothing to decide', `It is ${found.state}. What became of it stands in the audit trail.`),
        );
      },
    }),
    route<unknown, Buffer>({
      method: 'POST',
      path: '/approvals/:token',
      scope: undefined,
      limited: true,
      raw: FORM,
      summary: 'Spends a link: `decision` approve or reject, and `why`.',
      answers: HTML,
      async run({ params, body }) {
        const form = new URLSearchParams(body.toString('utf8'));
        const decision = form.get('decision');
        const why = (form.get('why') ?? '').trim();
        if ((decision !== 'approve' && decision !== 'reject') || why === '')
          return html(
            saying('Nothing was decided', 'Say why, and choose approve or reject. The link still works.'),
            400,
          );
        const decided = await door.decide(params.token!, decision, why);
        if (decided === 'invalid') return invalid();
        if (decided === 'spent')
          return html(saying('This link was used', 'It works once. What became of it stands in the audit trail.'), 409);
        if (!decided.ok) return html(saying('Not done', decided.refusal.reason), 409);
        return html(
          decided.suspension.state === 'recommended'
            ? saying('Your approval is recorded', 'A second person must approve before anything happens.')
            : saying(
                decision === 'approve' ? 'Approved' : 'Rejected',
                decision === 'approve'
                  ? 'It is carried out if nothing speaks against it then.'
                  : 'Nothing will be done.',
              ),
        );
      },
    }),
  ];
}
