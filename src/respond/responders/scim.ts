/** Switches an account off and on in an identity provider that speaks SCIM 2.0 (RFC 7644): `PATCH active=false`. */
import { z } from 'zod';
import type { OrderOutcome, ResponderType } from '../../ports/respond.ts';
import { jsonOf, outcomeOf, valueAt } from '../outcome.ts';

const options = z.strictObject({
  url: z
    .string()
    .max(2_048)
    .meta({ description: 'Base URL of the SCIM service, such as https://idp.example/scim/v2.' }),
  tokenFile: z.string().meta({ description: 'File whose first line is the bearer token.' }),
  resource: z
    .string()
    .regex(/^[A-Za-z]{1,64}$/)
    .default('Users')
    .meta({ description: 'Resource type: Users, or what the provider calls its machine accounts.' }),
  identityPattern: z
    .string()
    .max(512)
    .default('^(.{1,512})$')
    .meta({ description: 'Regular expression over the identity; its first group names the account.' }),
  lookup: z
    .enum(['id', 'userName', 'externalId'])
    .default('id')
    .meta({ description: 'What that name is: the SCIM id itself, or an attribute to search by.' }),
});

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export const responder: ResponderType<z.infer<typeof options>> = {
  about: { title: 'SCIM', standard: 'SCIM 2.0, RFC 7644', actions: ['suspend-identity'] },
  options,
  async open({ url, tokenFile, resource, identityPattern, lookup }, context) {
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`url: ${wrong}`);
    let pattern: RegExp;
    try {
      pattern = new RegExp(identityPattern, 'u');
    } catch {
      return context.refuse('identityPattern: not a regular expression');
    }
    const base = `${url.replace(/\/+$/, '')}/${resource}`;
    context.secret(tokenFile);
    // Read again at every request: short-lived tokens are replaced beneath us.
    const headers = () => ({
      authorization: `Bearer ${context.secret(tokenFile)}`,
      accept: 'application/scim+json',
      'content-type': 'application/scim+json',
    });

    /** The SCIM id, or why there is none. Two accounts by one name are a doubt. */
    async function idOf(name: string, signal: AbortSignal): Promise<string | OrderOutcome> {
      if (lookup === 'id') return name;
      const filter = encodeURIComponent(`${lookup} eq ${JSON.stringify(name)}`);
      const request = { url: `${base}?filter=${filter}&count=2`, method: 'GET', headers: headers() } as const;
      const answer = await context.http.request(request, signal);
      const outcome = outcomeOf(answer, context.clock.now());
      if (outcome !== 'ok') return outcome;
      const found = valueAt(jsonOf(answer), 'Resources');
      const ids = Array.isArray(found) ? found.map((one) => valueAt(one, 'id')) : [];
      if (ids.length === 1 && typeof ids[0] === 'string' && ids[0] !== '') return ids[0];
      return { status: 'refused', reason: `${ids.length} accounts have that ${lookup}` };
    }

    return {
      prepare({ action, target, parameters }) {
        if (action !== 'suspend-identity' || target.kind !== 'identity')
          return { ok: false, reason: 'SCIM switches whole accounts off, nothing smaller' };
        const account = pattern.exec(target.id)?.[1];
        if (account === undefined || account === '' || account === '.' || account === '..')
          return { ok: false, reason: 'the identity does not match identityPattern' };
        return {
          ok: true,
          parameters: { ...parameters, account },
          reversible: true,
          breaks: 'every sign-in of the account',
        };
      },
      async carryOut({ step, suspension }, signal) {
        const { account } = suspension.parameters;
        if (account === undefined) return { status: 'refused', reason: 'no account was resolved' };
        const id = await idOf(account, signal);
        if (typeof id !== 'string') return id;
        const active = step === 'lift';
        const target = `${base}/${encodeURIComponent(id)}`;
        const body = JSON.stringify({
          schemas: [PATCH_OP],
          Operations: [{ op: 'replace', path: 'active', value: active }],
        });
        const patched = await context.http.request({ url: target, method: 'PATCH', headers: headers(), body }, signal);
        const outcome = outcomeOf(patched, context.clock.now());
        if (outcome !== 'ok') return outcome;
        // 204 shows nothing, and some services answer 200 to what they ignore: the account itself has the last word.
        const read = await context.http.request({ url: target, method: 'GET', headers: headers() }, signal);
        const readable = outcomeOf(read, context.clock.now());
        if (readable !== 'ok') return readable;
        return valueAt(jsonOf(read), 'active') === active
          ? { status: 'done', detail: `active is ${active}` }
          : { status: 'retry', reason: `active is not yet ${active}` };
      },
    };
  },
};
