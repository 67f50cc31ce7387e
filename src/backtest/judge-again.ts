/** Sends stored history through an engine once more, and keeps what it would have told; writes nothing anywhere. */
import type { Activity } from '../../schemas/activity.ts';
import type { Engine, Located, Verdict } from '../core/engine-contract.ts';
import { ALERTS_MAX, type ToldAlert, TooManyAlerts, toldAlert } from './compared-alert.ts';

export interface JudgeAgainParts {
  /** In order of event time. */
  readonly activities: AsyncIterable<readonly Activity[]>;
  readonly engine: Engine;
  /** What people said then, in order; given to the engine when event time has come to it. */
  readonly verdicts: readonly { readonly atMs: number; readonly verdict: Verdict }[];
  /** Alerts whose last evidence is older are forgotten. */
  readonly sinceMs: number;
  readonly batchRows: number;
  /** Told after every batch how many were judged in all. */
  readonly onProgress?: (activities: number) => void;
}

export interface JudgedAgain {
  readonly activities: number;
  /** Alerts in their last version, in order of raising. Throws `TooManyAlerts` beyond the bound. */
  readonly alerts: readonly ToldAlert[];
}

/** The outcome does not depend on `batchRows` or on how the activities are paged. */
export async function judgeAgain(parts: JudgeAgainParts): Promise<JudgedAgain> {
  const { engine, verdicts, sinceMs, batchRows } = parts;
  const alerts = new Map<string, ToldAlert>();
  let batch: Located[] = [];
  let offset = 0;
  let spoken = 0;

  function flush(): void {
    if (batch.length === 0) return;
    const outcome = engine.process(batch);
    batch = [];
    for (const alert of outcome.alerts) {
      if (Date.parse(alert.lastAt) < sinceMs) continue;
      alerts.set(alert.id, toldAlert(alert));
      if (alerts.size > ALERTS_MAX) throw new TooManyAlerts('now');
    }
    parts.onProgress?.(offset);
  }

  for await (const page of parts.activities) {
    for (const activity of page) {
      if (spoken < verdicts.length && verdicts[spoken]!.atMs <= Date.parse(activity.at)) {
        flush();
        const nowMs = Date.parse(activity.at);
        for (; spoken < verdicts.length && verdicts[spoken]!.atMs <= nowMs; spoken++)
          engine.verdict(verdicts[spoken]!.verdict);
      }
      batch.push({ activity, offset: offset++ });
      if (batch.length >= batchRows) flush();
    }
  }
  flush();
  const inOrder = [...alerts.values()].sort((a, b) => compare(a.raisedAt, b.raisedAt) || compare(a.id, b.id));
  return { activities: offset, alerts: inOrder };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
