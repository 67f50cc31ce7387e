/** Gives the HTTP API incoming security events: it checks them, takes each once, and sends them on as inventory evidence. */
import type { Config } from '../../../schemas/config.ts';
import { spellings } from '../../adapters/inventory.ts';
import type { SignalPort } from '../../api/signal-routes.ts';
import { ConfigError } from '../../config/config-error.ts';
import { readBounded } from '../../config/read-bounded.ts';
import { inventoryMessage } from '../../detect/inventory-message.ts';
import type { Clock } from '../../ports/outside.ts';
import type { ClaimStore } from '../../ports/respond.ts';
import type { OutgoingMessage } from '../../ports/stream.ts';
import type { Fingerprinter } from '../../secrets.ts';
import { type Heard, hear } from '../../signals/evidence.ts';
import { createTokenReader, keySetOf, type Transmitter } from '../../signals/token-reader.ts';

const FILE_MAX_BYTES = 256 * 1024;

export interface SignalParts {
  readonly config: Config['signals'];
  readonly once: ClaimStore;
  readonly clock: Clock;
  readonly fingerprinter: Fingerprinter;
  /** Resolves when the messages are durable. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  onHeard(transmitter: string, outcome: Heard['outcome'] | 'refused'): void;
}

function transmittersOf({ transmitters }: Config['signals']): Transmitter[] {
  return Object.entries(transmitters).map(([name, { keysFile, ...rest }]) => {
    const key = `signals.transmitters.${name}.keysFile`;
    const read = readBounded(keysFile, FILE_MAX_BYTES);
    const keys = read.status === 'read' ? keySetOf(read.bytes.toString('utf8')) : undefined;
    if (keys === undefined)
      throw new ConfigError([
        {
          at: keysFile,
          key,
          wrong: read.status === 'read' ? 'is no JWK Set of public keys' : read.wrong,
          remedy: "save the transmitter's jwks_uri into it",
        },
      ]);
    return { name, ...rest, keys };
  });
}

/** Throws a ConfigError for keys that cannot be read. */
export function signalPort(parts: SignalParts): SignalPort {
  const { config, once, clock, fingerprinter } = parts;
  const read = createTokenReader(transmittersOf(config), config.maxAgeMs, clock);
  return {
    async receive(token) {
      const found = await read(token);
      if (!found.ok) {
        parts.onHeard('none', 'refused');
        return found;
      }
      const { transmitter, jti, issuedAt, subject, events } = found;
      const { name, issuer, tenant } = transmitter;
      const key = JSON.stringify([issuer, jti]);
      if (await once.isKnown('security-event', key)) {
        parts.onHeard(name, 'refused');
        return { ok: false, error: 'invalid_request', description: 'its jti was received before, and counted then' };
      }
      const heard = Object.entries(events).map(([type, event]) => hear(type, event, subject, issuedAt, tenant));
      const messages = heard.flatMap((one) => {
        if (one.outcome !== 'evidence') return [];
        const clean = JSON.parse(JSON.stringify(one.record), (_, value) =>
          typeof value === 'string' ? fingerprinter.scrub(tenant, value) : value,
        );
        return spellings(clean).map((record) => inventoryMessage(record, true));
      });
      // The evidence goes first. After a crash in between the transmitter sends it again, and the same evidence twice counts once.
      await parts.send(messages);
      await once.isFirst('security-event', key, issuedAt * 1_000 + 2 * config.maxAgeMs);
      for (const { outcome } of heard) parts.onHeard(name, outcome);
      return { ok: true };
    },
  };
}
