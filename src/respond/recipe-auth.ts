/** How a recipe's requests prove who they are. Secrets come from files, and are read anew for every request. */
import { z } from 'zod';
import type { HttpRequest } from '../ports/outside.ts';
import type { OrderOutcome, ResponderContext } from '../ports/respond.ts';
import { tokenSigner } from '../signing/token-signer.ts';
import { jsonOf, outcomeOf, valueAt } from './outcome.ts';
import type { Recipe } from './recipe.ts';
import { signAws } from './sigv4.ts';

/** GitHub takes ten minutes at the most, and wants clocks a minute apart to agree. */
const APP_JWT_SECONDS = 540;
const CLOCK_SLACK_SECONDS = 60;
/** Google takes an hour at the most. */
const GOOGLE_JWT_SECONDS = 600;

export const authOptions = {
  tokenFile: z.string().optional().meta({
    description: 'File whose first line is the token (bearer, Okta SSWS, Vault); read again for every request.',
  }),
  oauth: z
    .strictObject({
      url: z.string().max(2_048).meta({ description: 'Token endpoint.' }),
      clientId: z.string().max(256).meta({ description: 'Client id.' }),
      clientSecretFile: z.string().meta({ description: 'File whose first line is the client secret.' }),
      scope: z.string().max(1_024).meta({ description: 'Scope to ask for.' }),
    })
    .optional()
    .meta({ description: 'Get the bearer token by client credentials instead of from a file.' }),
  accessKeyId: z.string().max(128).optional().meta({ description: 'AWS access key id.' }),
  secretKeyFile: z.string().optional().meta({ description: 'File whose first line is the AWS secret access key.' }),
  sessionTokenFile: z.string().optional().meta({ description: 'File whose first line is the AWS session token.' }),
  appId: z.string().max(64).optional().meta({ description: 'GitHub App id: `iss` of its tokens.' }),
  serviceAccount: z
    .string()
    .max(256)
    .optional()
    .meta({ description: 'Email of the Google service account that Tidemark acts as.' }),
  keyFile: z.string().optional().meta({
    description:
      'File whose first line is the private key of the app or of the Google service account, a JWK with `alg` (and `kid` for Google).',
  }),
} as const;

const shape = z.strictObject(authOptions);
export type AuthOptions = z.infer<typeof shape>;

/** The request with its proof; or why there is none. */
export type Authorize = (request: HttpRequest, signal: AbortSignal) => Promise<HttpRequest | OrderOutcome>;

export async function openAuth(recipe: Recipe, options: AuthOptions, context: ResponderContext): Promise<Authorize> {
  const withHeader = (request: HttpRequest, name: string, value: string): HttpRequest => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  });
  const need = (option: keyof AuthOptions & string): string => {
    const value = options[option];
    return typeof value === 'string' ? value : context.refuse(`${option}: ${recipe.auth} needs it`);
  };
  /** Read once to find mistakes at the start, and again each time. */
  const secretOf = (option: keyof AuthOptions & string) => {
    const file = need(option);
    context.secret(file);
    return () => context.secret(file);
  };

  if (recipe.auth === 'aws' && recipe.aws !== undefined) {
    const accessKeyId = need('accessKeyId');
    const secret = secretOf('secretKeyFile');
    const session = options.sessionTokenFile === undefined ? undefined : secretOf('sessionTokenFile');
    const scope = recipe.aws;
    return async (request) => {
      const key = { accessKeyId, secretAccessKey: secret(), ...(session && { sessionToken: session() }) };
      return { ...request, headers: signAws(request, key, scope, context.clock.now()) };
    };
  }
  if (recipe.auth === 'app-jwt') {
    const issuer = need('appId');
    const sign = await tokenSigner(need('keyFile'), context);
    return async (request) => {
      const now = Math.floor(context.clock.now() / 1_000);
      const claims = { iss: issuer, iat: now - CLOCK_SLACK_SECONDS, exp: now + APP_JWT_SECONDS };
      return withHeader(request, 'authorization', `Bearer ${await sign(claims, 'JWT')}`);
    };
  }
  if (recipe.auth === 'google-jwt') {
    // A token that the service account signs itself, for one API: no token endpoint is asked.
    const account = need('serviceAccount');
    const sign = await tokenSigner(need('keyFile'), context);
    return async (request) => {
      const iat = Math.floor(context.clock.now() / 1_000) - CLOCK_SLACK_SECONDS;
      const claims = {
        iss: account,
        sub: account,
        aud: `${new URL(request.url).origin}/`,
        iat,
        exp: iat + GOOGLE_JWT_SECONDS,
      };
      return withHeader(request, 'authorization', `Bearer ${await sign(claims, 'JWT')}`);
    };
  }
  if (recipe.auth === 'bearer' && options.oauth !== undefined) {
    const { url, clientId, clientSecretFile, scope } = options.oauth;
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`oauth.url: ${wrong}`);
    context.secret(clientSecretFile);
    return async (request, signal) => {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: context.secret(clientSecretFile),
        scope,
      }).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
      const answer = await context.http.request({ url, method: 'POST', headers, body }, signal);
      const outcome = outcomeOf(answer, context.clock.now());
      if (outcome !== 'ok') return outcome;
      const token = valueAt(jsonOf(answer), 'access_token');
      return typeof token === 'string' && /^[!-~]+$/.test(token)
        ? withHeader(request, 'authorization', `Bearer ${token}`)
        : { status: 'refused', reason: 'the token endpoint gave no token' };
    };
  }
  const token = secretOf('tokenFile');
  return async (request) =>
    recipe.auth === 'vault-token'
      ? withHeader(request, 'x-vault-token', token())
      : withHeader(request, 'authorization', `${recipe.auth === 'ssws' ? 'SSWS' : 'Bearer'} ${token()}`);
}
