/** The OpenID Connect provider: where people are sent to, and what it says about who came back. */
import * as client from 'openid-client';
import type { Clock } from '../../ports/outside.ts';
import type { Flow } from './flow.ts';
import { type Claims, type SignIn, saysGroups } from './roles.ts';

/** Why a sign-in came to nothing. */
export type ProviderFault = 'unreachable' | 'declined' | 'forged' | 'refused';

/** A sign-in that the provider, or what came back from it, did not carry through. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly fault: ProviderFault;
  readonly remedy: string;
  constructor(fault: ProviderFault, message: string) {
    super(message);
    this.fault = fault;
    this.remedy = REMEDIES[fault];
  }
}

const REMEDIES: Readonly<Record<ProviderFault, string>> = {
  unreachable:
    'Check http.signIn.issuer, and that this process reaches it; NODE_EXTRA_CA_CERTS names a private authority.',
  declined: 'The provider, or the person, ended the sign-in.',
  forged: 'Nothing, where it is rare: a page that was left open, or somebody who tried.',
  refused: 'Check http.signIn.clientId, the client secret, and the redirect URI at the provider.',
};

export interface Provider {
  /** Where the browser goes, and what must be remembered until it comes back. */
  begin(): Promise<{ readonly url: string; readonly flow: Flow }>;
  /** What the provider says about the person; `query` is that of the callback. Throws a ProviderError. */
  finish(query: string, flow: Flow): Promise<{ readonly claims: Claims; readonly idToken: string }>;
  /** Where the session at the provider ends; undefined where it offers no such place. */
  endUrl(idToken: string): Promise<string | undefined>;
  /** Reads the discovery document; throws a ProviderError when it cannot. */
  look(): Promise<void>;
}

const TIMEOUT_SECONDS = 10;
/** Of one answer of the provider. The longest are lists of keys, and tokens with thousands of groups: some hundred kilobytes. */
const ANSWER_MAX_BYTES = 1024 * 1024;
/** A provider that moved its endpoints is followed within the hour. */
const FRESH_MS = 3_600_000;
/** After a failure everybody waits for so long before the provider is asked again. */
const FAILED_MS = 3_000;

export const CALLBACK = '/auth/callback';

const textOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message}${cause}`;
};

function faultOf(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof client.AuthorizationResponseError)
    return new ProviderError('declined', `the provider answered ${error.error}`);
  if (error instanceof client.ResponseBodyError)
    return new ProviderError(
      error.error === 'invalid_grant' ? 'forged' : 'refused',
      `the provider refused the code: ${error.error}`,
    );
  // Answered 401: RFC 6749 has a provider say so to a client that it does not know by its secret.
  if (error instanceof client.WWWAuthenticateChallengeError)
    return new ProviderError('refused', `the provider does not take the client or its secret (${error.status})`);
  if (error instanceof client.ClientError) {
    const { code = '' } = error;
    if (/TIMEOUT|HTTP|PARSE|RESPONSE_IS_NOT|ABORT/.test(code)) return new ProviderError('unreachable', textOf(error));
    return new ProviderError('forged', textOf(error));
  }
  // What fetch throws when nobody answers.
  if (error instanceof TypeError || (error instanceof Error && /Timeout|Abort/.test(error.name)))
    return new ProviderError('unreachable', textOf(error));
  throw error;
}

/** The client library reads answers without an end. Throws what it takes for a provider that does not answer. */
const boundedFetch: client.CustomFetch = async (url, options) => {
  const answer = await fetch(url, options as RequestInit);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += piece.length;
    if (bytes > ANSWER_MAX_BYTES)
      throw new TypeError(`an answer of the provider is larger than ${ANSWER_MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  const { status, statusText, headers } = answer;
  return new Response(answer.body === null ? null : Buffer.concat(pieces), { status, statusText, headers });
};

/** `secret`: of the client; undefined for a public one. Nothing is asked of the provider before somebody signs in. */
export function createProvider(config: SignIn, secret: string | undefined, clock: Clock): Provider {
  const redirectUri = new URL(CALLBACK, config.url).href;
  let known:
    | { readonly at: number; readonly failed: boolean; readonly found: Promise<client.Configuration> }
    | undefined;

  async function discover(): Promise<client.Configuration> {
    try {
      const found = await client.discovery(
        new URL(config.issuer),
        config.clientId,
        {},
        secret === undefined ? client.None() : client.ClientSecretBasic(secret),
        {
          timeout: TIMEOUT_SECONDS,
          [client.customFetch]: boundedFetch,
          // The ID token is checked by its signature too, not by the connection alone.
          execute: [
            client.enableNonRepudiationChecks,
            ...(config.issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
          ],
        },
      );
      const ways = found.serverMetadata().token_endpoint_auth_methods_supported;
      if (secret === undefined || ways === undefined || ways.includes('client_secret_basic')) return found;
      const posting = new client.Configuration(
        found.serverMetadata(),
        config.clientId,
        {},
        client.ClientSecretPost(secret),
      );
      posting.timeout = TIMEOUT_SECONDS;
      posting[client.customFetch] = boundedFetch;
      client.enableNonRepudiationChecks(posting);
      if (config.issuer.startsWith('http:')) client.allowInsecureRequests(posting);
      return posting;
    } catch (error) {
      throw faultOf(error);
    }
  }

  function configuration(): Promise<client.Configuration> {
    const age = clock.now() - (known?.at ?? 0);
    if (known !== undefined && age >= 0 && age < (known.failed ? FAILED_MS : FRESH_MS)) return known.found;
    const at = clock.now();
    const found = discover();
    known = { at, failed: false, found };
    found.catch(() => {
      known = { at: clock.now(), failed: true, found };
    });
    return found;
  }

  return {
    async look() {
      await configuration();
    },
    async begin() {
      const provider = await configuration();
      const flow = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUri,
        scope: [...new Set(['openid', ...config.requestedScopes])].join(' '),
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, flow };
    },
    async finish(query, flow) {
      try {
        const provider = await configuration();
        const tokens = await client.authorizationCodeGrant(provider, new URL(`${redirectUri}?${query}`), {
          pkceCodeVerifier: flow.verifier,
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        const hasName = Object.hasOwn(claims, config.nameClaim);
        if ((hasName && saysGroups(claims, config)) || provider.serverMetadata().userinfo_endpoint === undefined)
          return { claims, idToken: tokens.id_token! };
        // What the ID token says counts before what is asked for afterwards.
        const more = await client.fetchUserInfo(provider, tokens.access_token, claims.sub);
        return { claims: { ...more, ...claims }, idToken: tokens.id_token! };
      } catch (error) {
        throw faultOf(error);
      }
    },
    async endUrl(idToken) {
      const provider = await configuration();
      if (provider.serverMetadata().end_session_endpoint === undefined) return undefined;
      return client.buildEndSessionUrl(provider, {
        id_token_hint: idToken,
        post_logout_redirect_uri: new URL('/', config.url).href,
      }).href;
    },
  };
}
