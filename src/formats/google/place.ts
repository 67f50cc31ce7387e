/** Where an activity of Google Workspace came from. */
import type { Activity } from '../../../schemas/activity.ts';
import { given, listAt, objectAt, textAt } from '../../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

export function placeOf(record: Fields): Activity['source'] {
  const network = objectAt(record.networkInfo);
  const asn = Number(listAt(network?.ipAsn)[0] ?? 0);
  return given({
    ip: textAt(record.ipAddress),
    asn: Number.isInteger(asn) && asn > 0 && asn <= 4_294_967_295 ? asn : undefined,
    country: textAt(network?.regionCode),
  });
}

/** The parameters of one event by name: a list of `{name, value}` from the API, or an object that an exporter made of it. */
export function parametersOf(event: Fields): Fields {
  if (!Array.isArray(event.parameters)) return objectAt(event.parameters) ?? {};
  const named: Record<string, unknown> = {};
  for (const item of event.parameters) {
    const parameter = objectAt(item);
    const name = textAt(parameter?.name);
    if (parameter !== undefined && name !== undefined && name !== '__proto__')
      named[name] = parameter.value ?? parameter.multiValue ?? parameter.intValue ?? parameter.boolValue;
  }
  return named;
}
