/** Something asked of the server for as long as a part of a page is shown: loading, there, failed, or there but out of date. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Problem } from './client.ts';
import { changes } from './live.ts';

export interface Resource<T> {
  readonly data: T | undefined;
  /** Why the last try failed; what came before it may still be shown. */
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  reload(): void;
}

const AGAIN_MS = 5_000;

/** `key` names what is asked: another key is another thing. `isLive`: asked again whenever something changed. */
export function useResource<T>(
  key: string,
  ask: () => Promise<T>,
  { isLive = false }: { readonly isLive?: boolean } = {},
): Resource<T> {
  const [state, setState] = useState<{ key: string; data?: T; problem?: Problem; loading: boolean }>({
    key,
    loading: true,
  });
  const [turn, setTurn] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  const change = isLive ? changes.value : 0;
  // A change, or a new turn, is why it is asked again.
  useEffect(() => {
    let over = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    setState((before) => (before.key === key ? { ...before, loading: true } : { key, loading: true }));
    latest
      .current()
      .then((data) => {
        if (!over) setState({ key, data, loading: false });
      })
      .catch((error: unknown) => {
        if (over) return;
        const problem =
          error instanceof Problem ? error : new Problem(0, { title: 'This page failed', detail: String(error) });
        setState((before) => ({ ...(before.key === key ? before : { key }), problem, loading: false }));
        // What passes by itself is tried again by itself.
        if (problem.status === 0 || problem.status >= 500 || problem.status === 429)
          again = setTimeout(() => setTurn((n) => n + 1), AGAIN_MS);
      });
    return () => {
      over = true;
      clearTimeout(again);
    };
  }, [key, change, turn]);
  const mine = state.key === key;
  return {
    data: mine ? state.data : undefined,
    problem: mine ? state.problem : undefined,
    loading: mine ? state.loading : true,
    reload: () => setTurn((n) => n + 1),
  };
}
