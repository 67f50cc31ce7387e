/** To whom changes of policy of Google Cloud and shares of Workspace open things. */
import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../../test/unit/format-rig.ts';
import { format } from '../gcp-audit.ts';
import { format as workspace } from '../google-workspace-token.ts';

const [entry] = samplesOf(format);
const rig = formatRig(format);
const PROJECT = 'shop';

const to = (payload: object, principalEmail = 'ada@example.com') =>
  rig
    .read({
      ...entry,
      resource: { type: 'gcs_bucket', labels: { project_id: PROJECT } },
      protoPayload: {
        ...entry.protoPayload,
        ...{ methodName: 'storage.setIamPermissions', serviceName: 'storage.googleapis.com' },
        ...{ authenticationInfo: { principalEmail }, ...payload },
      },
    })
    .recipients?.map(({ kind, id }) => `${kind} ${id}`);
const deltas = (...members: string[]) => ({
  serviceData: {
    policyDelta: { bindingDeltas: members.map((member) => ({ action: 'ADD', role: 'roles/x', member })) },
  },
});

it('members are told by whose they are', () => {
  expect(
    to(
      deltas(
        'user:Bob@example.com',
        'user:eve@gmail.example',
        `serviceAccount:job@${PROJECT}.iam.gserviceaccount.com`,
        'serviceAccount:job@other.iam.gserviceaccount.com',
        'serviceAccount:service-1@gcp-sa-logging.iam.gserviceaccount.com',
        'domain:example.com',
        `projectOwner:${PROJECT}`,
        'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*',
        'deleted:user:gone@example.com?uid=1',
      ),
    ),
  ).toEqual([
    'outside eve@gmail.example',
    'outside job@other.iam.gserviceaccount.com',
    'unknown principalset://iam.googleapis.com/projects/1/locations/global/workloadidentitypools/p/*',
    'service service-1@gcp-sa-logging.iam.gserviceaccount.com',
    'own bob@example.com',
    'own example.com',
    `own job@${PROJECT}.iam.gserviceaccount.com`,
    `own projectOwner:${PROJECT}`,
  ]);
  for (const member of ['allUsers', 'allAuthenticatedUsers']) expect(to(deltas(member))).toEqual(['everybody *']);
});

it('the domain of people says nothing beside a service account', () => {
  expect(to(deltas('user:eve@gmail.example'), `job@${PROJECT}.iam.gserviceaccount.com`)).toEqual([
    'unknown eve@gmail.example',
  ]);
});

it('without the difference the whole policy that is set tells; what is taken away opens nothing', () => {
  const request = { policy: { bindings: [{ role: 'roles/x', members: ['allUsers'] }] } };
  expect(to({ request })).toEqual(['everybody *']);
  const removed = { policyDelta: { bindingDeltas: [{ action: 'REMOVE', role: 'roles/x', member: 'allUsers' }] } };
  expect(to({ serviceData: removed, request })).toBeUndefined();
  expect(to({ methodName: 'storage.buckets.get', request })).toBeUndefined();
});

it('a document of Workspace is opened to a person, a domain, or whoever has the link', () => {
  const read = (parameters: object) =>
    formatRig(workspace)
      .read({
        kind: 'admin#reports#activity',
        id: { time: '2026-03-01T10:15:30.000Z', applicationName: 'drive', customerId: 'C1', uniqueQualifier: '1' },
        actor: { email: 'ada@example.com' },
        events: [{ type: 'acl_change', name: 'change_user_access', parameters: { doc_id: 'd', ...parameters } }],
      })
      .recipients?.map(({ kind, id }) => `${kind} ${id}`);
  expect(read({ target_user: 'bob@example.com', new_value: ['can_edit'] })).toEqual(['own bob@example.com']);
  expect(read({ target_user: 'eve@other.example', visibility_change: 'external' })).toEqual([
    'outside eve@other.example',
  ]);
  expect(read({ visibility: 'people_with_link', old_visibility: 'private' })).toEqual(['everybody *']);
  expect(read({ target_domain: 'other.example' })).toEqual(['outside other.example']);
  expect(read({ target_user: 'eve@other.example', new_value: ['none'] })).toBeUndefined();
  // What is no text takes nothing away.
  expect(read({ target_user: 'eve@other.example', new_value: { toString: 1, valueOf: 1 } })).toEqual([
    'outside eve@other.example',
  ]);
});
