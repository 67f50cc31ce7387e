/** Signing in: at the provider of the organisation where there is one, or with a bearer token, which is kept in this tab alone. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { farewell, keepToken, provider, rememberPlace } from '../api/session.ts';

export function SignInPage() {
  const [text, setText] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const isOnlyWay = typeof provider.value !== 'string';
  useEffect(() => {
    if (isOnlyWay) field.current?.focus();
  }, [isOnlyWay]);
  return (
    <main class="sign-in" id="main">
      <h1>
        <span class="brand-mark" aria-hidden="true" /> Tidemark
      </h1>
      {farewell.value !== undefined && (
        <p class="stale" role="alert">
          {farewell.value}
        </p>
      )}
      {typeof provider.value === 'string' && (
        <p>
          <a class="button" href="/auth/sign-in" onClick={rememberPlace}>
            Sign in with {provider.value}
          </a>
        </p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') keepToken(text.trim());
        }}
      >
        <label for="token">Token</label>
        <input
          ref={field}
          id="token"
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class={isOnlyWay ? 'primary' : ''}>
          Sign in
        </button>
      </form>
      <p class="soft">
        Whoever runs Tidemark makes one with <code>tidemark token new --scope analyst --file FILE</code>. It stays in
        this tab, and is gone when you close it.
      </p>
    </main>
  );
}
