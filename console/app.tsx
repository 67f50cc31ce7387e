/** The frame of the console: who is signed in, where one is, and the page that stands there. */
import { useEffect } from 'preact/hooks';
import { api, got, Problem } from './api/client.ts';
import { follow, live } from './api/live.ts';
import {
  chooseTenant,
  entry,
  farewell,
  keepSession,
  keepToken,
  me,
  provider,
  returnToPlace,
  session,
  signedOut,
  tenant,
  token,
} from './api/session.ts';
import { AlertPage } from './pages/alert.tsx';
import { AlertsPage } from './pages/alerts.tsx';
import { FleetPage } from './pages/fleet.tsx';
import { HealthPage } from './pages/health.tsx';
import { IdentityPage } from './pages/identity.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { SuspensionsPage } from './pages/suspensions.tsx';
import { Dialog } from './parts/dialog.tsx';
import { helpOpen, isWriting, keysNow } from './parts/keys.ts';
import { PAGES, usePageName } from './parts/page-name.ts';
import { hrefOf, place } from './parts/route.ts';
import { clock, nextTheme, theme } from './parts/settings.ts';
import { Empty, Loading } from './parts/states.tsx';

const LIVE_WORDS = {
  live: 'Live',
  waiting: 'Not connected: trying again',
  stale: 'The store does not answer: what you see is old',
} as const;

async function exchange(offered: string): Promise<void> {
  try {
    const { token: exchanged } = (await got(api.POST('/v1/sessions', { body: { token: offered } }) as never)) as {
      token: string;
    };
    keepToken(exchanged);
  } catch (error) {
    signedOut(error instanceof Problem ? `${error.message}. ${error.remedy}` : String(error));
  }
}

/** Whether the browser brings a session, and whether the server offers to begin one. */
async function findSession(): Promise<void> {
  try {
    const found = await got(api.GET('/auth/session'));
    provider.value = found.signIn?.label ?? null;
    if (found.session !== undefined && token.value === undefined) {
      keepSession(found.session);
      returnToPlace();
    }
  } catch {
    // A token can be tried all the same; a server that does not answer says so then.
    provider.value ??= null;
  }
}

async function leave(): Promise<void> {
  let next: string | undefined;
  try {
    if (session.value !== undefined && token.value === undefined) ({ next } = await got(api.POST('/auth/sign-out')));
    signedOut();
  } catch {
    signedOut(
      'The server did not answer, so the session may still be open there until it has been silent for a while.',
    );
  }
  if (next !== undefined) location.assign(next);
}

async function meet(): Promise<void> {
  try {
    me.value = await got(api.GET('/v1/me'));
  } catch (error) {
    if (error instanceof Problem && error.status === 403) signedOut(`${error.message}. ${error.remedy}`);
    else if (entry.value !== undefined) setTimeout(() => void meet(), 3_000);
  }
}

function Page() {
  usePageName();
  const [first = 'alerts', id] = place.value.path;
  if (first === 'alerts') return id === undefined ? <AlertsPage /> : <AlertPage key={id} id={id} />;
  if (first === 'identities' && id !== undefined) return <IdentityPage key={id} id={id} />;
  if (first === 'fleet') return <FleetPage />;
  if (first === 'suspensions') return <SuspensionsPage id={id} />;
  if (first === 'health') return <HealthPage />;
  return (
    <>
      <h1 class="visually-hidden">No such page</h1>
      <Empty title="There is no such page.">
        <a href={hrefOf(['alerts'])}>Go to the alerts</a>
      </Empty>
    </>
  );
}

/** Of several tenants, the one that this tab is about. */
function TenantChoice() {
  return (
    <select aria-label="Tenant" value={tenant.value} onChange={(event) => chooseTenant(event.currentTarget.value)}>
      {session.value?.tenants.map(({ tenant: one, role }) => (
        <option key={one} value={one}>
          {one} ({role})
        </option>
      ))}
    </select>
  );
}

function Header() {
  const [first = 'alerts'] = place.value.path;
  const here = first === 'identities' ? 'fleet' : first;
  const who = me.value!;
  const tenants = token.value === undefined ? (session.value?.tenants ?? []) : [];
  return (
    <header class="top">
      <a class="brand" href={hrefOf(['alerts'])}>
        <span class="brand-mark" aria-hidden="true" />
        Tidemark
      </a>
      <nav aria-label="Pages">
        {PAGES.map(({ at, name }) => (
          <a key={at} href={hrefOf([at])} aria-current={here === at ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <div class="top-end">
        <span class={`live live-${live.value}`} title={LIVE_WORDS[live.value]}>
          <span class="visually-hidden">{LIVE_WORDS[live.value]}</span>
        </span>
        <span class="who" title={`scope ${who.scope}`}>
          <bdi>{who.name}</bdi> · {tenants.length > 1 ? <TenantChoice /> : <bdi>{who.tenant}</bdi>}
          {who.readOnly && ' · read-only'}
        </span>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            clock.value = clock.value === 'utc' ? 'local' : 'utc';
          }}
          title="Times in UTC or local time"
        >
          {clock.value === 'utc' ? 'UTC' : 'Local'}
        </button>
        <button type="button" class="quiet" onClick={nextTheme} title="Colours: as the system, light, dark">
          {{ system: 'Auto', light: 'Light', dark: 'Dark' }[theme.value]}
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            helpOpen.value = true;
          }}
          title="Keys"
          aria-label="Keys"
        >
          ?
        </button>
        <button type="button" class="quiet" onClick={() => void leave()}>
          Sign out
        </button>
      </div>
    </header>
  );
}

function Keys() {
  return (
    <Dialog
      title="Keys"
      onClose={() => {
        helpOpen.value = false;
      }}
    >
      <dl class="keys">
        {[...keysNow.value, { key: '?', does: 'show this list' }, { key: 'Esc', does: 'close what is open' }].map(
          ({ key, does }) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{does}</dd>
            </div>
          ),
        )}
      </dl>
    </Dialog>
  );
}

export function App({ offered }: { readonly offered: string | undefined }) {
  useEffect(() => {
    if (offered !== undefined) void exchange(offered);
    else if (token.value === undefined) void findSession();
    const onKey = (event: KeyboardEvent) => {
      if (event.key === '?' && !isWriting(event)) helpOpen.value = true;
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [offered]);
  const entered = entry.value;
  useEffect(() => {
    if (entered === undefined) return;
    const controller = new AbortController();
    void meet();
    void follow(controller.signal);
    return () => controller.abort();
  }, [entered]);
  useEffect(() => {
    // Who signed out may sign in another way.
    if (entered === undefined && provider.value === undefined && farewell.value !== undefined) void findSession();
  }, [entered]);
  if (entered === undefined) {
    const waits = offered === undefined ? token.value === undefined && provider.value === undefined : true;
    if (waits && farewell.value === undefined) return <Loading what="your session" />;
    return <SignInPage />;
  }
  if (me.value === undefined) return <Loading what="the console" />;
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the page
      </button>
      <Header />
      <main id="main" tabIndex={-1} key={me.value.tenant}>
        <Page />
      </main>
      {helpOpen.value && <Keys />}
    </>
  );
}
