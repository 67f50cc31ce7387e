/** Keys and certificates that a served API reads from files: read the same way by `run`, which uses them, and by `check`, which only looks. */
import type { Config } from '../../schemas/config.ts';
import { tlsOf } from '../api/server.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Clock } from '../ports/outside.ts';
import type { ClaimStore } from '../ports/respond.ts';
import { APPROVAL_KEY_MIN_BYTES } from '../respond/approval-links.ts';
import { createFingerprinter } from '../secrets.ts';
import { type SigningKey, signingKeyOf } from '../signing/signing-key.ts';
import { signalPort } from './api/signals.ts';
import { signedPort } from './api/signed.ts';

/** First line of a secret file; throws a ConfigError where it cannot be had. */
export type ReadSecret = (key: string, file: string) => string;

/** The key of approval links; undefined where none are configured. Throws a ConfigError. */
export function linkKeyOf({ respond: { links } }: Config, secret: ReadSecret): string | undefined {
  if (links === undefined) return undefined;
  const key = secret('respond.links.keyFile', links.keyFile);
  if (Buffer.byteLength(key) >= APPROVAL_KEY_MIN_BYTES) return key;
  throw new ConfigError([
    {
      at: links.keyFile,
      key: 'respond.links.keyFile',
      wrong: `holds a key of less than ${APPROVAL_KEY_MIN_BYTES} bytes`,
      remedy: 'write 32 random bytes into it, such as `openssl rand -base64 32`',
    },
  ]);
}

/** The key that streams are signed with; undefined where none are configured. Rejects with a ConfigError. */
export async function streamKeyOf(
  { signals: { streams } }: Config,
  secret: ReadSecret,
): Promise<SigningKey | undefined> {
  if (streams === undefined) return undefined;
  const key = await signingKeyOf(secret('signals.streams.keyFile', streams.keyFile));
  if (key !== undefined) return key;
  throw new ConfigError([
    {
      at: streams.keyFile,
      key: 'signals.streams.keyFile',
      wrong: 'is not one line with a private JWK of type RSA, EC or OKP and its alg',
      remedy: 'write one into it',
    },
  ]);
}

/** Nothing is claimed by looking. */
const NOTHING = {} as ClaimStore;

interface Look {
  readonly name: string;
  /** What is there; throws or rejects with a fault where it cannot be used. */
  look(): Promise<string>;
}

/** Every key and certificate that `run` would read for this configuration, each by the name that `check` gives it. */
export function keysToRead(config: Config, isServed: boolean, clock: Clock, secret: ReadSecret): readonly Look[] {
  const { http, respond, signals, ingest } = config;
  const looks: Look[] = [];
  const add = (name: string, says: string, work: () => unknown) =>
    looks.push({
      name,
      async look() {
        await work();
        return says;
      },
    });
  const { pepperFile } = ingest;
  if (pepperFile !== undefined) add('pepper', pepperFile, () => secret('ingest.pepperFile', pepperFile));
  if (!isServed) return looks;
  const signers = Object.keys(http.signers).length;
  const transmitters = Object.keys(signals.transmitters).length;
  if (http.certFile !== undefined || http.keyFile !== undefined)
    add('certificate', `${http.certFile}`, () => tlsOf(http));
  if (signers > 0) add('signers', `${signers}`, () => signedPort(http.signers, new Map(), NOTHING, clock, secret));
  if (respond.links !== undefined) add('approval links', respond.links.url, () => linkKeyOf(config, secret));
  if (signals.streams !== undefined) add('streams', signals.streams.issuer, () => streamKeyOf(config, secret));
  if (transmitters > 0)
    add('transmitters', `${transmitters}`, () =>
      signalPort({
        config: signals,
        once: NOTHING,
        clock,
        fingerprinter: createFingerprinter(),
        send: async () => {},
        onHeard: () => {},
      }),
    );
  return looks;
}
