/** What an alert says of how its step can be taken here. */
import { expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import type { ResponderType } from '../ports/respond.ts';
import { createMeans } from './means.ts';
import { recipe as bound } from './recipes/aws-bound-role.ts';
import { recipe as deactivate } from './recipes/aws-deactivate-access-key.ts';
import { recipe as deny } from './recipes/aws-deny-role.ts';
import { recipe as sessions } from './recipes/aws-revoke-role-sessions.ts';

const recipes = new Map<string, unknown>([
  ['aws-bound-role', bound],
  ['aws-deactivate-access-key', deactivate],
  ['aws-deny-role', deny],
  ['aws-revoke-role-sessions', sessions],
]);
const types = new Map<string, Pick<ResponderType, 'about'>>([
  ['recipe', { about: { title: 'Recipe', standard: '', actions: 'by recipe' } }],
  ['webhook', { about: { title: 'Signed webhook', standard: '', actions: ['suspend-identity'] } }],
]);
/** Files that can be read here. */
const files: Readonly<Record<string, unknown>> = {
  '/etc/tidemark/own.json': { ...deny, title: 'Puts the role to sleep' },
};
const meansOf = (respond: object, alert: Alert) =>
  createMeans({ respond: configSchema.parse({ respond }).respond, types, recipes, own: (path) => files[path] })(alert);

const role = 'arn:aws:iam::111122223333:role/orders-api';
const alertOf = (action: string, target: { kind: string; id: string }, identity = role) =>
  ({
    tenant: 'acme',
    identity: { id: identity, kind: 'role', provider: 'aws' },
    evidence: [{ action: 'iam:CreateUser', things: ['user/backdoor'] }],
    recommendation: { action, target },
  }) as unknown as Alert;
const suspend = alertOf('suspend-identity', { kind: 'identity', id: role });
const end = alertOf('revoke-session', { kind: 'session', id: 'ASIAEXAMPLE' });

it('names the responder that is set up, with what its recipe really does, its undo and a list to tick', () => {
  const told = meansOf(
    { enabled: true, responders: { aws: { type: 'recipe', recipe: 'aws-revoke-role-sessions' } } },
    end,
  );
  expect(told).toMatchObject({ responder: 'aws', recipe: 'aws-revoke-role-sessions' });
  expect(told?.by).toContain('every session of the role begun before the dispatch');
  expect(told?.by).toContain('Taken back: the inline policy is deleted');
  const says = told?.steps.map((step) => step.says).join('\n');
  expect(says).toContain('iam:CreateUser on user/backdoor');
  expect(says).toContain('up to six hours');
  expect(told?.by).not.toContain('respond.enabled');
});

it('says where the responder is switched off, and prefers the one that the policy names', () => {
  const responders = {
    aaa: { type: 'webhook', url: 'https://example.com' },
    zzz: { type: 'recipe', recipe: 'aws-deny-role' },
  };
  expect(meansOf({ responders }, suspend)?.by).toMatch(/^responder aaa, Signed webhook\..* respond\.enabled is off/);
  expect(meansOf({ responders, responder: 'zzz' }, suspend)).toMatchObject({
    responder: 'zzz',
    recipe: 'aws-deny-role',
  });
});

it('passes over a responder whose recipe is for another step', () => {
  const told = meansOf({ responders: { aws: { type: 'recipe', recipe: 'aws-deactivate-access-key' } } }, suspend);
  expect(told?.responder).toBeUndefined();
});

it('names the recipes that would do it where none is set up, the narrowest first', () => {
  const told = meansOf({}, suspend);
  expect(told?.by).toMatch(
    /^no responder is set up here for it\. A recipe would do it: aws-deny-role \(.*\) or aws-bound-role/,
  );
  expect(told?.by).toContain('docs/recipes/aws.md');
  expect(told?.steps).toEqual([]);
});

it('tells what the only recipe for it really does, and names none of another vendor', () => {
  expect(meansOf({}, end)).toMatchObject({ recipe: 'aws-revoke-role-sessions' });
  expect(meansOf({}, end)?.steps.length).toBeGreaterThan(1);
  const elsewhere = { ...end, identity: { ...end.identity, provider: 'azure' } };
  expect(meansOf({}, elsewhere)?.recipe).toBeUndefined();
});

it('says that it is done by hand where no recipe is for such an identity', () => {
  expect(meansOf({}, alertOf('suspend-identity', { kind: 'identity', id: 'glorp:1' }, 'glorp:1'))).toEqual({
    by: 'no responder is set up here for it, and no recipe is known: it is done by hand',
    steps: [],
  });
});

it('says nothing where the advice is to observe', () => {
  expect(meansOf({}, alertOf('observe', { kind: 'identity', id: role }))).toBeUndefined();
});

it("names a responder with a recipe of one's own by its file, in the recipe's words and with its steps", () => {
  const own = (recipeFile: string) => ({ enabled: true, responders: { ours: { type: 'recipe', recipeFile } } });
  const told = meansOf(own('/etc/tidemark/own.json'), suspend);
  expect(told?.by).toMatch(/^responder ours, recipe \/etc\/tidemark\/own\.json\. Puts the role to sleep\./);
  expect(told).toMatchObject({ responder: 'ours' });
  expect(told?.recipe).toBeUndefined();
  expect(told?.steps.length).toBeGreaterThan(0);
  // It is for roles: what it does not fit, it does not do.
  expect(meansOf(own('/etc/tidemark/own.json'), end)?.by).toMatch(/^no responder is set up here for it/);
  expect(meansOf(own('/elsewhere.json'), suspend)?.by).toMatch(/the recipe of ours cannot/);
});
