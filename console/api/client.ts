/** The HTTP API as typed functions: bears the token, and turns every failure into one shape with its remedy. */
import createClient from 'openapi-fetch';
import type { paths } from './api-types.ts';
import { credentials, me, signedOut, token } from './session.ts';

/** Why something asked of the server did not come, and the next step. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
  readonly body: Readonly<Record<string, unknown>>;
  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(typeof body.detail === 'string' ? body.detail : 'the server did not say why');
    this.status = status;
    this.title = typeof body.title === 'string' ? body.title : 'Not done';
    this.remedy = typeof body.remedy === 'string' ? body.remedy : 'Try again; the log of the server says more.';
    this.body = body;
  }
}

const UNREACHABLE = {
  title: 'The server does not answer',
  detail: 'it is stopped, or the network between is down',
  remedy: 'This page tries again by itself. See whether `tidemark run` or `tidemark console` still runs.',
};

export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: async (request: Request) => {
    try {
      return await fetch(request);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new Problem(0, UNREACHABLE);
    }
  },
});

api.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(credentials())) request.headers.set(name, value);
    return request;
  },
});

/** Why nobody is signed in: somebody who was met has been forgotten, or was never known. */
function unknown(): string {
  if (token.value === undefined) return 'This session is over. Sign in again.';
  if (me.value !== undefined) return 'This session is over: its token is not known any more.';
  return 'This token is not known, or has ended. See that it was copied whole, or ask for a new one.';
}

/** The answer, or a Problem thrown. A token that is not known any more ends the session. */
export async function got<T>(
  asked: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await asked;
  if (response.ok && data !== undefined && data !== null) return data;
  if (response.status === 401) signedOut(unknown());
  throw new Problem(
    response.status,
    typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {},
  );
}
