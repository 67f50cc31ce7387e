/** Where a person looks at an alert: its page in the console. */
import type { Alert } from '../../schemas/alert.ts';

/** The page of an alert under the address that people reach the console by. To open it decides nothing. */
export function alertLink(publicUrl: string, { id }: Pick<Alert, 'id'>): string {
  // Ids that are not well-formed Unicode get a page that is not found, and no fault.
  return `${publicUrl.replace(/\/+$/, '')}/#/alerts/${encodeURIComponent(Buffer.from(id).toString())}`;
}
