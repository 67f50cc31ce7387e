/** Counts what traces take, by sender, so that whoever takes most makes room first. */

/** What senders have in traces, in bytes. */
export interface Room<Trace> {
  readonly bytes: number;
  /** Hands back what the sender has in the trace then. */
  put(sender: string, trace: Trace, bytes: number): number;
  /** False, and nothing happens, where the sender has nothing in this trace. */
  take(sender: string, trace: Trace, bytes: number): boolean;
  /** The sender that has most, and the trace that it has been in for longest. */
  largest(): { readonly sender: string; readonly oldest: Trace } | undefined;
}

export function createRoom<Trace>(): Room<Trace> {
  const senders = new Map<string, { bytes: number; readonly traces: Map<Trace, number> }>();
  let total = 0;
  return {
    get bytes() {
      return total;
    },
    put(sender, trace, bytes) {
      let own = senders.get(sender);
      if (own === undefined) {
        own = { bytes: 0, traces: new Map() };
        senders.set(sender, own);
      }
      const has = (own.traces.get(trace) ?? 0) + bytes;
      own.traces.set(trace, has);
      own.bytes += bytes;
      total += bytes;
      return has;
    },
    take(sender, trace, bytes) {
      const own = senders.get(sender);
      const had = own?.traces.get(trace);
      if (own === undefined || had === undefined) return false;
      if (had > bytes) own.traces.set(trace, had - bytes);
      else own.traces.delete(trace);
      own.bytes -= bytes;
      total -= bytes;
      if (own.traces.size === 0) senders.delete(sender);
      return true;
    },
    largest() {
      let most: { readonly sender: string; readonly oldest: Trace } | undefined;
      let bytes = -1;
      for (const [sender, own] of senders)
        if (own.bytes > bytes) {
          bytes = own.bytes;
          most = { sender, oldest: own.traces.keys().next().value as Trace };
        }
      return most;
    },
  };
}
