/** Notes which topics, senders and accounts are heard, as records of them come in. */
import type { Activity } from '../../schemas/activity.ts';
import type { SourceKind } from '../ports/sources.ts';
import type { Skip, SkipBook } from '../sources/skip-book.ts';
import type { SourceBook } from '../sources/source-book.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

export interface SourceRecorder {
  /** Records of a topic or a sender arrived; `at` is when, in ms or RFC 3339. */
  heard(
    source: { readonly tenant: string; readonly kind: SourceKind; readonly name: string },
    activities: readonly Activity[],
    at: number | string,
  ): void;
  /** What had arrived before, and waited for the rest of its trace, was read. */
  read(activities: readonly Activity[]): void;
  /** Its format left some of them out on purpose. */
  skipped(skip: Skip): void;
}

export function createSourceRecorder(
  book: Pick<SourceBook, 'heard'>,
  skips: Pick<SkipBook, 'add'>,
  telemetry: Pick<Telemetry, 'event'>,
): SourceRecorder {
  let knownText = '';
  let knownMs = 0;
  const note = (tenant: string, kind: SourceKind, name: string, atMs: number) => {
    if (!book.heard(tenant, kind, name, atMs)) telemetry.event('sources-full', { tenant, kind, source: name });
  };
  return {
    skipped: skips.add,
    heard({ tenant, kind, name }, activities, at) {
      if (typeof at === 'string' && at !== knownText) {
        knownText = at;
        knownMs = Date.parse(at);
      }
      const atMs = typeof at === 'string' ? knownMs : at;
      note(tenant, kind, name, atMs);
      accounts(activities, atMs);
    },
    read(activities) {
      for (const activity of activities)
        if (activity.receivedAt !== undefined) accounts([activity], Date.parse(activity.receivedAt));
    },
  };

  function accounts(activities: readonly Activity[], atMs: number): void {
    // Records of one account come in runs.
    let last: Activity | undefined;
    for (const activity of activities) {
      const { identity } = activity;
      const isSame =
        last !== undefined &&
        last.tenant === activity.tenant &&
        last.identity.provider === identity.provider &&
        last.identity.account === identity.account;
      last = activity;
      if (isSame) continue;
      const account = identity.account === undefined ? '' : `/${identity.account}`;
      note(activity.tenant, 'account', `${identity.provider}${account}`, atMs);
    }
  }
}
