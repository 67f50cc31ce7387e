/** Carries out a recipe: one HTTP call to act, one to confirm, one to lift, written down as data (see docs/recipes). */
import { z } from 'zod';
import type { HttpRequest } from '../../ports/outside.ts';
import type { Order, OrderOutcome, ResponderType } from '../../ports/respond.ts';
import { jsonOf, outcomeOf, valueAt } from '../outcome.ts';
import { type Recipe, type RecipeStep, recipeSchema } from '../recipe.ts';
import { authOptions, openAuth } from '../recipe-auth.ts';
import { fillForm, fillHeader, fillJson, fillPath, TemplateError, type Values } from '../template.ts';

const options = z.strictObject({
  recipe: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'Name of a recipe that comes with Tidemark: see docs/recipes.' }),
  recipeFile: z.string().optional().meta({ description: 'JSON file with a recipe of your own.' }),
  baseUrl: z
    .string()
    .max(1_024)
    .optional()
    .meta({ description: 'Where the API is; a recipe for one vendor host has it already.' }),
  ...authOptions,
});

const SHORT_LENGTH = 12;

/** Values of the parameters, or which one cannot be told. */
function resolve(
  recipe: Recipe,
  subject: { identity: { id: string }; target: { id: string }; parameters: Readonly<Record<string, string>> },
): Record<string, string> | string {
  const values: Record<string, string> = {};
  for (const [name, { from, match }] of Object.entries(recipe.parameters)) {
    const given = subject.parameters[name];
    const source = from === 'identity' ? subject.identity.id : from === 'target' ? subject.target.id : given;
    if (source === undefined) return `parameter ${name} must be given`;
    const value = new RegExp(match, 'u').exec(source)?.[1];
    if (value === undefined || value === '') return `parameter ${name} cannot be told from the ${from}`;
    // Identities of AWS are kept in lower case: a person may restore the spelling, and nothing else.
    if (given !== undefined && given.toLowerCase() !== value.toLowerCase())
      return `parameter ${name} is not that of the ${from}`;
    values[name] = given ?? value;
  }
  return values;
}

function valuesOf({ suspension }: Order): Values {
  const { id, parameters, dispatchedAt, requestedAt } = suspension;
  return {
    ...parameters,
    suspension: id,
    short: id.slice(-SHORT_LENGTH),
    dispatchedAt: `${(dispatchedAt ?? requestedAt).slice(0, 19)}Z`,
  };
}

function requestOf(base: string, step: RecipeStep, values: Values): HttpRequest {
  const headers = Object.fromEntries(
    Object.entries(step.headers).map(([name, value]) => [name, fillHeader(value, values)]),
  );
  const url = `${base}${fillPath(step.path, values)}`;
  const common = { url, method: step.method };
  if (step.form !== undefined)
    return {
      ...common,
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...headers },
      body: fillForm(step.form, values),
    };
  if (step.json === undefined) return { ...common, headers };
  return {
    ...common,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(fillJson(step.json, values)),
  };
}

export const responder: ResponderType<z.infer<typeof options>> = {
  about: { title: 'Recipe', standard: "the vendor's HTTP API", actions: 'by recipe' },
  options,
  async open({ recipe: name, recipeFile, baseUrl, ...auth }, context) {
    if ((name === undefined) === (recipeFile === undefined)) context.refuse('recipe or recipeFile: one of the two');
    let raw: unknown = name === undefined ? undefined : context.recipes.get(name);
    if (name !== undefined && raw === undefined)
      context.refuse(`recipe: there is no ${name}, but ${[...context.recipes.keys()].join(', ')}`);
    if (recipeFile !== undefined)
      try {
        raw = JSON.parse(context.file(recipeFile));
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        context.refuse('recipeFile: not JSON');
      }
    const parsed = recipeSchema.safeParse(raw);
    const recipe: Recipe =
      parsed.data ??
      context.refuse(
        `recipe: ${parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
      );
    const base = (baseUrl ?? recipe.baseUrl ?? context.refuse('baseUrl: this recipe needs it')).replace(/\/+$/, '');
    const wrong = context.http.objection(`${base}/`);
    if (wrong !== undefined) context.refuse(`baseUrl: ${wrong}`);
    if (/[?#]/.test(base)) context.refuse('baseUrl: no query in it');
    const authorize = await openAuth(recipe, auth, context);

    async function send(step: RecipeStep, order: Order, signal: AbortSignal): Promise<'ok' | OrderOutcome> {
      try {
        const request = await authorize(requestOf(base, step, valuesOf(order)), signal);
        if (!('url' in request)) return request;
        const answer = await context.http.request(request, signal);
        const outcome = outcomeOf(answer, context.clock.now(), step.alsoDone);
        if (outcome !== 'ok' || step.where === undefined) return outcome;
        if (answer.outcome === 'answered' && step.alsoDone.includes(answer.status)) return 'ok';
        return valueAt(jsonOf(answer), step.where.at) === step.where.equals
          ? 'ok'
          : { status: 'retry', reason: `${step.where.at} does not say so yet` };
      } catch (error) {
        if (error instanceof TemplateError) return { status: 'refused', reason: error.message };
        throw error;
      }
    }

    return {
      prepare(subject) {
        if (!recipe.actions.includes(subject.action) || !recipe.targets.includes(subject.target.kind))
          return {
            ok: false,
            reason: `the recipe is for ${recipe.actions.join(', ')} of a ${recipe.targets.join(', ')}`,
          };
        const values = resolve(recipe, subject);
        if (typeof values === 'string') return { ok: false, reason: values };
        try {
          for (const step of [recipe.act, recipe.confirm, recipe.lift])
            if (step !== undefined)
              requestOf(base, step, { ...values, suspension: '-', short: '-', dispatchedAt: '-' });
        } catch (error) {
          if (error instanceof TemplateError) return { ok: false, reason: error.message };
          throw error;
        }
        return {
          ok: true,
          parameters: values,
          reversible: recipe.lift !== undefined,
          breaks: recipe.breaks,
          undo: recipe.undo,
          confirms: recipe.confirm !== undefined,
          cleanUp: recipe.cleanUp,
        };
      },
      async carryOut(order, signal) {
        const step = order.step === 'act' ? recipe.act : recipe.lift;
        if (step === undefined) return { status: 'refused', reason: recipe.undo };
        const sent = await send(step, order, signal);
        if (sent !== 'ok') return sent;
        if (order.step === 'lift' || recipe.confirm === undefined)
          return { status: 'done', detail: 'the service took it' };
        const confirmed = await send(recipe.confirm, order, signal);
        if (confirmed === 'ok') return { status: 'done', detail: 'the service says it holds' };
        // The act was taken; that it cannot be seen yet is no reason to act again.
        return { status: 'accepted' };
      },
      ...(recipe.confirm !== undefined && {
        async check(order: Order, signal: AbortSignal): Promise<OrderOutcome> {
          const confirmed = await send(recipe.confirm!, order, signal);
          if (confirmed === 'ok') return { status: 'done', detail: 'the service says it holds' };
          return confirmed.status === 'done' ? confirmed : { status: 'accepted' };
        },
      }),
    };
  },
};
