/** What was usual is told of things like the one at hand first, so that a person can compare. */
import { expect, it } from 'vitest';
import { act, alertsOf, at, QUIET_DAYS as TODAY, tell, workers } from './story.ts';

type Persona = (typeof workers)[number];
const [who] = workers as [Persona, ...Persona[]];
const grant = { name: 'accounts:CreateAccessKey', service: 'accounts', access: 'admin' as const };

it('a thing of a type that is known is held against things of that type', () => {
  const [, , report] = who.acts;
  const strange = act(who, at(TODAY, 10, 30), { ...report, resource: { id: 'payroll/all/of/it', type: 'report' } });
  const theft = act(who, at(TODAY, 10, 31), { action: grant, resource: { id: 'payroll/all/of/it', type: 'report' } });
  const [alert] = alertsOf(tell([strange, theft]), who.base.identity.id);
  const told = alert?.evidence.find(({ field, seen }) => field === 'resource.id' && seen.startsWith('report '));
  expect(told?.usual).toMatch(/^report reports\/worker-#/);
});
