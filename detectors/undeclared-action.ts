/** An act outside what the run declared, or outside the scopes granted, that went through. */
import { z } from 'zod';
import { techniquesOf } from '../src/core/attack-techniques.ts';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, numberOption } from '../src/core/detector.ts';
import { action } from '../src/core/novelty/dimensions.ts';
import { verbOf } from '../src/core/sensitivity.ts';

const options = z.strictObject({
  undeclaredNats: numberOption(
    6,
    0,
    30,
    'Most nats of an act that its run had not declared; less where the identity or its class breaks its declarations often. Half: it does not alert by itself; double: it is raised whatever the budget says.',
  ),
  outsideScopeNats: numberOption(
    4,
    0,
    30,
    'Most nats of a first act outside the scopes that the inventory grants. Half: it says little beside other evidence; double: an inventory with gaps alerts by itself.',
  ),
});
type Options = z.infer<typeof options>;

/** Whether `granted` (services, roles, actions, permissions) covers an action by service, name or prefix. */
export function covers(granted: readonly string[], service: string, name: string): boolean {
  const lower = name.toLowerCase();
  const short = service.toLowerCase();
  for (const scope of granted) {
    const s = scope.toLowerCase().replace(/[.:/*]+$/, '');
    if (s === '' || s === 'admin' || s === 'owner' || s === 'contributor' || s === short || s === lower) return true;
    if (lower.startsWith(s) || s.startsWith(short)) return true;
  }
  return false;
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Undeclared action',
    kind: 'scope-drift',
    lane: 'invariant',
    description:
      'Compares each act of a run with the tools or actions the run declared, and each act of an identity with the scopes the inventory grants it. Agents that never keep to their declarations weigh little.',
    blindSpots: [
      'runs that declare nothing',
      'abuse of declared tools',
      'inventories that list scopes by words the log does not use',
    ],
    techniques: ['ASI02', 'ASI01', 'NHI5'],
    learningDays: 0,
  },
  options,
  dimensions: [action],
  sketches: [],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const { activity, facts } = context;
    if (activity.outcome === 'denied') return undefined;
    const found: Finding[] = [];
    const declared = activity.run?.declared;
    if (declared !== undefined && declared.length > 0) {
      const name = activity.action.name;
      const verb = verbOf(name);
      const tail = name.slice(name.lastIndexOf(':') + 1);
      if (!declared.includes(name) && !declared.includes(tail) && !declared.includes(verb))
        found.push({
          field: 'run.declared',
          group: 'declared',
          seen: name,
          usual: () => declared.slice(0, 8).join(', '),
          nats: Math.min(own.undeclaredNats, -Math.log(context.rate('undeclared'))),
          rate: 'undeclared',
          key: context.hash(`undeclared ${name}`),
          contain: 'scope',
          techniques: ['ASI02', 'ASI01'],
          says: () => `used ${tail}, which its run had not declared`,
        });
    }
    const granted = facts?.record.grantedScopes;
    if (granted !== undefined && granted.length > 0 && context.novelty(action) !== undefined) {
      const { service, name } = activity.action;
      if (!covers(granted, service, name))
        found.push({
          field: 'action.name',
          group: 'granted',
          seen: name,
          usual: () => granted.slice(0, 8).join(', '),
          nats: Math.min(own.outsideScopeNats, -Math.log(context.rate('ungranted'))),
          rate: 'ungranted',
          key: context.hash(`ungranted ${service}`),
          contain: 'scope',
          techniques: ['NHI5', ...techniquesOf(activity)],
          says: () => `called ${name}, outside the scopes granted to it`,
        });
    }
    return found.length > 0 ? found : undefined;
  },
});
