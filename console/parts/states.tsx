/** What a part of a page shows before there is anything: loading, empty, failed, out of date - each with the next step. */
import type { ComponentChildren } from 'preact';
import type { Problem } from '../api/client.ts';
import type { Resource } from '../api/resource.ts';

export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="state" role="status">
      <span class="spinner" aria-hidden="true" /> Loading {what} …
    </div>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state state-empty">
      <p class="state-title">{title}</p>
      {children !== undefined && <div class="soft">{children}</div>}
    </div>
  );
}

/** Where a page leads whose thing is not there. */
interface Back {
  readonly name: string;
  readonly href: string;
}

interface FailedProps {
  readonly problem: Problem;
  readonly retry?: () => void;
  readonly back?: Back | undefined;
}

export function Failed({ problem, retry, back }: FailedProps) {
  return (
    <div class="state state-failed" role="alert">
      <p class="state-title">{problem.title}</p>
      <p>{problem.message}</p>
      <p class="soft">{problem.remedy}</p>
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
      {back !== undefined && (
        <p>
          <a href={back.href}>Go to {back.name}</a>
        </p>
      )}
    </div>
  );
}

interface ShownProps<T> {
  readonly of: Resource<T>;
  readonly what: string;
  readonly back?: Back;
  readonly children: (data: T) => ComponentChildren;
}

/** Shows what was asked for once it is there. What is there stays when a later try fails, and says that it is old. */
export function Shown<T>({ of, what, back, children }: ShownProps<T>) {
  if (of.data !== undefined)
    return (
      <>
        {of.problem !== undefined && (
          <div class="stale" role="status">
            <strong>Out of date.</strong> {of.problem.title}: {of.problem.message}.{' '}
            <button type="button" class="link" onClick={of.reload}>
              Try again
            </button>
          </div>
        )}
        {children(of.data)}
      </>
    );
  if (of.problem !== undefined) return <Failed problem={of.problem} retry={of.reload} back={back} />;
  return <Loading what={what} />;
}
