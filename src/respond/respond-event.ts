/** What happens to suspensions, for logs and metrics. */
import type { Suspension } from '../../schemas/suspension.ts';

/** What happened, for logs and metrics. Nothing in it is secret. */
export type RespondEvent =
  | {
      readonly type: 'requested' | 'approved' | 'dispatched' | 'confirmed' | 'lifted' | 'expired';
      readonly suspension: Suspension;
    }
  | {
      readonly type: 'held' | 'failed' | 'delayed' | 'lift-delayed';
      readonly suspension: Suspension;
      readonly reason: string;
    }
  | { readonly type: 'silent' | 'leaking'; readonly suspension: Suspension; readonly timeToSilenceMs?: number }
  /** A whole round came to nothing: store or audit trail are not to be had, and nothing was dispatched. */
  | { readonly type: 'round-failed'; readonly error: Error };
