/** Reads what an administrator of Google Workspace did: Cloud Logging holds the event whole, and names the thing nowhere else. */
import type { Activity } from '../../../schemas/activity.ts';
import { given, kindOfAddress, listAt, objectAt, recipientsOf, textAt } from '../../ingest/format.ts';

// Field map: Cloud Logging, "Audit logs for Google Workspace" (AdminService), with the parameters of the Admin SDK Reports API, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** Parameters that name the thing, the narrowest first: who was given a role or put into a group is told by the role or group. */
const NAMES =
  'ROLE_NAME GROUP_EMAIL API_CLIENT_NAME OAUTH2_APP_ID APP_ID USER_EMAIL SETTING_NAME APPLICATION_NAME DOMAIN_NAME ORG_UNIT_NAME'.split(
    ' ',
  );
const LETS_IN = /^(?:ADD_GROUP_MEMBER|ASSIGN_ROLE)$/;

/** The thing, and whom it is opened to; undefined for an entry that holds no such event. `actor` is the administrator's address. */
export function workspaceAct(payload: Fields, actor: string): Pick<Activity, 'resource' | 'recipients'> | undefined {
  if (textAt(payload.serviceName) !== 'admin.googleapis.com') return undefined;
  const event = objectAt(listAt(objectAt(payload.metadata)?.event)[0]);
  if (event === undefined) return undefined;
  const parameters = listAt(event.parameter).map((one) => objectAt(one));
  const told = (name: string) => textAt(parameters.find((one) => one?.name === name)?.value);
  const name = NAMES.find((one) => told(one) !== undefined);
  const user = told('USER_EMAIL')?.toLowerCase();
  return given({
    resource:
      name === undefined ? undefined : { id: told(name)!, type: name.toLowerCase().replace(/_(?:id|name|email)$/, '') },
    recipients:
      user !== undefined && LETS_IN.test(textAt(event.eventName) ?? '')
        ? recipientsOf([{ id: user, kind: kindOfAddress(user, actor) }])
        : undefined,
  });
}
