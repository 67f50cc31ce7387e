/** The way out: HTTPS and TCP to configured receivers, with the address resolved, checked and pinned at connect time. */
import { promises as dns, type LookupAddress } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP, type LookupFunction, type Socket, connect as tcpConnect } from 'node:net';
import { rootCertificates, connect as tlsConnect } from 'node:tls';
import { Agent, buildConnector, request as send } from 'undici';
import type { Config } from '../../schemas/config.ts';
import type { Egress, HttpAnswer, HttpRequest } from '../ports/outside.ts';
import { addressObjection } from './egress-address.ts';

/** Longest a connection may take to come up; one attempt as a whole ends with the caller's signal. */
const CONNECT_TIMEOUT_MS = 10_000;
/** How long a peer that took all bytes may leave its side open before it counts as done. */
const LINGER_MS = 1_000;
/** Sockets kept open to one receiver. */
const CONNECTIONS = 8;

/** A target that the policy forbids; `message` names the host and the range. */
class BlockedTarget extends Error {
  override readonly name = 'BlockedTarget';
}

/** `delivery.caFile` cannot be read. */
class AuthorityError extends Error {
  override readonly name = 'ConfigError';
  readonly remedy = 'Name a readable PEM file of certificates in delivery.caFile.';
}

function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AuthorityError(`delivery.caFile ${file}: ${causeOf(error)}`);
  }
}

export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface EgressOptions
  extends Pick<
    Config['delivery'],
    'allowPrivateTargets' | 'allowedPorts' | 'allowedNetworks' | 'answerMaxBytes' | 'caFile'
  > {
  /** Name lookup; the system's when absent. */
  readonly resolve?: Resolve;
}

const systemResolve: Resolve = (hostname) => dns.lookup(hostname, { all: true, verbatim: true });

/** Error class or system code: enough to act on, and never a path, a query or a header. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Opens the way out. One for the process; `close` ends its connections. Throws a fault when `caFile` cannot be read. */
export function createEgress(options: EgressOptions): Egress & { close(): Promise<void> } {
  const resolve = options.resolve ?? systemResolve;
  const policy = { allowPrivate: options.allowPrivateTargets, allowedNetworks: options.allowedNetworks };
  const trust = {
    rejectUnauthorized: true,
    ...(options.caFile === undefined ? {} : { ca: [...rootCertificates, readAuthorities(options.caFile)] }),
  };

  const checked = (host: string, address: string): string => {
    const objection = addressObjection(address, policy);
    if (objection !== undefined) throw new BlockedTarget(`${host} is ${objection}`);
    return address;
  };

  /** Called by the socket itself, so what was checked is what is connected to: a name cannot change in between. */
  const lookup: LookupFunction = (hostname, query, callback) => {
    resolve(hostname).then(
      (found) => {
        try {
          // One forbidden address among good ones is a rebinding attempt, or a mistake: nothing is picked from such an answer.
          for (const { address } of found) checked(hostname, address);
          const [first] = found;
          if (first === undefined) throw new BlockedTarget(`${hostname} has no address`);
          if (query.all === true) callback(null, [...found]);
          else callback(null, first.address, first.family);
        } catch (error) {
          callback(error as Error, '', 0);
        }
      },
      (error) => callback(error as Error, '', 0),
    );
  };

  /** Sockets do not look literal addresses up, so those are checked here. */
  const literal = (host: string): void => {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    if (isIP(bare) !== 0) checked(host, bare);
  };

  const portObjection = (port: number): string | undefined =>
    options.allowPrivateTargets || options.allowedPorts.includes(port)
      ? undefined
      : `port ${port} is not among delivery.allowedPorts`;

  const connector = buildConnector({
    ...trust,
    lookup,
    autoSelectFamily: true,
    timeout: CONNECT_TIMEOUT_MS,
    maxCachedSessions: 64,
  });
  const agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    maxHeaderSize: 16 * 1024,
    connect: (target, callback) => {
      try {
        literal(target.hostname);
      } catch (error) {
        callback(error as Error, null);
        return;
      }
      connector(target, callback);
    },
  });

  const objection = (text: string): string | undefined => {
    if (!URL.canParse(text)) return 'not a URL';
    const url = new URL(text);
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && options.allowPrivateTargets))
      return 'only https is allowed; to a receiver on this machine http is, with delivery.allowPrivateTargets';
    if (url.username !== '' || url.password !== '') return 'user and password do not belong in a URL';
    const port = portObjection(Number(url.port || (url.protocol === 'https:' ? 443 : 80)));
    if (port !== undefined) return port;
    try {
      literal(url.hostname);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };

  return {
    objection,
    async request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
      const wrong = objection(request.url);
      if (wrong !== undefined) return { outcome: 'blocked', reason: wrong };
      try {
        const { statusCode, headers, body } = await send(request.url, {
          dispatcher: agent,
          method: request.method,
          headers: { 'user-agent': 'tidemark', ...request.headers },
          body: request.body ?? null,
          signal,
        });
        return {
          outcome: 'answered',
          status: statusCode,
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [
              name,
              Array.isArray(value) ? value.join(', ') : `${value}`,
            ]),
          ),
          body: await readBounded(body, options.answerMaxBytes),
        };
      } catch (error) {
        if (error instanceof BlockedTarget) return { outcome: 'blocked', reason: error.message };
        if (signal.aborted) return { outcome: 'timeout', reason: 'no answer in time' };
        return { outcome: 'unreachable', reason: causeOf(error) };
      }
    },
    async send(target, bytes, signal): Promise<string | undefined> {
      const port = portObjection(target.port);
      if (port !== undefined) return port;
      if (!target.tls && !options.allowPrivateTargets) return 'only TLS is allowed';
      try {
        literal(target.host);
        const to = { host: target.host, port: target.port, lookup, autoSelectFamily: true };
        const socket = target.tls
          ? tlsConnect({ ...to, ...trust, servername: isIP(target.host) === 0 ? target.host : '' })
          : tcpConnect(to);
        await pour(socket, target.tls ? 'secureConnect' : 'connect', bytes, signal);
        return undefined;
      } catch (error) {
        if (error instanceof BlockedTarget) return error.message;
        return signal.aborted ? 'not taken in time' : causeOf(error);
      }
    },
    async connect(target, signal) {
      const port = portObjection(target.port);
      if (port !== undefined) return { outcome: 'blocked', reason: port };
      if (target.security === 'none' && !options.allowPrivateTargets)
        return { outcome: 'blocked', reason: 'only TLS is allowed' };
      const servername = isIP(target.host) === 0 ? target.host : '';
      try {
        literal(target.host);
        const to = { host: target.host, port: target.port, lookup, autoSelectFamily: true };
        const socket = target.security === 'tls' ? tlsConnect({ ...to, ...trust, servername }) : tcpConnect(to);
        await opened(socket, target.security === 'tls' ? 'secureConnect' : 'connect', signal);
        return { outcome: 'open', socket, trust: { ...trust, rejectUnauthorized: true, servername } };
      } catch (error) {
        if (error instanceof BlockedTarget) return { outcome: 'blocked', reason: error.message };
        if (signal.aborted) return { outcome: 'timeout', reason: 'no connection in time' };
        return { outcome: 'unreachable', reason: causeOf(error) };
      }
    },
    close: () => agent.destroy(),
  };
}

/** Reads text up to a bound and lets the rest go. What breaks off counts as far as it came: the status is already known. */
async function readBounded(body: AsyncIterable<Buffer> & { destroy(): unknown }, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk.subarray(0, maxBytes - size));
      size += chunk.length;
      if (size >= maxBytes) break;
    }
  } catch {
    // Broken off or out of time.
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Waits until a socket is connected. Rejects, with the socket destroyed, when it fails, takes too long or is no longer wanted. */
function opened(socket: Socket, ready: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new Error('slow')), CONNECT_TIMEOUT_MS);
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
    };
    const fail = (error: Error) => {
      settle();
      socket.destroy();
      // What the socket says after that is of no use to anybody.
      socket.on('error', () => {});
      reject(error);
    };
    const abort = () => fail(new Error('aborted'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.once('error', fail);
    socket.once(ready, () => {
      settle();
      resolve();
    });
  });
}

/** Writes all bytes and waits for the peer to close, so that a reset in the middle is noticed. */
function pour(
  socket: Socket,
  ready: 'connect' | 'secureConnect',
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let poured = false;
    let linger: NodeJS.Timeout | undefined;
    const end = (error?: Error) => {
      clearTimeout(linger);
      signal.removeEventListener('abort', abort);
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const abort = () => end(new Error('aborted'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    socket.on('error', end);
    // What the peer says is not listened to, only thrown away, or its close would never be seen.
    socket.resume();
    socket.once('close', () => end(poured ? undefined : new Error('closed early')));
    socket.once(ready, () =>
      socket.end(bytes, () => {
        poured = true;
        linger = setTimeout(end, LINGER_MS);
      }),
    );
  });
}
