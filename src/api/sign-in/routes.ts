/** Sign-in of people: to the provider, back from it, who is signed in, and out. */
import { z } from 'zod';
import { ROLES } from '../../../schemas/api.ts';
import { PAGE_HEADERS, saying } from '../approval-page.ts';
import { unknown } from '../problem.ts';
import { type Answer, type Route, route } from '../route.ts';
import { clearCookie, cookieWay, readCookie, setCookie } from './cookies.ts';
import { FLOW_LIFE_MS, type Flows } from './flow.ts';
import { CALLBACK, type Provider, ProviderError, type ProviderFault } from './provider.ts';
import { type NotLetIn, personOf, type SignIn } from './roles.ts';
import { FRESH_MS, type Sessions } from './sessions.ts';

const HTML = 'text/html; charset=utf-8';

/** What became of a sign-in, for the log: never a code, a token or a claim besides the name. */
export type SignInEvent =
  | { readonly type: 'in'; readonly name: string; readonly tenants: string }
  | { readonly type: 'out'; readonly name: string }
  /** An admin ended the session of somebody. */
  | { readonly type: 'ended'; readonly name: string; readonly by: string }
  | { readonly type: 'refused'; readonly reason: string };

export interface SignInParts {
  readonly config: SignIn;
  readonly provider: Provider;
  readonly sessions: Sessions;
  readonly flows: Flows;
  readonly onEvent: (event: SignInEvent) => void;
}

const sessionSchema = z
  .object({
    signIn: z
      .object({ label: z.string().meta({ description: 'Whose sign-in it is.' }) })
      .optional()
      .meta({ description: 'Absent where people sign in with a token alone.' }),
    session: z
      .object({
        name: z.string(),
        csrf: z.string().meta({ description: 'Goes into `x-tidemark-csrf` of every request that changes something.' }),
        tenants: z
          .array(z.object({ tenant: z.string(), role: z.enum(ROLES) }))
          .meta({ description: 'One of them goes into `x-tidemark-tenant`, percent-encoded.' }),
      })
      .optional()
      .meta({ description: 'Absent where nobody is signed in by a cookie.' }),
  })
  .meta({ id: 'Session' });
const outSchema = z.object({
  next: z.string().optional().meta({ description: 'Where the session at the provider ends.' }),
});
const signedInSchema = z
  .object({
    sessions: z.array(
      z.object({
        id: z.string().meta({ description: 'Of the session; no secret.' }),
        name: z.string(),
        role: z.string(),
        beganAt: z.string(),
        usedAt: z.string().meta({ description: 'When somebody last did something in it, to some minutes.' }),
        until: z.string().meta({ description: 'When it ends, whatever happens in it.' }),
      }),
    ),
    left: z.number().meta({ description: 'Sessions left out of this answer, which is bounded.' }),
  })
  .meta({ id: 'OpenSessions' });
const SHOWN_MAX = 500;

const SAYS: Readonly<Record<ProviderFault | 'stale', readonly [status: number, title: string, text: string]>> = {
  stale: [
    400,
    'This sign-in cannot be finished',
    'It was begun in another browser, took longer than ten minutes, or was finished before. Begin again from the console.',
  ],
  forged: [
    400,
    'This sign-in cannot be finished',
    'What came back is not what was asked for. Begin again from the console.',
  ],
  declined: [
    403,
    'Not signed in',
    'The provider did not let you in, or you turned back. Begin again from the console.',
  ],
  refused: [502, 'Not signed in', 'The provider refuses this Tidemark. Whoever runs it finds the reason in its log.'],
  unreachable: [503, 'Not signed in', 'The provider does not answer. Try again in a minute; tokens work meanwhile.'],
};

const html = (status: number, title: string, text: string, cookies: string[] = []): Answer => ({
  status,
  body: saying(title, text, { href: '/', text: 'Back to the console' }),
  headers: { ...PAGE_HEADERS, ...(cookies.length > 0 && { 'set-cookie': cookies }) },
});

/** `parts` undefined: nobody can sign in but with a token; the console asks all the same. */
export function signInRoutes(parts: SignInParts | undefined): Route[] {
  const who = route({
    method: 'GET',
    path: '/auth/session',
    scope: undefined,
    limited: true,
    summary: 'Whether people can sign in by OpenID Connect, and who has in this browser.',
    answer: sessionSchema,
    async run({ headers }) {
      const session = await parts?.sessions.tell(headers);
      return {
        body: {
          ...(parts !== undefined && { signIn: { label: parts.config.label } }),
          ...(session !== undefined && { session }),
        },
      };
    },
  });
  return parts === undefined ? [who] : [who, ...waysIn(parts)];
}

function waysIn({ config, provider, sessions, flows, onEvent }: SignInParts): Route[] {
  // Lax: the browser comes back to us from another site.
  const way = cookieWay('tidemark-sign-in', config.url.startsWith('https:'), 'Lax');
  const failed = (error: unknown): Answer => {
    if (!(error instanceof ProviderError)) throw error;
    onEvent({ type: 'refused', reason: `${error.fault}: ${error.message}` });
    return html(...SAYS[error.fault], [clearCookie(way)]);
  };
  return [
    route({
      method: 'GET',
      path: '/auth/sign-in',
      scope: undefined,
      limited: true,
      summary: 'Sends a browser to the provider.',
      answers: HTML,
      status: 303,
      async run() {
        try {
          const { url, flow } = await provider.begin();
          const cookie = setCookie(way, await flows.seal(flow), FLOW_LIFE_MS);
          return { status: 303, body: '', headers: { location: url, 'set-cookie': cookie } };
        } catch (error) {
          return failed(error);
        }
      },
    }),
    route({
      method: 'GET',
      path: CALLBACK,
      scope: undefined,
      limited: true,
      summary: 'Where the provider sends a browser back to: begins a session, or says why not.',
      query: z.record(z.string().max(64), z.string().max(8_192)),
      answers: HTML,
      status: 303,
      async run({ query, headers }) {
        const sealed = readCookie(headers.cookie, way);
        const flow = sealed === undefined ? undefined : await flows.open(sealed);
        if (flow === undefined) {
          onEvent({ type: 'refused', reason: 'stale' });
          return html(...SAYS.stale, [clearCookie(way)]);
        }
        try {
          const { claims, idToken } = await provider.finish(String(new URLSearchParams(query)), flow);
          const person = personOf(claims, config);
          if ('reason' in person) return notLetIn(person);
          onEvent({ type: 'in', name: person.name, tenants: [...person.grants.keys()].join(', ') });
          // Who was signed in here before is not any more, where the browser still says who that was.
          await sessions.end(headers);
          const cookie = await sessions.begin(person, idToken);
          return { status: 303, body: '', headers: { location: '/', 'set-cookie': [cookie, clearCookie(way)] } };
        } catch (error) {
          return failed(error);
        }
      },
    }),
    route({
      method: 'POST',
      path: '/auth/sign-out',
      scope: 'viewer',
      summary: 'Ends the session of this browser.',
      answer: outSchema,
      async run({ caller, headers }) {
        const { idToken, setCookie: gone } = await sessions.end(headers);
        if (idToken === undefined) return { body: {} };
        onEvent({ type: 'out', name: caller.name });
        // The session here is over whether or not the provider answers.
        const next = config.endAtProvider ? await provider.endUrl(idToken).catch(() => undefined) : undefined;
        return { body: next === undefined ? {} : { next }, headers: { 'set-cookie': gone } };
      },
    }),
    route({
      method: 'GET',
      path: '/auth/sessions',
      scope: 'admin',
      summary: 'Who is signed in with a role in the tenant, the most recently active first.',
      answer: signedInSchema,
      async run({ caller }) {
        const found = await sessions.list(caller.tenant);
        return {
          body: {
            sessions: found.slice(0, SHOWN_MAX).map(({ id, name, role, beganAt, usedAt, until }) => ({
              id,
              name,
              role,
              beganAt: new Date(beganAt).toISOString(),
              usedAt: new Date(usedAt).toISOString(),
              until: new Date(until).toISOString(),
            })),
            left: Math.max(0, found.length - SHOWN_MAX),
          },
        };
      },
    }),
    route({
      method: 'POST',
      path: '/auth/sessions/:id/end',
      scope: 'admin',
      summary: `Ends the session of somebody with a role in the tenant; it holds in every process within ${FRESH_MS / 1_000} seconds.`,
      answer: z.object({ name: z.string().meta({ description: 'Whose it was.' }) }),
      async run({ caller, params }) {
        const name = await sessions.endOf(caller.tenant, params.id!);
        if (name === undefined) throw unknown('such session');
        onEvent({ type: 'ended', name, by: caller.name });
        return { body: { name } };
      },
    }),
  ];

  function notLetIn({ reason, says }: NotLetIn): Answer {
    onEvent({ type: 'refused', reason });
    return html(403, 'You may not use Tidemark', says, [clearCookie(way)]);
  }
}
