/** Settings of the HTTP API and of who may in: tokens, signers, sign-in by OpenID Connect, bounds. */
import { z } from 'zod';
import { ROLES } from '../api.ts';
import { flag, int, MiB, secretFile, secureUrl, word } from './kinds.ts';

export const signIn = z
  .strictObject({
    issuer: secureUrl('Issuer of the OpenID Connect provider; its discovery document is read from there.'),
    clientId: word('Client id that the provider gave to Tidemark.'),
    clientSecretFile: secretFile('Secret of the client; leave it out for a public client, which has PKCE alone.'),
    url: secureUrl(
      'Where people reach the console, such as https://tidemark.example.com. The redirect URI to register is this and `/auth/callback`.',
    ),
    label: z.string().min(1).max(64).default('your organisation').meta({
      description: 'What the button says: Sign in with ...',
    }),
    requestedScopes: z
      .array(word('Scope.'))
      .min(1)
      .max(16)
      .default(['openid', 'profile', 'email'])
      .meta({ description: 'Scopes asked of the provider; some need `groups` among them.' }),
    nameClaim: word(
      'Claim that names a person in the audit trail. It must be one that people cannot change by themselves; an e-mail address that the provider has not verified is refused.',
    ).default('email'),
    groupsClaim: word('Claim that lists the groups of a person; steps into an object are dots.').default('groups'),
    roles: z
      .array(
        z.strictObject({
          group: word('A group, as the claim has it.'),
          role: z.enum(ROLES).meta({ description: 'What its members may do.' }),
          tenant: word('For which tenant.').default('default'),
        }),
      )
      .min(1)
      .max(1_024)
      .meta({ description: 'What members of groups may do. Who is in none of them is not let in.' }),
    idleMs: int(30 * 60_000, 60_000, 24 * 3_600_000, 'A session ends when nobody has done anything for so long.'),
    maxMs: int(8 * 3_600_000, 60_000, 7 * 86_400_000, 'A session ends after so long, whatever happened in it.'),
    endAtProvider: flag(false, 'Signing out ends the session at the provider too, where it offers that.'),
  })
  .meta({ description: 'Sign-in of people by OpenID Connect, beside tokens.' });

export const http = z
  .strictObject({
    serve: z
      .enum(['auto', 'always', 'never'])
      .default('auto')
      .meta({ description: 'Serve the HTTP API; `auto` serves where there is no kafka section.' }),
    host: word('Address to listen on.').default('127.0.0.1'),
    port: int(8088, 0, 65_535, 'Port to listen on; 0 picks a free one.'),
    grpcPort: z.int().min(0).max(65_535).optional().meta({
      description: 'Port for OTLP over gRPC, such as 4317; without it gRPC is not spoken. 0 picks a free one.',
    }),
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .max(1_024)
      .optional()
      .meta({
        description:
          'Where people reach the console, such as https://tidemark.example.com: messages to chats and tickets link to the alert there.',
      }),
    tokensFile: word(
      'File of API tokens, one `name:scope:tenant:sha256` a line, perhaps with its last day behind it, as `tidemark token new` prints it; read again when it changes.',
    ).optional(),
    signers: z
      .record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/),
        z.strictObject({
          tenant: word('Tenant it speaks for; what the body says of a tenant does not count.'),
          secretFile: word('File whose first line is the signing secret, `whsec_` and base64.'),
          previousSecretFile: word('The secret before; while set, both count.').optional(),
        }),
      )
      .refine((all) => Object.keys(all).length <= 64, 'at most 64 signers')
      .default({})
      .meta({
        description:
          'Who may ask for, approve, reject and lift suspensions by a signed webhook instead of a token; the name is the person in the audit trail.',
      }),
    signIn: signIn.optional(),
    certFile: word('PEM file of the server certificate; with keyFile: speak TLS.').optional(),
    keyFile: word('PEM file of its key.').optional(),
    allowPlaintext: flag(false, 'Permit an unencrypted listener that is not on loopback, as behind a TLS proxy.'),
    bodyMaxBytes: int(16 * MiB, 1024, 256 * MiB, 'Bytes of a request at the most, after decompression.'),
    jsonMaxBytes: int(256 * 1024, 1024, 16 * MiB, 'Bytes of a body that is one JSON document and no log records.'),
    recordsMax: int(20_000, 1, 1_000_000, 'Records in a request at the most, those inside containers included.'),
    unpackedMaxBytes: int(
      256 * MiB,
      1024,
      4096 * MiB,
      'Bytes that the envelopes of a request unpack to at the most, such as gzip in base64; so many take about two seconds.',
    ),
    grpcSpoiledMax: int(
      100,
      1,
      1_000_000,
      'Calls of a connection of OTLP over gRPC that may come to nothing, broken off or refused, before it is closed.',
    ),
    requestTimeoutMs: int(30_000, 500, 600_000, 'Longest a request may take to arrive, and its answer to be taken.'),
    unknownTimeoutMs: int(
      5_000,
      100,
      60_000,
      'Longest that a caller may remain unknown: handshake, headers with a token, or the whole of a request without one.',
    ),
    keepAliveMs: int(30_000, 100, 600_000, 'Silence after which a connection without a request is closed.'),
    connectionsMax: int(256, 1, 65_535, 'Connections at a time; when they are used up, strangers are closed first.'),
    connectionsPerAddress: int(
      64,
      1,
      65_535,
      'Connections of one address (IPv6: of one /64); behind a proxy everybody has its address, so raise it there.',
    ),
    requestsPerSecond: int(200, 1, 1_000_000, 'Requests of one token a second.'),
    bytesPerSecond: int(32 * MiB, 1024, 4096 * MiB, 'Bytes of one token a second, after decompression.'),
    streamsMax: int(256, 1, 65_535, 'Pages that are told of changes at a time, all tokens together.'),
  })
  .prefault({});
