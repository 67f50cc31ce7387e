/** AI agents of AgentDojo and ASB given a clock: clean runs for a month, then clean, blocked and injected runs side by side. */
import type { Activity } from '../../schemas/activity.ts';
import { Dice } from '../world/dice.ts';
import { DAY, HOUR } from '../world/rhythm.ts';
import { inOrder, iso, type LabelledSet, peopleOf, readRecords, scenario } from './labelled.ts';

interface Call {
  readonly run_id: string;
  readonly identity: string;
  readonly credential: string;
  readonly model: string;
  readonly action: string;
  readonly resource: string;
  readonly label: 'benign' | 'attack' | 'attack_run';
  readonly run_label: 'benign' | 'attack_blocked' | 'attack_success';
  readonly delegated_by: string | null;
}

const START = Date.UTC(2026, 0, 5);
const LEARN_DAYS = 30;
const JUDGED_DAYS = 30;
const RUNS_A_DAY = 4;
/** Injected runs of one deployment; more deployments are made where there are more. */
const ATTACKS_EACH = 2;

/** Neither the records nor the agents declare their tools here, so only habit can tell a foreign call. */
export function agentSet(name: 'agentdojo' | 'asb', path: string): LabelledSet {
  const dice = new Dice(`agents/${name}`);
  const runs = new Map<string, Call[]>();
  for (const call of readRecords<Call>(path)) {
    const key = `${call.identity}|${call.run_id}`;
    runs.set(key, [...(runs.get(key) ?? []), call]);
  }
  // An agent is one for each model in AgentDojo; ASB's models share one clean agent.
  const agentOf = (call: Call) => (name === 'agentdojo' ? `${call.identity}@${call.model}` : call.identity);
  const byAgent = new Map<string, { clean: Call[][]; blocked: Call[][]; injected: Call[][] }>();
  for (const run of runs.values()) {
    const agent = agentOf(run[0]!);
    const mine = byAgent.get(agent) ?? { clean: [], blocked: [], injected: [] };
    byAgent.set(agent, mine);
    const kind = run[0]!.run_label;
    if (run.some((call) => call.label === 'attack')) mine.injected.push(run);
    else if (kind === 'benign') mine.clean.push(run);
    else mine.blocked.push(run);
  }

  const honest = new Set([...byAgent.values()].flatMap(({ clean }) => clean.flat().map(({ resource }) => resource)));
  /** The laboratory's attackers share a handful of accounts and sites; each attack here gets its own, or they would look like a roll-out. */
  const ownTarget = (call: Call, tag: string): string => {
    if (call.label !== 'attack' || call.resource === '' || honest.has(call.resource)) return call.resource;
    const mine = new Dice(`target/${tag}`);
    const varied = call.resource.replace(/\d/g, () => String(mine.int(0, 9)));
    return varied === call.resource ? `${varied}-${mine.hex(3)}` : varied;
  };
  const events: Activity[] = [];
  const scenarios: object[] = [];
  const hardNegatives: object[] = [];
  const play = (agent: string, run: readonly Call[], start: number): { activity: Activity; label: Call['label'] }[] => {
    let at = start;
    const id = dice.hex(10);
    return run.map((call) => {
      at += 1500 + dice.exponential(5000);
      const [type, ...target] = ownTarget(call, id).split('=');
      const activity: Activity = {
        id: `${name}:${dice.hex(16)}`,
        at: iso(at),
        tenant: 'agents',
        identity: { id: agent, kind: 'agent', provider: 'mcp' },
        credential: { id: `key-${agent}`, kind: 'other', longLived: true },
        actor: { id, kind: 'agent-run', model: agent.split(/[@#]/)[1] ?? 'any' },
        ...(call.delegated_by ? { onBehalfOf: [{ id: `user:${call.delegated_by}`, kind: 'human' }] } : {}),
        action: {
          name: `tools/call:${call.action}`,
          service: 'mcp',
          access: /^(get|read|list|search|check)/.test(call.action) ? 'read' : 'execute',
        },
        ...(target.length > 0 ? { resource: { id: target.join('=').slice(0, 2048) || type!, type: type! } } : {}),
        source: { ip: '10.20.0.7', userAgent: 'agent-runtime/1.4' },
        outcome: 'success',
        run: { id },
      };
      events.push(activity);
      return { activity, label: call.label };
    });
  };
  const deploy = (agent: string, clean: Call[][], blocked: Call[][], injected: Call[][]) => {
    // A quarter of the clean runs is kept back: honest work the agent has never done before.
    const known = dice.sample(clean, Math.ceil(clean.length * 0.75));
    for (let day = 0; day < LEARN_DAYS + JUDGED_DAYS; day++)
      for (let n = 0; n < RUNS_A_DAY; n++) {
        const from = day < LEARN_DAYS || dice.chance(0.8) ? known : clean;
        play(agent, dice.pick(from), START + day * DAY + dice.between(8, 18) * HOUR);
      }
    const judged = () => START + (LEARN_DAYS + dice.int(0, JUDGED_DAYS - 1)) * DAY + dice.between(8, 18) * HOUR;
    for (const run of blocked) {
      const acts = play(agent, run, judged()).map(({ activity }) => activity);
      hardNegatives.push({
        id: `h${hardNegatives.length}`,
        kind: 'injection-blocked',
        identities: [agent],
        start: acts[0]!.at,
        end: acts.at(-1)!.at,
        expect: { alert: 'none' },
        activityIds: acts.map(({ id }) => id),
      });
    }
    for (const run of injected) {
      const acts = play(agent, run, judged()).filter(({ label }) => label === 'attack');
      const id = `s${String(scenarios.length).padStart(3, '0')}`;
      const kind = `${name}:${agent.split('@')[0]}`;
      const cited = acts.map(({ activity }) => activity);
      scenarios.push(scenario(id, kind, 'scope-drift', 'in-place', cited));
    }
  };
  for (const [agent, { clean, blocked, injected }] of byAgent) {
    if (clean.length === 0) continue;
    const count = Math.max(1, Math.ceil(injected.length / ATTACKS_EACH));
    for (let n = 0; n < count; n++) {
      const share = <T>(runs: readonly T[]) => runs.filter((_, i) => i % count === n);
      deploy(`${agent.includes('@') ? agent : `${agent}@any`}#${n}`, clean, share(blocked), share(injected));
    }
  }
  const ordered = inOrder(events);
  return {
    name,
    events: ordered,
    truth: {
      set: name,
      seed: 1,
      learnUntil: iso(START + LEARN_DAYS * DAY),
      end: iso(START + (LEARN_DAYS + JUDGED_DAYS) * DAY),
      identities: peopleOf(ordered, (activity) => activity.identity.id.split('@')[0]!),
      scenarios,
      hardNegatives,
    },
  };
}
