/** A session, or the machine it belongs to, turns up at a second place while the first is still in use. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch } from '../src/core/detector.ts';
import { client, isPrivate, lasting, network, remembered } from '../src/core/novelty/dimensions.ts';

const options = z.strictObject({
  /** Odds of a session leaving its place for one the identity never used. Half: stolen sessions rank with deploys; double: nothing outranks them. */
  leftNats: z.number().min(0).max(30).default(11),
  /** The same between two places the identity is known to use. */
  movedNats: z.number().min(0).max(30).default(2),
  /** A machine heard from this long ago is taken to be where it was. */
  aliveMinutes: z.number().min(1).max(1_440).default(90),
});
type Options = z.infer<typeof options>;

/** Place (coarse network), address, lastMs, whether it moved, whether the address is private. */
const sites = defineSketch({ name: 'session-sites', cap: 8, fields: 5 });
/** Sessions seen, sessions that moved. */
const habit = defineSketch({ name: 'session-moves', cap: 1, fields: 2 });

const isMachine = remembered((kind) => /instance|pod|vm|host|machine|container/.test(kind));

/** What cannot be in two places, as a key: a machine by its name, else the session itself; 0 where there is neither. */
function anchorOf(context: DetectorContext): number {
  const { actor, credential } = context.activity;
  if (actor !== undefined && isMachine(actor.kind)) return context.actorHash;
  if (credential !== undefined && !lasting(context.activity)) return context.credentialHash;
  return 0;
}

function nameOf(context: DetectorContext): string {
  const { actor, credential } = context.activity;
  return actor !== undefined && isMachine(actor.kind) ? `${actor.kind} ${actor.id}` : `session ${credential?.id}`;
}

function tally(context: DetectorContext, field: number): void {
  const moves = context.sketch(habit);
  const row = moves.touch(0);
  moves.set(row, field, moves.get(row, field) + 1);
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Credential off its platform',
    kind: 'credential-reuse',
    lane: 'invariant',
    description:
      'Locks a session to the network of its first use and a machine to its place. When the same session, or the same machine under another session, speaks from elsewhere, someone carried the credential away. Identities whose sessions are known to move are exempt in proportion.',
    blindSpots: ['a thief inside the same network', 'sessions that are used once'],
    techniques: ['T1550.001', 'T1552.005', 'T1528'],
    learningDays: 0,
  },
  options,
  dimensions: [network, client],
  sketches: [sites, habit],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const { ip } = context.activity.source;
    if (ip === undefined) return undefined;
    const anchor = anchorOf(context);
    if (anchor === 0) return undefined;
    const known = context.sketch(sites);
    const row = known.find(anchor);
    if (row < 0 || known.get(row, 1) === context.value(network)) return undefined;
    if (context.activity.identity.kind === 'provider-service' || context.declared(ip)) return undefined;
    const place = context.value(network, 0);
    if (known.get(row, 0) === place) return undefined;
    if (context.ms - known.get(row, 2) > own.aliveMinutes * 60_000) return undefined;
    const moves = context.sketch(habit);
    const all = moves.find(0);
    const sessions = all < 0 ? 0 : moves.get(all, 0);
    const moved = all < 0 ? 0 : moves.get(all, 1);
    const usualRate = (moved + 0.01) / (sessions + 1);
    const novelty = context.novelty(network);
    const elsewhere =
      novelty !== undefined &&
      novelty.level === 0 &&
      novelty.popularity < 3 &&
      !(isPrivate(ip) && known.get(row, 4) === 1);
    const cap = elsewhere ? own.leftNats : own.movedNats;
    const nats = Math.min(cap, -Math.log(usualRate) + (elsewhere && usualRate < 0.2 ? 4 : 0));
    if (moved >= 3 && !elsewhere) return undefined;
    return [
      {
        field: 'credential.id',
        group: 'platform',
        seen: `${nameOf(context)} at ${ip}`,
        usual: () => 'one place for one session or machine',
        nats,
        key: context.hash(`off ${anchor} ${place}`),
        contain: 'session',
        says: () => `${nameOf(context)} spoke from ${ip} while it was alive elsewhere`,
      },
    ];
  },
  count(context: DetectorContext) {
    const anchor = anchorOf(context);
    if (context.activity.source.ip === undefined || anchor === 0) return;
    const known = context.sketch(sites);
    const row = known.find(anchor);
    if (row < 0) tally(context, 0);
    else if (
      known.get(row, 1) !== context.value(network) &&
      known.get(row, 0) !== context.value(network, 0) &&
      known.get(row, 3) === 0
    ) {
      known.set(row, 3, 1);
      tally(context, 1);
    }
  },
  observe(context: DetectorContext) {
    const anchor = anchorOf(context);
    if (context.activity.source.ip === undefined || anchor === 0) return;
    const known = context.sketch(sites);
    const here = context.value(network);
    let row = known.find(anchor);
    if (row < 0 || known.get(row, 1) !== here) {
      row = known.touch(anchor);
      known.set(row, 0, context.value(network, 0));
      known.set(row, 1, here);
      known.set(row, 4, isPrivate(context.activity.source.ip) ? 1 : 0);
    }
    known.set(row, 2, context.ms);
  },
});
