/** Opens what tells how an advised step can be taken here. It reads the shelves and recipes of one's own, and no secret. */
import type { Config } from '../../schemas/config.ts';
import { readBounded } from '../config/read-bounded.ts';
import type { MeansOf, ResponderType } from '../ports/respond.ts';
import { createMeans } from '../respond/means.ts';
import { discover, SHELVES } from './shelves.ts';

/** Longest file with a recipe of one's own that is read, in bytes. */
export const RECIPE_MAX_BYTES = 1024 * 1024;

/** What a file holds as JSON. One that cannot be read is no fault here: who carries advice out checks it when it starts, and may be another process. */
function recipeAt(path: string): unknown {
  const read = readBounded(path, RECIPE_MAX_BYTES);
  if (read.status !== 'read') return undefined;
  try {
    return JSON.parse(read.bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

export async function openMeans(respond: Config['respond']): Promise<MeansOf> {
  const types = await discover<ResponderType>(SHELVES.responders, 'responder');
  const recipes = await discover<unknown>(SHELVES.recipes, 'recipe');
  return createMeans({ respond, types, recipes, own: recipeAt });
}
