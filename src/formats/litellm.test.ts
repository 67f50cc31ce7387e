import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './litellm.ts';

const [chat, withTools, embedding, unknownModel, refused, spend, tool] = samplesOf(format);
const rig = formatRig(format);

it('a call of a key, known by its alias, for an end user and its owner', () => {
  expect(rig.read(chat)).toMatchObject({
    id: `litellm:${chat.litellm_call_id}`,
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'agent-desk', kind: 'api-key', provider: 'litellm', account: 'org-acme' },
    credential: { id: chat.metadata.user_api_key_hash, kind: 'other', longLived: true },
    onBehalfOf: [
      { id: 'customer-7', kind: 'end-user' },
      { id: 'ada@example.com', kind: 'human' },
    ],
    action: { name: 'completion', service: 'litellm', access: 'execute' },
    resource: { id: 'support-model', type: 'model' },
    source: { ip: '192.0.2.181', userAgent: 'billing-agent/2.1' },
    outcome: 'success',
  });
});

it('the ids of two calls differ, though the model gave both answers one id', () => {
  expect(withTools.id).toBe(chat.id);
  expect(rig.read(withTools).id).not.toBe(rig.read(chat).id);
});

it('the tools that a call offers its model are those that the run declares', () => {
  expect(rig.read(withTools).run).toEqual({ id: 'run-1', declared: ['pay_invoice'] });
});

it('a call is called the same, whether Python waited for it or not', () => {
  expect(rig.read(embedding).action.name).toBe('embedding');
  expect(rig.read({ ...embedding, call_type: 'embedding' }).action.name).toBe('embedding');
  expect(rig.read({ ...embedding, call_type: 'aretrieve_batch' }).action).toMatchObject({
    name: 'retrieve_batch',
    access: 'read',
  });
});

it('what failed has failed, what was refused or stopped is denied', () => {
  expect(rig.read(unknownModel)).toMatchObject({
    outcome: 'failed',
    errorCode: '400',
    resource: { id: 'no-such-model' },
  });
  expect(rig.read(refused)).toMatchObject({ outcome: 'denied', errorCode: '403' });
  const stopped = { ...chat, status_fields: { guardrail_status: 'guardrail_intervened' } };
  expect(rig.read(stopped)).toMatchObject({ outcome: 'denied', errorCode: 'guardrail_intervened' });
});

it('a row of the spend log is of the same key', () => {
  expect(rig.read(spend)).toMatchObject({
    identity: { id: 'agent-payer', kind: 'api-key' },
    credential: { id: withTools.metadata.user_api_key_hash },
    action: { name: 'completion' },
    resource: { id: 'support-model' },
  });
});

it('a call of a tool is the tool of its server', () => {
  expect(rig.read(tool)).toMatchObject({
    action: { name: 'tools/call:pay_invoice', service: 'mcp', access: 'write' },
    resource: { id: 'ledger', type: 'mcp-server' },
  });
});

it('a key that nobody gave out is nobody, so that guesses make no identities', () => {
  const guess = {
    ...refused,
    metadata: { user_api_key_hash: '2e056850a43583a5b3f57b3f310f88cff6339126c5d5505994fc932a87514cf5' },
    error_information: { error_code: '401', error_class: 'ProxyException' },
  };
  expect(rig.reader.readParsed(guess)[0]).toMatchObject({ status: 'skip' });
  // A key that was given out and has no alias is known by its hash.
  expect(rig.read({ ...chat, metadata: { user_api_key_hash: 'ab12', user_api_key_user_id: 'ada' } }).identity.id).toBe(
    'ab12',
  );
});
