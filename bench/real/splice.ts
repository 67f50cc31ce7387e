/** Raw attack techniques made to look like the work of one victim: identity, account, region, address, client and times rewritten. */
import type { Activity } from '../../schemas/activity.ts';
import { Dice } from '../world/dice.ts';
import { iso } from './labelled.ts';

/** What an attacker keeps of the victim: all of it (on its own host), or the credential only (from elsewhere). */
export type Where = 'in-place' | 'stolen';

/** Longest pause kept between two calls of a technique; a laboratory waits for machines to start, an attacker goes on. */
const PAUSE_MAX_MS = 20 * 60_000;

/** Words that would tell a laboratory from a company. */
const TELLTALE = /stratus[-_]?red[-_]?team[-_]?/gi;

const regionIn = (text: string) => /[a-z]{2}-[a-z]+-\d[a-z]?/g.exec(text)?.[0];

/**
 * Rewrites `technique` (canonical activities of one file, in time order) so that it begins at `startMs` and `like`, an
 * activity of the victim shortly before, is what it looks like. `tag` seeds ids, addresses and names.
 */
export function splice(
  technique: readonly Activity[],
  like: Activity,
  startMs: number,
  where: Where,
  tag: string,
): Activity[] {
  const dice = new Dice(`splice/${tag}`);
  const accounts = new Set(
    technique.flatMap((act) => [act.identity.account, act.resource?.account]).filter((id) => id !== undefined),
  );
  const home = like.identity.account ?? '';
  const region = like.source.region;
  const name = dice.hex(4);
  const rewrite = (text: string): string => {
    let out = text.replace(TELLTALE, `${name}-`);
    for (const account of accounts) out = out.replaceAll(account, home);
    const there = regionIn(out);
    return there && region ? out.replaceAll(there, region) : out;
  };
  const { identity, credential, actor, onBehalfOf } = like;
  const source: Activity['source'] =
    where === 'in-place'
      ? { ...like.source }
      : {
          ...(region ? { region } : {}),
          ip: `${dice.int(60, 200)}.${dice.int(1, 250)}.${dice.int(1, 250)}.${dice.int(1, 250)}`,
          asn: dice.int(20_000, 60_000),
          org: 'RENTED-SERVERS',
          country: dice.pick(['NL', 'SG', 'BG', 'US']),
          userAgent: 'aws-cli/2.17.4 md/Botocore#2.0.0 ua/2.0 os/linux#6.5.0 md/arch#x86_64 lang/python#3.11.8',
        };
  let at = startMs;
  let before = Date.parse(technique[0]!.at);
  return technique.map((act) => {
    const then = Date.parse(act.at);
    at += Math.min(PAUSE_MAX_MS, Math.max(0, then - before));
    before = then;
    const { resource } = act;
    return {
      id: `aws:${home}:${dice.hex(16)}`,
      at: iso(at),
      tenant: like.tenant,
      identity,
      ...(credential ? { credential } : {}),
      ...(actor ? { actor } : {}),
      ...(onBehalfOf ? { onBehalfOf } : {}),
      action: act.action,
      ...(resource
        ? { resource: { ...resource, id: rewrite(resource.id), ...(resource.account ? { account: home } : {}) } }
        : {}),
      source,
      outcome: act.outcome,
      ...(act.errorCode ? { errorCode: act.errorCode } : {}),
    };
  });
}
