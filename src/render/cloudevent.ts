/** The CloudEvents 1.0 envelope of an alert, structured mode. */
import type { Alert } from '../../schemas/alert.ts';
import { changeOf } from './change.ts';

/** Half of a surrogate pair, which no URI can hold, becomes U+FFFD. */
const uriPart = (text: string) => encodeURIComponent(Buffer.from(text).toString());

/** `source` and `id` together name one alert version, so a receiver can drop what it saw before. */
export function cloudEvent(alert: Alert, schema: string, payload: unknown): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: `${alert.id}:${alert.version}`,
    source: `/tidemark/${uriPart(alert.tenant)}`,
    type: `tidemark.alert.${changeOf(alert)}`,
    subject: alert.identity.id,
    time: alert.lastAt,
    datacontenttype: 'application/json',
    dataschema: schema,
    data: payload,
  };
}
