/** Owners answer for identities: one-time links made for one person and one identity, looked at without changing anything, spent by a POST. */

import { z } from 'zod';
import { type Caller, homeQuerySchema } from '../../schemas/api.ts';
import { firstProblem } from '../../schemas/first-problem.ts';
import type { Home } from '../../schemas/identity-ref.ts';
import { ATTESTATIONS } from '../../schemas/inventory-item.ts';
import { PAGE_HEADERS, saying } from './approval-page.ts';
import { type AttestationView, attestationPage } from './attestation-page.ts';
import { ambiguous, unknown } from './problem.ts';
import { type Answer, type Route, route } from './route.ts';

const FORM = 'application/x-www-form-urlencoded';
const HTML = 'text/html; charset=utf-8';
const DAYS = 180;

const person = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@+ -]{0,127}$/)
  .meta({ description: 'Who is asked; stands in the record as who confirmed it.' });
const days = z.int().min(1).max(1_000).default(DAYS).meta({ description: 'Days for which an answer stands.' });
const wanted = z.strictObject({ recipient: person, days });
export const ownerLinkSchema = z.object({
  url: z.string().meta({ description: 'A secret: whoever has it may answer in the name of the recipient.' }),
  identity: z.string(),
  recipient: z.string(),
  expiresAt: z.string(),
});
const remindersSchema = z.object({
  reminders: z.array(
    z.object({
      owner: z.string(),
      isProposed: z.boolean().meta({ description: 'Nobody is known; this is who probably owns it.' }),
      links: z.array(ownerLinkSchema),
    }),
  ),
  unasked: z.number().meta({ description: 'Identities that nobody is known to ask about.' }),
  left: z.number().meta({ description: 'Identities left out of this answer, which is bounded.' }),
});

/** What an owner said. */
export interface Attestation {
  readonly decision: (typeof ATTESTATIONS)[number];
  readonly owner?: string;
  readonly purpose?: string;
  /** A day. */
  readonly expiresAt?: string;
}

/** What the routes ask of whoever keeps the inventory and the key of the links. */
export interface AttestationPort {
  /** Undefined: no such identity was seen. `choices`: several have the id. */
  issue(
    caller: Caller,
    identity: string,
    told: Home,
    to: z.infer<typeof wanted>,
  ): Promise<z.infer<typeof ownerLinkSchema> | { readonly choices: readonly Home[] } | undefined>;
  /** A link for everything that should be confirmed, by owner. */
  remind(caller: Caller, days: number): Promise<z.infer<typeof remindersSchema>>;
  /** Undefined: the link is not one of ours, its time is over, or it was answered for since. */
  look(token: string): Promise<AttestationView | 'spent' | undefined>;
  /** `failed`: nothing was stored; a new link may be needed. */
  answer(token: string, said: Attestation): Promise<'done' | 'invalid' | 'spent' | 'failed'>;
}

const html = (body: string, status = 200): Answer => ({ status, body, headers: PAGE_HEADERS });
const invalid = () =>
  html(
    saying(
      'This link does not work',
      'It is not complete, its time is over, or the identity was answered for since. Ask for a new one.',
    ),
    404,
  );
const spent = () =>
  html(
    saying(
      'This link was used',
      'It works once, and one answer ends every other link to the same question. Ask for a new one.',
    ),
    409,
  );

const DONE: Readonly<Record<Attestation['decision'], string>> = {
  confirm: 'It stands in the inventory from now on, with you as its owner.',
  'hand-over': 'The new owner is noted, and is asked to confirm it next.',
  retire: 'It is noted as ended. It is not switched off: take its keys and rights away where they were given.',
};

const formSchema = z
  .object({
    decision: z.enum(ATTESTATIONS),
    owner: person.optional(),
    purpose: z.string().min(1).max(2_048).optional(),
    expiresAt: z.iso.date().optional(),
  })
  .refine(({ decision, owner }) => decision !== 'hand-over' || owner !== undefined, {
    path: ['owner'],
    message: 'say who owns it',
  });

export function attestationRoutes(door: AttestationPort): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/identities/:id/attestations',
      scope: 'responder',
      summary:
        'A link by which an owner confirms, corrects, hands over or retires one identity, once, without a token.',
      query: homeQuerySchema,
      body: wanted,
      answer: ownerLinkSchema,
      status: 201,
      async run({ caller, params, query, body }) {
        const made = await door.issue(caller, params.id!, query, body);
        if (made === undefined) throw unknown('such identity');
        if ('choices' in made) throw ambiguous(params.id!, made.choices);
        return { body: made };
      },
    }),
    route({
      method: 'POST',
      path: '/v1/inventory/reminders',
      scope: 'responder',
      summary:
        'Links for everything that was never confirmed, or whose confirmation has ended, by owner: to be sent by whoever asks. Nothing ends by itself where nobody answers.',
      body: z.strictObject({ days }),
      answer: remindersSchema,
      run: async ({ caller, body }) => ({ body: await door.remind(caller, body.days) }),
    }),
    route({
      method: 'GET',
      path: '/attestations/:token',
      scope: undefined,
      limited: true,
      summary: 'What an owner is asked, as a page. Changes nothing.',
      answers: HTML,
      async run({ params }) {
        const view = await door.look(params.token!);
        if (view === 'spent') return spent();
        return view === undefined ? invalid() : html(attestationPage(view));
      },
    }),
    route<unknown, Buffer>({
      method: 'POST',
      path: '/attestations/:token',
      scope: undefined,
      limited: true,
      raw: FORM,
      summary: 'Spends a link: `decision` confirm, hand-over or retire, with `owner`, `purpose` and `expiresAt`.',
      answers: HTML,
      async run({ params, body }) {
        const form = Object.fromEntries(
          [...new URLSearchParams(body.toString('utf8'))].flatMap(([key, value]) =>
            value.trim() === '' ? [] : [[key, value.trim()]],
          ),
        );
        const said = formSchema.safeParse(form);
        if (!said.success) {
          return html(saying('Nothing was noted', `${firstProblem(said.error)}. The link still works.`), 400);
        }
        const { decision, owner, purpose, expiresAt } = said.data;
        const done = await door.answer(params.token!, {
          decision,
          ...(owner !== undefined && { owner }),
          ...(purpose !== undefined && { purpose }),
          ...(expiresAt !== undefined && { expiresAt }),
        });
        if (done === 'invalid') return invalid();
        if (done === 'spent') return spent();
        if (done === 'failed')
          return html(saying('Not stored', 'Nothing could be written just now. Ask for a new link in a while.'), 503);
        return html(saying('Thank you', DONE[decision]));
      },
    }),
  ];
}
