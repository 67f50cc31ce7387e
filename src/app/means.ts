/** Opens what tells how an advised step can be taken here. It reads the shelves, and no secret. */
import type { Config } from '../../schemas/config.ts';
import type { MeansOf, ResponderType } from '../ports/respond.ts';
import { createMeans } from '../respond/means.ts';
import { discover, SHELVES } from './shelves.ts';

export async function openMeans(respond: Config['respond']): Promise<MeansOf> {
  const types = await discover<ResponderType>(SHELVES.responders, 'responder');
  const recipes = await discover<unknown>(SHELVES.recipes, 'recipe');
  return createMeans({ respond, types, recipes });
}
