/** Exchanges a one-time token out of a link for one that a page keeps: whoever sees the link later gets nothing with it. */
import { z } from 'zod';
import { Problem } from './problem.ts';
import { type Route, route } from './route.ts';

const offerSchema = z.strictObject({ token: z.string().min(1).max(256) });
const sessionSchema = z.object({
  token: z.string().meta({ description: 'Bearer token for as long as this server runs.' }),
});

/** `exchange` gives the token of a session, or undefined where the one-time token is not known or was used. */
export function sessionRoutes(exchange: (token: string) => string | undefined): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/sessions',
      scope: undefined,
      limited: true,
      summary: 'Exchange a one-time token for one that is good until this server stops.',
      body: offerSchema,
      answer: sessionSchema,
      status: 201,
      async run({ body }) {
        const token = exchange(body.token);
        if (token === undefined)
          throw new Problem(
            401,
            'Unauthorized',
            'this link was used before, or is of another run',
            'Take the newest link that `tidemark console` printed.',
          );
        return { body: { token } };
      },
    }),
  ];
}
