/** A made-up company's machine identities living through five weeks: the same for the same seed. */
import type { InventoryRecord, Network } from '../../schemas/inventory.ts';
import { agentSpan } from './agent-span.ts';
import {
  AGENTS,
  agentAct,
  askerOf,
  CLASSES,
  DAY_MS,
  type Dated,
  END,
  LEARN_UNTIL,
  NETWORKS,
  PODS,
  podDeed,
  roleOf,
  START,
  USERS,
  userDeed,
} from './company.ts';
import { createDice, type Dice } from './dice.ts';
import { kubernetesAudit } from './kubernetes.ts';
import { ACCOUNT, cloudTrail } from './records.ts';
import { roleRoutine } from './role-routine.ts';
import { attacks, type Chapter, changes } from './story.ts';
import { times } from './times.ts';

export interface DemoFleet {
  /** Raw records in order of event time. */
  readonly records: readonly object[];
  readonly inventory: readonly InventoryRecord[];
  readonly networks: readonly Network[];
  readonly learnUntil: string;
  readonly story: readonly Chapter[];
}

function routine(dice: Dice): Dated[] {
  const records: Dated[] = [];
  const add = (at: number, raw: object) => records.push({ at, raw });
  for (const { names } of CLASSES) for (const name of names) records.push(...roleRoutine(name, dice, START, END));
  for (const [index, name] of USERS.entries())
    for (const at of times(dice, START, END, 0.9)) {
      if (name === 'legacy-ftp' && at > START + 9 * DAY_MS) break;
      add(at, cloudTrail(userDeed(name, index, at), dice));
    }
  for (const [index, [namespace, account, resources]] of PODS.entries())
    for (const at of times(dice, START, END, 1.5))
      add(
        at,
        kubernetesAudit(
          podDeed(index, namespace, account, at, dice.pick(['get', 'list', 'update']), dice.pick(resources)),
          dice,
        ),
      );
  for (const [name, tools, targets] of AGENTS)
    for (const at of times(dice, START, END, 3, true))
      add(at, agentSpan(agentAct(name, at, dice.pick(tools), dice.pick(targets), askerOf(name, at, dice)), dice));
  return records;
}

function inventoryOf(): InventoryRecord[] {
  const tenant = 'default';
  const records: InventoryRecord[] = [];
  for (const { names, owner } of CLASSES)
    for (const name of names)
      records.push({ tenant, identity: roleOf(name), owner, environment: 'prod', purpose: name });
  records.push(
    { tenant, identity: `arn:aws:iam::${ACCOUNT}:user/partner-feed`, owner: 'team-shop' },
    {
      tenant,
      identity: `arn:aws:iam::${ACCOUNT}:user/legacy-ftp`,
      owner: 'team-finance',
      offboardedAt: new Date(START + 10 * DAY_MS).toISOString(),
    },
    { tenant, identity: roleOf('backup-nightly'), owner: 'team-finance', tier: 0, neverSuspend: true },
  );
  for (const [name] of AGENTS) records.push({ tenant, identity: name, owner: 'team-ai', kind: 'agent' });
  return records;
}

/** Builds the whole fleet; some 65,000 records for any seed. */
export function demoFleet(seed = 7): DemoFleet {
  const dice = createDice(seed);
  const story: Chapter[] = [...changes(dice), ...attacks(dice)];
  const records = [...routine(dice), ...story.flatMap(({ records }) => records)];
  // Stable in order of time; records of one moment keep the order they were made in.
  records.sort((a, b) => a.at - b.at);
  return {
    records: records.map(({ raw }) => raw),
    inventory: inventoryOf(),
    networks: NETWORKS,
    learnUntil: new Date(LEARN_UNTIL).toISOString(),
    story,
  };
}
