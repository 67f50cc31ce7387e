/** Turns the responders of the config into open ones, or says what is wrong with their options. */
import type { Config } from '../../schemas/config.ts';
import type { Responder, ResponderContext, ResponderType } from '../ports/respond.ts';

/** Opens every configured responder. What is wrong is told through `context.refuse`, with the key it stands under. */
export async function openResponders(
  configured: Config['respond']['responders'],
  types: ReadonlyMap<string, ResponderType>,
  context: ResponderContext,
): Promise<ReadonlyMap<string, Responder>> {
  const open = new Map<string, Responder>();
  for (const [name, { type: typeName, ...rest }] of Object.entries(configured)) {
    const refuse = (reason: string): never => context.refuse(`respond.responders.${name}: ${reason}`);
    const type = types.get(typeName) ?? refuse(`there is no type ${typeName}, but ${[...types.keys()].join(', ')}`);
    const options = type.options.safeParse(rest);
    if (!options.success)
      refuse(options.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    open.set(name, await type.open(options.data, { ...context, refuse }));
  }
  return open;
}
