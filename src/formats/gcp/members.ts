/** Reads to whom a change of policy of Google Cloud gives something: the members of its bindings. */
import type { Recipient } from '../../../schemas/activity.ts';
import {
  EVERYBODY,
  kindOfAddress,
  listAt,
  type NamedRecipient,
  objectAt,
  recipientsOf,
  textAt,
} from '../../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Beside whom a member is own. */
export interface Home {
  /** Project of the thing, by its name. */
  readonly project: string | undefined;
  /** Address of whoever acts. */
  readonly caller: string | undefined;
}

/** Google's own agents; who runs a project's machines is the project's. */
const AGENT =
  /^(?:service-\d+@|[^@]*@gcp-sa-)|@(?:system|cloudservices|compute-system|cloudbuild)\.gserviceaccount\.com$/;

function member(named: string, { project, caller }: Home): NamedRecipient {
  if (/^all(?:Authenticated)?Users$/.test(named)) return EVERYBODY;
  const [, prefix = '', name = ''] = /^(?:([A-Za-z]+):(?!\/\/))?(.+)$/s.exec(named) ?? [];
  const id = name.toLowerCase();
  // Whoever has been deleted is let in no more.
  if (prefix === 'deleted' || id === '') return { id: undefined, kind: 'unknown' };
  if (/^project(?:Owner|Editor|Viewer)$/.test(prefix))
    return { id: named, kind: project === undefined ? 'unknown' : id === project ? 'own' : 'outside' };
  if (AGENT.test(id)) return { id, kind: 'service' };
  const home =
    /@([a-z0-9.:-]+)\.iam\.gserviceaccount\.com$/.exec(id)?.[1] ?? /^(.+)@appspot\.gserviceaccount\.com$/.exec(id)?.[1];
  if (home !== undefined) return { id, kind: project === undefined ? 'unknown' : home === project ? 'own' : 'outside' };
  // A service account's address tells nothing of the domain of the people it works for.
  const own = caller?.endsWith('gserviceaccount.com') ? undefined : caller;
  if (prefix === 'domain') return { id, kind: kindOfAddress(`@${id}`, own) };
  return { id, kind: id.endsWith('gserviceaccount.com') ? 'unknown' : kindOfAddress(id, own) };
}

/**
 * The members that a change of policy adds, where the entry tells the difference; else those of the whole policy that is set. An invitation
 * to own a project names its one member.
 */
export function membersOf(method: string, payload: Fields, home: Home): Recipient[] | undefined {
  const request = objectAt(payload.request);
  if (method.endsWith('InsertProjectOwnershipInvite')) return recipientsOf(named([request?.member], home));
  if (!/setIam(?:Policy|Permissions)$/i.test(method)) return undefined;
  const data = objectAt(payload.serviceData) ?? objectAt(payload.metadata);
  const deltas = listAt(objectAt(data?.policyDelta)?.bindingDeltas).map((item) => objectAt(item));
  if (deltas.length > 0)
    return recipientsOf(
      named(
        deltas.filter((delta) => delta?.action === 'ADD').map((delta) => delta?.member),
        home,
      ),
    );
  const bindings = listAt(objectAt(request?.policy)?.bindings);
  return recipientsOf(
    named(
      bindings.flatMap((binding) => listAt(objectAt(binding)?.members)),
      home,
    ),
  );
}

const named = (values: readonly unknown[], home: Home) =>
  values.flatMap((value) => {
    const text = textAt(value);
    return text === undefined ? [] : [member(text, home)];
  });
