/** Which ids never come back, out of the stored activities. */
import type { FleetingIds } from '../../ports/triage.ts';
import { ask } from './ask.ts';
import type { Connection } from './connect.ts';
import { FLEETING } from './questions.ts';

/** Fewer ids that never came back may be chance: a handful of jobs that ran once. */
const LEAST = 20;

type Cells = [string, string, string, string, number | string, number | string, string[]];

export async function fleetingIds(
  connection: Connection,
  database: string,
  limit: number,
): Promise<readonly FleetingIds[]> {
  const rows = await ask<Cells>(connection, FLEETING.replaceAll('DB.', `${database}.`), { least: LEAST, limit });
  return rows.map(([tenant, provider, account, kind, ids, fleeting, examples]) => ({
    tenant,
    provider,
    ...(account !== '' && { account }),
    kind,
    ids: Number(ids),
    fleeting: Number(fleeting),
    examples,
  }));
}
