/** Tells the attack stories on victims of a made-up company. */
import type { Company } from './company.ts';
import { compose, type Draft, type Member, weighted } from './member.ts';
import { DAY, HOUR } from './rhythm.ts';
import { STORIES, type Story } from './stories.ts';

export interface Scenario {
  readonly id: string;
  readonly kind: string;
  readonly category: string;
  readonly variant: string;
  readonly victim: Member;
  readonly expect: Story['expect'];
  readonly drafts: Draft[];
}

function enact(story: Story, id: string, victim: Member, start: number, company: Company): Draft[] {
  const dice = company.dice.fork(`attack/${id}`);
  const drafts: Draft[] = [];
  const acts = dice.int(...story.acts);
  let at = start;
  let setting = victim.setting(at, dice);
  for (let index = 0; index < acts; index++) {
    if (story.pauseMs > HOUR) setting = victim.setting(at, dice);
    const step = victim.ordered ? victim.steps[index % victim.steps.length]! : weighted(victim.steps, dice);
    const draft = compose(victim, step, setting, at, dice);
    story.twist(draft.body, { index, dice, company, key: id, at });
    draft.changes.length = 0;
    draft.scenario = id;
    drafts.push(draft);
    at += dice.exponential(story.pauseMs) + 200;
  }
  return drafts;
}

/** Stories for the judged month, `rounds` of each on other victims, and two habits taught while we learn. Must run before the usual days are played. */
export function planAttacks(
  company: Company,
  members: readonly Member[],
  rounds: number,
): { scenarios: Scenario[]; learning: Scenario[] } {
  const dice = company.dice.fork('attacks');
  const used = new Set<Member>();
  const scenarios: Scenario[] = [];
  const learning: Scenario[] = [];
  for (let round = 0; round < rounds; round++)
    for (const story of STORIES) {
      const free = members.filter((member) => story.groups.includes(member.group) && !used.has(member));
      if (free.length === 0) continue;
      const victim = dice.pick(free);
      used.add(victim);
      const span = story.pauseMs * story.acts[1];
      let at = Math.floor(
        dice.between(company.learnUntil + 5 * HOUR, company.end - Math.min(10 * DAY, span) - 6 * HOUR),
      );
      if (story.hour !== undefined)
        at = Math.floor(at / DAY) * DAY + Math.floor((story.hour - company.zone(at)) * HOUR) + DAY;
      story.before?.(victim, at, dice);
      const id = `s${String(scenarios.length + 1).padStart(3, '0')}`;
      const drafts = enact(story, id, victim, at, company).filter((draft) => draft.at < company.end);
      const revoked = victim.inventory.credentials?.find((credential) => credential.id === '');
      if (revoked && drafts[0]?.body.credential) revoked.id = drafts[0].body.credential.id;
      if (drafts.length > 0)
        scenarios.push({
          id,
          kind: story.kind,
          category: story.category,
          variant: story.variant,
          victim,
          expect: story.expect,
          drafts,
        });
    }
  for (const kind of ['foreign-schema', 'usual-work-from-rented-server']) {
    const story = STORIES.find((one) => one.kind === kind)!;
    const free = members.filter((member) => story.groups.includes(member.group) && !used.has(member));
    if (free.length === 0) continue;
    const victim = dice.pick(free);
    used.add(victim);
    const slow: Story = { ...story, acts: [16, 22], pauseMs: 40 * HOUR };
    const id = `s${String(scenarios.length + 1).padStart(3, '0')}`;
    const drafts = enact(slow, id, victim, company.start + dice.int(15, 22) * DAY, company);
    const early = drafts.filter((draft) => draft.at < company.learnUntil);
    const late = drafts.filter((draft) => draft.at >= company.learnUntil && draft.at < company.end);
    const told = { kind: 'taught-habit', category: story.category, variant: 'slow', victim, expect: story.expect };
    for (const draft of early) draft.scenario = `p${id.slice(1)}`;
    learning.push({ ...told, id: `p${id.slice(1)}`, drafts: early });
    if (late.length > 0) scenarios.push({ ...told, id, drafts: late });
  }
  return { scenarios, learning };
}
