/** Accounts, projects and domains of one's own organisation: what is opened to them stays at home. */
import type { Activity } from '../../schemas/activity.ts';
import { homeOf } from './recipients.ts';

/** Google's addresses of service accounts are of a project. */
const OF_PROJECT = /@([a-z0-9-]+)\.iam\.gserviceaccount\.com$/;

/** What a recipient may be listed by: itself, its account, its project or its domain. */
const namesOf = (id: string) => [id, homeOf(id).replace(/^account /, ''), ...(OF_PROJECT.exec(id)?.slice(1) ?? [])];

/**
 * Gives an activity as it is to be judged: those to whom it opens something are its own where the operator listed their home. Only the
 * operator can say so: what others of the tenant do may be done by whoever made up such an identity.
 */
export function ownHomes(listed: readonly string[]): (activity: Activity) => Activity {
  if (listed.length === 0) return (activity) => activity;
  const homes = new Set(listed.map((home) => home.toLowerCase()));
  const isOwn = (id: string) => namesOf(id).some((name) => homes.has(name.toLowerCase()));
  return (activity) => {
    const { recipients } = activity;
    if (recipients === undefined || !recipients.some(({ id, kind }) => kind === 'outside' && isOwn(id)))
      return activity;
    return {
      ...activity,
      recipients: recipients.map((one) => (one.kind === 'outside' && isOwn(one.id) ? { ...one, kind: 'own' } : one)),
    };
  };
}
