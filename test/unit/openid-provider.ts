/** A real OpenID Connect provider on loopback, and a browser of the simplest kind that walks through its pages. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody with an account at the provider. */
export interface Account {
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly groups?: readonly string[];
}

export interface OpenIdProvider {
  readonly issuer: string;
  readonly accounts: Map<string, Account>;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export const CLIENT_ID = 'tidemark';
export const CLIENT_SECRET = 'a-client-secret-that-no-log-may-hold';

/** What the provider hands to `loadExistingGrant`, as far as it is used here. */
interface GrantContext {
  readonly oidc: {
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly provider: {
      readonly Grant: new (of: object) => { addOIDCScope(scopes: string): void; save(): Promise<string> };
    };
  };
}

/** `host`: `localhost` makes it another site than a console on 127.0.0.1. `consoleUrl`: known before the console listens. */
export async function openIdProvider(consoleUrl: string, host = '127.0.0.1'): Promise<OpenIdProvider> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://${host}:${(server.address() as AddressInfo).port}`;
  const accounts = new Map<string, Account>();
  const asked: string[] = [];
  // The package brings no types of its own.
  const name: string = 'oidc-provider';
  const { default: Provider } = await import(name);
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${consoleUrl}/auth/callback`],
        post_logout_redirect_uris: [`${consoleUrl}/`],
      },
    ],
    cookies: { keys: ['a key of this test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['groups'] },
    pkce: { required: () => true },
    findAccount: (_context: unknown, sub: string) => {
      const account = accounts.get(sub);
      if (account === undefined) return undefined;
      const { email = `${sub}@example.com`, emailVerified = true, groups } = account;
      return {
        accountId: sub,
        claims: async () => ({ sub, email, email_verified: emailVerified, ...(groups && { groups }) }),
      };
    },
    // Nobody is asked whether the console may know who they are.
    async loadExistingGrant(context: GrantContext) {
      const { client, session, provider: of } = context.oidc;
      const grant = new of.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    asked.push(request.url!.split('?', 1)[0]!);
    answer(request, response);
  });
  return {
    issuer,
    accounts,
    asked,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export interface Walker {
  /** Cookies by host and name. */
  readonly cookies: Map<string, string>;
  /** One request with the cookies of its host; redirects are not followed. */
  go(url: string, init?: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Response>;
  /** Follows redirects from a page of the provider until one leads to `until`; gives that address. */
  signIn(start: string, login: string, until: string): Promise<string>;
}

const STEPS_MAX = 12;

/** A browser without scripts: keeps cookies, fills in the form of the provider. */
export function walker(): Walker {
  const cookies = new Map<string, string>();
  const keyOf = (url: URL, name: string) => `${url.host} ${name}`;
  const self: Walker = {
    cookies,
    async go(address, init = {}) {
      const url = new URL(address);
      const cookie = [...cookies]
        .filter(([key]) => key.startsWith(`${url.host} `))
        .map(([key, value]) => `${key.slice(url.host.length + 1)}=${value}`)
        .join('; ');
      const answer = await fetch(url, {
        ...init,
        redirect: 'manual',
        headers: { ...(cookie !== '' && { cookie }), ...init.headers },
      });
      for (const line of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        if (/Max-Age=0|expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(keyOf(url, name!));
        else cookies.set(keyOf(url, name!), value!);
      }
      return answer;
    },
    async signIn(start, login, until) {
      let at = start;
      for (let step = 0; step < STEPS_MAX; step++) {
        if (at.startsWith(until)) return at;
        const answer = await self.go(at);
        const next = answer.headers.get('location');
        if (next !== null) {
          at = new URL(next, at).href;
          continue;
        }
        // The page of the provider that asks who it is.
        const [, action] = /<form[^>]*action="([^"]+)"/.exec(await answer.text()) ?? [];
        if (action === undefined) throw new Error(`no form at ${at}`);
        const sent = await self.go(new URL(action, at).href, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: String(new URLSearchParams({ prompt: 'login', login, password: 'any' })),
        });
        at = new URL(sent.headers.get('location')!, at).href;
      }
      throw new Error(`too many steps to ${until}`);
    },
  };
  return self;
}
