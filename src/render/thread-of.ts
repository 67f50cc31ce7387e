/** What ties together all that is sent about one alert, or about alerts of several identities for one cause. */
import type { Alert } from '../../schemas/alert.ts';

/** The same for all versions of an alert: the cause is named when it is raised, the incident only once others are known. */
export const threadOf = ({ id, cause, incident }: Pick<Alert, 'id' | 'cause' | 'incident'>): string =>
  cause ?? incident ?? id;
