/** Writes a made-up company as events.ndjson, inventory.ndjson and truth.json: `generate.js --seed N --out DIR [--rounds N]`. */
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Activity } from '../../schemas/activity.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { planAttacks, type Scenario } from './attacks.ts';
import { planChanges } from './changes.ts';
import { foundCompany } from './company.ts';
import { Dice } from './dice.ts';
import { hireMachines } from './machines.ts';
import { type Draft, type Member, play } from './member.ts';
import { hireMinds } from './minds.ts';
import { DAY, HOUR } from './rhythm.ts';

export interface World {
  readonly events: readonly Activity[];
  readonly inventory: readonly Partial<InventoryRecord>[];
  /** In the shape of the benchmark's truth.json. */
  readonly truth: Record<string, unknown>;
}

const iso = (at: number) => new Date(at).toISOString();

/** The world of a seed; `rounds` is how often each attack story is told. */
export function generateWorld(seed: number, rounds = 2): World {
  const company = foundCompany(new Dice(`world/${seed}`));
  const dice = company.dice.fork('days');
  const members = [...hireMachines(company), ...hireMinds(company)];
  const newcomers = dice.sample(
    members.filter((member) => member.group === 'mesh' || member.group === 'assistant' || member.group === 'loader'),
    7,
  );
  const born = new Map<Member, number>();
  for (const [i, member] of newcomers.entries())
    born.set(member, company.learnUntil + Math.floor(dice.between(0, 18) * DAY) + i * HOUR);
  const settled = members.filter((member) => !born.has(member));
  const plan = planChanges(company, settled);
  const { scenarios, learning } = planAttacks(company, settled, rounds);

  const drafts: Draft[] = [...scenarios, ...learning].flatMap((scenario) => scenario.drafts);
  for (const member of members) {
    const mine = dice.fork(member.identity.id);
    const from = born.get(member) ?? member.from;
    const usual = member.rhythm(from, Math.min(member.to, company.end), mine.fork('when')).map((at) => ({ at }));
    for (const session of [...usual, ...(plan.sessions.get(member) ?? [])])
      if (session.at >= from && session.at < member.to)
        drafts.push(
          ...play(member, session, mine.fork(session.at)).filter((draft) => draft.at >= from && draft.at < company.end),
        );
  }
  for (const draft of drafts)
    if (born.has(draft.member) && draft.at - born.get(draft.member)! < 3 * DAY)
      draft.changes.push(`n${members.indexOf(draft.member)}`);
  const order = drafts
    .map((draft, index) => ({ draft, index }))
    .sort((a, b) => a.draft.at - b.draft.at || a.index - b.index);

  const idOf = new Map<Draft, string>();
  const ids = company.dice.fork('ids');
  const tenant = company.name;
  const events = order.map(({ draft }) => {
    const id = `${draft.member.log}:${ids.hex(16)}`;
    idOf.set(draft, id);
    const { identity, credential, actor, onBehalfOf, ...rest } = draft.body;
    return {
      id,
      at: iso(draft.at),
      tenant,
      identity,
      ...(credential ? { credential } : {}),
      ...(actor ? { actor } : {}),
      ...(onBehalfOf ? { onBehalfOf } : {}),
      ...rest,
    } as Activity;
  });

  const changed = new Map<string, string[]>();
  for (const { draft } of order)
    for (const id of draft.changes)
      if (id) changed.set(id, [...(changed.get(id) ?? []), idOf.get(draft)!].slice(0, 400));
  const tell = (scenario: Scenario) => ({
    id: scenario.id,
    kind: scenario.kind,
    category: scenario.category,
    variant: scenario.variant,
    source: 'authored',
    victim: scenario.victim.identity.id,
    credential: scenario.drafts[0]?.body.credential?.id ?? null,
    start: iso(scenario.drafts[0]!.at),
    end: iso(scenario.drafts.at(-1)!.at),
    identities: [scenario.victim.identity.id],
    activityIds: scenario.drafts.map((draft) => idOf.get(draft)),
    activityAt: scenario.drafts.map((draft) => iso(draft.at)),
    expect: { action: scenario.expect },
  });
  const forgetful = company.dice.fork('inventory');
  const inventory = members
    .filter((member) => forgetful.chance(0.78) || member.inventory.offboardedAt || member.inventory.expiresAt)
    .map((member) => ({ identity: member.identity.id, tenant, ...member.inventory }));
  return {
    events,
    inventory,
    truth: {
      set: 'other-world',
      seed,
      start: iso(company.start),
      learnUntil: iso(company.learnUntil),
      end: iso(company.end),
      tenant,
      events: events.length,
      identities: Object.fromEntries(
        members.map((member) => [
          member.identity.id,
          { kind: member.identity.kind, group: member.group, synthetic: true },
        ]),
      ),
      inventory,
      scenarios: scenarios.map(tell),
      learningAttacks: learning.map(tell),
      hardNegatives: [
        ...plan.hardNegatives.map((h) => ({
          id: h.id,
          kind: h.kind,
          identities: h.members.map((m) => m.identity.id),
          start: iso(h.start),
          end: iso(h.end),
          expect: { alert: h.expect },
          activityIds: changed.get(h.id) ?? [],
        })),
        ...[...born].map(([member, at]) => {
          const id = `n${members.indexOf(member)}`;
          return {
            id,
            kind: 'newcomer',
            identities: [member.identity.id],
            start: iso(at),
            end: iso(at + 3 * DAY),
            expect: { alert: 'no-suspend' },
            activityIds: changed.get(id) ?? [],
          };
        }),
      ],
    },
  };
}

/** Writes the three files of a world into `out`. */
export async function writeWorld(world: World, out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  await new Promise<void>((resolve, reject) => {
    const file = createWriteStream(join(out, 'events.ndjson'));
    file.once('error', reject);
    file.once('finish', resolve);
    for (const event of world.events) file.write(`${JSON.stringify(event)}\n`);
    file.end();
  });
  await writeFile(
    join(out, 'inventory.ndjson'),
    world.inventory.map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
  await writeFile(join(out, 'truth.json'), JSON.stringify(world.truth));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
      rounds: { type: 'string', default: '2' },
    },
  });
  if (!values.out) throw new Error('--out DIR is missing');
  const world = generateWorld(Number(values.seed), Number(values.rounds));
  await writeWorld(world, values.out);
  process.stdout.write(
    `${world.events.length} events, ${(world.truth.scenarios as unknown[]).length} scenarios in ${values.out}\n`,
  );
}
