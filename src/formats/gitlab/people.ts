/** Tells people of GitLab from the users that tokens and service accounts act as. */
import type { Activity } from '../../../schemas/activity.ts';

/** Users that project and group access tokens, and service accounts, act as. */
const BOT = /(?:^|_)(?:project|group)_\d+_bot(?:_|$)|^service_account_|(?:^|[-_])bot(?:$|[-_])/i;

/** The kind of identity behind a login or shown name. */
export const identityKindOf = (name: string): Activity['identity']['kind'] => (BOT.test(name) ? 'bot' : 'human');
