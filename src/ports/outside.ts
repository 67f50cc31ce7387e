/** The outside world: the wall clock, and HTTP requests that leave the process. */

/** Wall clock, in ms since the epoch: only for retries, leases and logs, never for judging. */
export interface Clock {
  now(): number;
}

/** A request that leaves the house. */
export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. No answer is a value too; `reason` names the cause and never holds the path or a header. */
export type HttpAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** Names in lower case; repeated ones joined by a comma. */
      readonly headers: Readonly<Record<string, string>>;
      /** Cut at the size cap. */
      readonly body: string;
    }
  | { readonly outcome: 'blocked' | 'timeout' | 'unreachable'; readonly reason: string };

/** Outbound connections to addresses that a user configured: resolved, checked and pinned at connect time. */
export interface Egress {
  /** What is wrong with the URL itself (scheme, port, user info, literal address), or undefined. Looks nothing up. */
  objection(url: string): string | undefined;
  /** Sends once; follows no redirect; never rejects. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Sends bytes over a fresh TCP or TLS connection and closes it; undefined when the peer took them all, else why not. */
  send(
    target: { readonly host: string; readonly port: number; readonly tls: boolean },
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /**
   * Opens a connection for a protocol that a library speaks: TLS from the first byte, or plain to be upgraded before anything is
   * said. Whoever asked closes it. Not opened is a value too; `reason` names the cause.
   */
  connect(
    target: { readonly host: string; readonly port: number; readonly security: 'tls' | 'starttls' | 'none' },
    signal: AbortSignal,
  ): Promise<Connection | { readonly outcome: 'blocked' | 'timeout' | 'unreachable'; readonly reason: string }>;
}

/** An open socket of the platform, and what an upgrade of it to TLS has to hold to. */
export interface Connection {
  readonly outcome: 'open';
  readonly socket: unknown;
  readonly trust: { readonly rejectUnauthorized: true; readonly ca?: string[]; readonly servername: string };
}
