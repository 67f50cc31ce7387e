/** What a recipe is: an act against a vendor's API as data, with how to confirm it, how to undo it and what it breaks. */
import { z } from 'zod';
import { CONTAINMENTS } from '../../schemas/suspension.ts';
import { placeholders } from './template.ts';

const text = (max: number) => z.string().min(1).max(max);

/** How requests prove who they are; which secrets that takes is the responder's option. */
export const AUTHS = ['bearer', 'ssws', 'vault-token', 'aws', 'app-jwt', 'google-jwt'] as const;

const stepSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z
    .string()
    .regex(/^\/[^\s#]*$/)
    .max(1_024)
    .meta({ description: 'Path and query below the base URL; placeholders are percent-encoded.' }),
  headers: z.record(z.string().regex(/^[a-z0-9-]{1,64}$/), text(1_024)).default({}),
  json: z.unknown().optional().meta({ description: 'JSON body; placeholders stand within its texts.' }),
  form: z
    .record(text(128), z.unknown())
    .optional()
    .meta({ description: 'Form body; `{"$json": ...}` writes JSON as a value.' }),
  alsoDone: z.array(z.number().int().min(300).max(499)).max(8).default([]).meta({
    description: 'Statuses besides 2xx that mean it is done, such as 404 of something already deleted.',
  }),
  where: z
    .strictObject({ at: text(256), equals: z.union([z.string(), z.number(), z.boolean()]) })
    .optional()
    .meta({ description: 'What the JSON answer must say at a dotted path; anything else is not yet done.' }),
});

export const recipeSchema = z
  .strictObject({
    title: text(200),
    documentation: z.url().max(1_024).meta({ description: "The vendor's page on the call." }),
    actions: z.array(z.enum(CONTAINMENTS)).min(1),
    targets: z.array(z.enum(['identity', 'credential', 'session', 'scope'])).min(1),
    providers: z.array(text(64)).min(1).max(16).optional().meta({
      description: 'Providers of the identities that it is for, as activities name them; absent: any.',
    }),
    kinds: z
      .array(text(64))
      .min(1)
      .max(16)
      .optional()
      .meta({ description: 'Kinds of the identities that it is for; absent: any.' }),
    auth: z.enum(AUTHS),
    aws: z.strictObject({ service: text(64), region: text(64) }).optional(),
    baseUrl: z
      .string()
      .max(1_024)
      .optional()
      .meta({ description: 'Where the API is, unless the responder says otherwise.' }),
    permissions: text(1_024).meta({
      description: 'What the credential of Tidemark must be allowed, and nothing more.',
    }),
    breaks: text(1_024),
    undo: text(1_024),
    cleanUp: z.array(text(512)).max(16).default([]).meta({
      description: 'What is left to do by hand after the act, one sentence a step.',
    }),
    parameters: z
      .record(
        z.string().regex(/^[a-zA-Z][a-zA-Z0-9]{0,62}$/),
        z.strictObject({
          from: z.enum(['identity', 'target', 'given']).meta({
            description:
              'Taken from the identity or the target by `match`, or given by whoever requests the suspension.',
          }),
          match: text(512).meta({
            description: 'Regular expression; its first group is the value. No match, no dispatch.',
          }),
        }),
      )
      .default({}),
    act: stepSchema,
    confirm: stepSchema.optional().meta({ description: 'A question whose answer shows that the act holds.' }),
    lift: stepSchema.optional().meta({ description: 'Absent where it cannot be undone.' }),
  })
  .superRefine((recipe, context) => {
    const known = new Set([...Object.keys(recipe.parameters), ...BUILT_IN]);
    for (const name of placeholders([recipe.act, recipe.confirm, recipe.lift]))
      if (!known.has(name)) context.addIssue({ code: 'custom', message: `{${name}} is no parameter`, path: ['act'] });
    if (placeholders(recipe.baseUrl).size > 0)
      context.addIssue({ code: 'custom', message: 'no placeholders in a host', path: ['baseUrl'] });
    for (const [name, { match }] of Object.entries(recipe.parameters))
      try {
        new RegExp(match, 'u');
      } catch {
        context.addIssue({ code: 'custom', message: 'not a regular expression', path: ['parameters', name, 'match'] });
      }
    if ((recipe.auth === 'aws') !== (recipe.aws !== undefined))
      context.addIssue({
        code: 'custom',
        message: 'aws: service and region, with auth aws and only then',
        path: ['aws'],
      });
    for (const [name, step] of Object.entries({ act: recipe.act, confirm: recipe.confirm, lift: recipe.lift }))
      if (step?.json !== undefined && step.form !== undefined)
        context.addIssue({ code: 'custom', message: 'one body: json or form', path: [name] });
  });

/** Placeholders every recipe has: id of the suspension, its short form, and the instant of the dispatch. */
export const BUILT_IN = ['suspension', 'short', 'dispatchedAt'] as const;

export type Recipe = z.infer<typeof recipeSchema>;
/** A recipe as it is written: what has a default may be left out. */
export type RecipeText = z.input<typeof recipeSchema>;
export type RecipeStep = z.infer<typeof stepSchema>;
