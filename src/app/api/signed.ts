/** Gives the HTTP API its check of signed requests: the keys of `http.signers`, and those that responders share with us. */
import type { Config } from '../../../schemas/config.ts';
import type { SignedPort } from '../../api/ports.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { Clock } from '../../ports/outside.ts';
import type { ClaimStore, Responder, SignatureCheck } from '../../ports/respond.ts';
import { createSignedRequests, signatureCheck } from '../../respond/signed-request.ts';
import { secretObjection } from '../../signing/webhook-secret.ts';

/** `read` gives the first line of a secret file. Throws a ConfigError for a secret that cannot be one. */
export function signedPort(
  signers: Config['http']['signers'],
  responders: ReadonlyMap<string, Responder>,
  once: ClaimStore,
  clock: Clock,
  read: (key: string, file: string) => string,
): SignedPort {
  const checkOf = (name: string, files: Readonly<Record<string, string | undefined>>): SignatureCheck =>
    signatureCheck(
      Object.entries(files).flatMap(([option, file]) => {
        if (file === undefined) return [];
        const key = `http.signers.${name}.${option}`;
        const secret = read(key, file);
        const wrong = secretObjection(secret);
        if (wrong === undefined) return [secret];
        throw new ConfigError([{ at: file, key, wrong, remedy: 'write a secret of Standard Webhooks into the file' }]);
      }),
    );
  const people = new Map(
    Object.entries(signers).map(([name, { secretFile, previousSecretFile }]) => [
      name,
      checkOf(name, { secretFile, previousSecretFile }),
    ]),
  );
  const receivers = new Map(
    [...responders].flatMap(([name, { isSignedBy }]) =>
      isSignedBy === undefined ? [] : [[name, isSignedBy] as const],
    ),
  );
  const requests = {
    signer: createSignedRequests('signer', people, once),
    responder: createSignedRequests('responder', receivers, once),
  };
  return {
    async read(by, headers, body) {
      const asked = await requests[by].read(headers, body, clock.now());
      if (!asked.ok) return asked;
      const tenant = by === 'signer' ? signers[asked.signer]!.tenant : '';
      return { ok: true, caller: { name: asked.signer, scope: 'responder', tenant }, body: asked.body };
    },
  };
}
