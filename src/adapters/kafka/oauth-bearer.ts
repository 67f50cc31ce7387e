/** SASL OAUTHBEARER (RFC 7628) for kafkajs, whose own version takes a refused token for an accepted one. */
import type { Mechanism } from 'kafkajs';
import { KafkaError } from './kafka-error.ts';

const SEPARATOR = '\u0001';
const LENGTH_BYTES = 4;

/** `token` is asked for at every authentication, so that a token renewed meanwhile is used. */
export function oauthBearer(token: () => string): Mechanism {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ saslAuthenticate }) => ({
      async authenticate() {
        const reply = await saslAuthenticate({
          request: { encode: () => withLength(`n,,${SEPARATOR}auth=Bearer ${token()}${SEPARATOR}${SEPARATOR}`) },
          response: { decode: (raw: Buffer) => raw, parse: (raw: Buffer) => raw },
        });
        // Accepted is an empty reply; refused is a JSON object, which may say more than should be passed on.
        if (reply && reply.byteLength > LENGTH_BYTES)
          throw new KafkaError(
            'authentication',
            'kafka: the broker refused the bearer token',
            'Renew the token in kafka.sasl.tokenFile.',
          );
      },
    }),
  };
}

function withLength(text: string): Buffer {
  const body = Buffer.from(text);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}
