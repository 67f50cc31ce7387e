/** What was saved and cannot be read: told with the next step, since a memory must not be half understood. */

/** What to do where a part of the saved state is damaged or gone: what is stored of the activities is learned again. */
export const RELEARN =
  'Restore the tables memory and snapshot from a backup; or empty both, and the habits are learned again from the stored activities (store.activityTtlDays; what is older is lost).';

export class MemoryFault extends Error {
  override readonly name = 'MemoryFault';
  readonly remedy: string;

  constructor(problem: string, remedy: string, cause?: unknown) {
    super(problem, cause === undefined ? undefined : { cause });
    this.remedy = remedy;
  }
}

/** The readable name of a row's key: an identity, or a part of what belongs to the whole partition. */
export function keyText(key: string): string {
  if (key.startsWith('\u0001')) return `row ${key.slice(1)} of a partition`;
  const [tenant, identity, provider, account] = key.split('\u0000');
  const home = provider === undefined ? '' : ` (${[provider, account].filter(Boolean).join(', ')})`;
  return `identity ${identity}${home} of tenant ${tenant}`;
}

/** Does `read`; whatever goes wrong in it is told as what it means for the saved row of `key`. */
export function reading<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MemoryFault) throw new MemoryFault(`${keyText(key)}: ${error.message}`, error.remedy, error);
    if (error instanceof Error)
      throw new MemoryFault(`${keyText(key)}: what was saved is damaged: ${error.message}`, RELEARN, error);
    throw error;
  }
}
