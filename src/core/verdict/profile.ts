/** One identity's habits, readable, for people. */
import { AGENT_PARTS } from '../../../schemas/alert.ts';
import { DAY_MS, DAY_ZERO } from '../constants.ts';
import type { Dimension } from '../detector.ts';
import type { Profile } from '../engine-contract.ts';
import type { AgentParts, PartValue } from '../memory/agent-parts.ts';
import { TRUSTED } from '../memory/habits.ts';
import type { Lexicon } from '../memory/lexicon.ts';
import type { Memory } from '../memory/memory.ts';

/** Values shown of one level of a dimension, the most used first. */
const VALUES = 64;

export function profileOf(
  tenant: string,
  identity: string,
  memory: Memory,
  dimensions: readonly Dimension[],
  lexicon: Lexicon,
  learnDays: number,
): Profile {
  const at = (day: number) => new Date((day + DAY_ZERO) * DAY_MS).toISOString();
  const age = (memory.lastMs - memory.firstMs) / DAY_MS;
  return {
    tenant,
    identity,
    provider: memory.provider,
    ...(memory.account !== '' && { account: memory.account }),
    peers: memory.peers,
    firstAt: new Date(memory.firstMs).toISOString(),
    lastAt: new Date(memory.lastMs).toISOString(),
    activities: memory.activities,
    maturity: learnDays === 0 ? 100 : Math.round(Math.min(1, age / learnDays) * 100),
    habits: dimensions.flatMap((d, i) =>
      Array.from({ length: d.depth }, (_, level) => ({
        dimension: d.depth > 1 ? `${d.id}:${level}` : d.id,
        values: [...memory.habits.values(i)]
          .filter(([, v]) => v.level === level)
          .sort((a, b) => b[1].days - a[1].days || b[1].last - a[1].last || a[0] - b[0])
          .slice(0, VALUES)
          .map(([hash, v]) => ({
            value: lexicon.get(hash) ?? 'an earlier value',
            days: v.days,
            firstAt: at(v.first),
            lastAt: at(v.last),
            ...(v.state === TRUSTED && { trustedAt: at(v.trusted) }),
            state: v.state === TRUSTED ? ('trusted' as const) : ('pending' as const),
          })),
      })).filter((h) => h.values.length > 0),
    ),
    ...(memory.agentParts && { madeOf: madeOf(memory.agentParts, lexicon) }),
    hours: [...memory.hours],
  };
}

function madeOf(agentParts: AgentParts, lexicon: Lexicon): NonNullable<Profile['madeOf']> {
  const time = (seconds: number) => new Date(seconds * 1_000).toISOString();
  return AGENT_PARTS.flatMap((part, at) => {
    const current = agentParts.current(at);
    if (current === undefined) return [];
    const values = [...(agentParts.values[at] as readonly PartValue[])].reverse().map(({ hash, since, last }) => ({
      value: lexicon.get(hash) ?? 'an earlier value',
      since: time(since),
      lastAt: time(last),
    }));
    return { part, varies: agentParts.isRestless(at, current), values };
  });
}
