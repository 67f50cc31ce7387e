/** How the step that an alert advises can be taken here: which responder is set up for it, which recipe would do it, and what that really does. */
import type { Alert } from '../../schemas/alert.ts';
import type { Means } from '../../schemas/api.ts';
import type { Config } from '../../schemas/config.ts';
import type { ContainmentAction } from '../../schemas/suspension.ts';
import type { MeansOf, ResponderType } from '../ports/respond.ts';
import { checklist, type Step } from './checklist.ts';
import { policyFor } from './policy.ts';
import { type Recipe, recipeSchema } from './recipe.ts';

export interface MeansParts {
  readonly respond: Config['respond'];
  readonly types: ReadonlyMap<string, Pick<ResponderType, 'about'>>;
  /** The shelf, by id. */
  readonly recipes: ReadonlyMap<string, unknown>;
  /** What a `recipeFile` holds, as JSON; undefined where it cannot be read here. */
  own(path: string): unknown;
}

/** Recipes that are named where none is set up. */
const RECIPES_NAMED = 3;

/** A way that fits. */
interface Way {
  readonly responder?: string;
  readonly id?: string;
  /** Of a recipe of one's own: where it lies. */
  readonly file?: string;
  readonly recipe?: Recipe;
}

/** A responder as it is configured. */
interface Configured {
  readonly type: string;
  readonly recipe?: unknown;
  readonly recipeFile?: string;
}

/** Whether a recipe is for such a step, and can tell whom it is about from the names in the alert. What a person has to give is asked for later. */
function fits(
  { actions, targets, parameters, providers, kinds }: Recipe,
  { identity, recommendation: { action, target } }: Alert,
): boolean {
  if (providers?.includes(identity.provider) === false || kinds?.includes(identity.kind) === false) return false;
  if (!(actions as readonly string[]).includes(action) || !targets.includes(target.kind)) return false;
  return Object.values(parameters).every(({ from, match }) => {
    if (from === 'given') return true;
    return (new RegExp(match, 'u').exec(from === 'identity' ? identity.id : target.id)?.[1] ?? '') !== '';
  });
}

const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);

/** What a recipe does, in its own words. */
function doing({ title, breaks, undo, lift, parameters }: Recipe): string {
  const asked = Object.entries(parameters).flatMap(([name, { from }]) => (from === 'given' ? [name] : []));
  const back = lift === undefined ? `It cannot be taken back: ${undo}` : `Taken back: ${undo}`;
  const ask = asked.length === 0 ? '' : ` It asks for ${asked.join(', ')}.`;
  return `${title}. It breaks ${sentence(breaks)} ${sentence(back)}${ask}`;
}

/** Answers for any alert, from the configuration and the shelves alone: asks nobody, and needs no secret. Undefined where the alert advises no step. */
export function createMeans({ respond, types, recipes, own }: MeansParts): MeansOf {
  const shelf = [...recipes].flatMap(([id, raw]) => {
    const recipe = recipeSchema.safeParse(raw).data;
    return recipe === undefined ? [] : [{ id, recipe }];
  });
  // What does one thing alone comes before what can do others as well.
  shelf.sort((a, b) => a.recipe.actions.length - b.recipe.actions.length || (a.id < b.id ? -1 : 1));
  const usable = new Set(
    Object.values(respond.responders).flatMap(({ recipe }) => (typeof recipe === 'string' ? [recipe] : [])),
  );

  const files = new Map(
    Object.values(respond.responders).flatMap(({ recipeFile }) =>
      typeof recipeFile === 'string' ? [[recipeFile, recipeSchema.safeParse(own(recipeFile)).data] as const] : [],
    ),
  );
  /** Responders whose recipe cannot be read here: whether they would do is not known. */
  const unread = Object.entries(respond.responders).flatMap(([name, { recipeFile }]) =>
    typeof recipeFile === 'string' && files.get(recipeFile) === undefined ? [name] : [],
  );

  function configured(alert: Alert): Way | undefined {
    const action = alert.recommendation.action as ContainmentAction;
    const { tenant, owner } = alert;
    const first = policyFor(respond, { tenant, action, owner }).responder;
    const names = Object.keys(respond.responders).sort((a, b) => Number(b === first) - Number(a === first));
    for (const responder of names) {
      const { type, recipe: id, recipeFile: file } = respond.responders[responder] as Configured;
      const recipe = file === undefined ? undefined : files.get(file);
      if (file !== undefined && recipe !== undefined && fits(recipe, alert)) return { responder, file, recipe };
      const known = shelf.find((one) => one.id === id);
      if (known !== undefined && fits(known.recipe, alert)) return { responder, ...known };
      const actions = types.get(type)?.about.actions;
      if (actions !== undefined && actions !== 'by recipe' && actions.includes(action)) return { responder };
    }
    return undefined;
  }

  function worded({ responder, id, file, recipe }: Way, alert: Alert): Means {
    const off = respond.enabled ? '' : ' respond.enabled is off: it acts only once that is on.';
    const type = respond.responders[responder ?? '']?.type ?? '';
    const what =
      recipe === undefined ? `${types.get(type)?.about.title ?? type}.` : `recipe ${id ?? file}. ${doing(recipe)}`;
    return {
      by: `responder ${responder}, ${what}${off}`,
      ...(responder !== undefined && { responder }),
      ...(id !== undefined && { recipe: id }),
      steps: stepsOf(alert, recipe, usable),
    };
  }

  function stepsOf(alert: Alert, recipe: Recipe | undefined, known: ReadonlySet<string>): readonly Step[] {
    if (recipe === undefined) return [];
    const { breaks, undo, cleanUp, lift, confirm } = recipe;
    const action = alert.recommendation.action as ContainmentAction;
    const { ttlMs } = policyFor(respond, { tenant: alert.tenant, action, owner: alert.owner });
    return checklist(
      { identity: alert.identity, breaks, reversible: lift !== undefined, ttlMs },
      {
        ok: true,
        parameters: {},
        reversible: lift !== undefined,
        breaks,
        undo,
        confirms: confirm !== undefined,
        cleanUp,
      },
      alert,
      known,
    );
  }

  return (alert) => {
    if (alert.recommendation.action === 'observe') return undefined;
    const way = configured(alert);
    if (way !== undefined) return worded(way, alert);
    const others = shelf.filter(({ recipe }) => fits(recipe, alert));
    const [best] = others;
    const by =
      unread.length === 0
        ? 'no responder is set up here for it'
        : `no responder that can be read here is set up for it (the recipe of ${unread.join(', ')} cannot)`;
    if (best === undefined) return { by: `${by}, and no recipe is known: it is done by hand`, steps: [] };
    const page = `docs/recipes/${best.id.split('-')[0]}.md`;
    if (others.length === 1)
      return {
        by: `${by}. Recipe ${best.id} would do it (${page}): ${doing(best.recipe)}`,
        recipe: best.id,
        steps: stepsOf(alert, best.recipe, new Set([...usable, best.id])),
      };
    const named = others.slice(0, RECIPES_NAMED).map(({ id, recipe }) => `${id} (${recipe.title})`);
    return { by: `${by}. A recipe would do it: ${named.join(' or ')}; see ${page}`, steps: [] };
  };
}
