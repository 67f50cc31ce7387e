/** A session, or the machine it belongs to, turns up at a second place while the first is still in use. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption, POPULARITY, wholeOption } from '../src/core/detector.ts';
import { mix } from '../src/core/hash.ts';
import {
  client,
  isFirstEndpoint,
  isPrivate,
  lasting,
  network,
  reach,
  throughOwnEndpoint,
  workload,
} from '../src/core/novelty/dimensions.ts';
import { remembered } from '../src/core/remembered.ts';

const options = z.strictObject({
  leftNats: numberOption(
    11,
    0,
    30,
    'Most nats of a session that leaves its place for one the identity never used. Half: stolen sessions rank with deploys; double: nothing outranks them.',
  ),
  movedNats: numberOption(
    2,
    0,
    30,
    'Most nats of a session that moves between two places the identity is known to use, or to its first private endpoint where the log does not tell whose that is. Half: it is no evidence; double: laptops and roaming workers alert.',
  ),
  aliveMinutes: numberOption(
    90,
    1,
    1_440,
    'Minutes since it was last heard of for which a session or machine is taken to be where it was. Half: a thief who waits an hour is missed; double: sessions that are handed on look stolen.',
  ),
  priorMoves: numberOption(
    0.01,
    0.000001,
    1,
    'Sessions that are assumed to have moved before any did, of one: the rate of moves is (moved + this) / (sessions + 1). Half: a first move weighs .7 nats more; double: .7 nats less.',
  ),
  steadyBelow: numberOption(
    0.2,
    0,
    1,
    'Rate of moves below which sessions are steady. Half: an identity one of whose eight sessions moved gets no addition; double: one whose every third session moves does.',
  ),
  steadyNats: numberOption(
    4,
    0,
    30,
    'Nats added when a session of an identity with steady ones leaves for a place never used. Half: a first theft from a young identity waits for the threshold; double: any first move reaches `leftNats`.',
  ),
  movesAllowed: wholeOption(
    3,
    1,
    1_000,
    'Sessions that have moved between known places from which another such move is no evidence. Half: one or two coincidences switch it off; double: roaming workers are told of for longer.',
  ),
});
type Options = z.infer<typeof options>;

/** Place (coarse network), address, lastMs, whether it moved, whether the address is private. */
const sites = defineSketch({ name: 'session-sites', cap: 8, fields: 5 });
const HAS_MOVED = 3;
const IS_PRIVATE = 4;
/** Where it is inside, for what goes through a private endpoint of its own: its other face, which it has one of. */
const insides = defineSketch({ name: 'session-insides', cap: 8, fields: 1 });
/** Sessions seen, sessions that moved. */
const habit = defineSketch({ name: 'session-moves', cap: 1, fields: 2 });

const isMachine = remembered((kind) => /instance|pod|vm|host|machine|container/.test(kind));

/**
 * What cannot be in two places, as a key: a machine by its name, else the session itself; 0 where there is neither. The name of a pod
 * is its own only within its cluster and namespace.
 */
function anchorOf(context: DetectorContext): number {
  const { actor, credential } = context.activity;
  if (actor !== undefined && isMachine(actor.kind))
    return actor.kind === 'pod' ? mix(context.actorHash, context.value(workload, 0)) : context.actorHash;
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

/** Whether what came is the inside of a machine that was met outside: the only one so far, or the one it always had. */
function isOtherFace(context: DetectorContext, anchor: number): boolean {
  if (!throughOwnEndpoint(context)) return false;
  const inside = context.sketch(insides);
  const row = inside.find(anchor);
  return row < 0 || inside.get(row, 0) === context.value(network, 1);
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Credential off its platform',
    kind: 'credential-reuse',
    lane: 'invariant',
    description:
      'Locks a session to the network of its first use and a machine to its place. When the same session, or the same machine under another session, speaks from elsewhere, someone carried the credential away. Identities whose sessions are known to move are exempt in proportion.',
    blindSpots: [
      'a thief inside the same network',
      'sessions that are used once',
      'a thief behind an endpoint whose account the log does not tell, where the identity never came through one',
    ],
    techniques: ['T1550.001', 'T1552.005', 'T1528'],
    learningDays: 0,
  },
  options,
  dimensions: [network, client, workload, reach],
  sketches: [sites, habit, insides],
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
    if (isOtherFace(context, anchor)) return undefined;
    if (context.ms - known.get(row, 2) > own.aliveMinutes * 60_000) return undefined;
    const moves = context.sketch(habit);
    const all = moves.find(0);
    const sessions = all < 0 ? 0 : moves.get(all, 0);
    const moved = all < 0 ? 0 : moves.get(all, 1);
    const usualRate = (moved + own.priorMoves) / (sessions + 1);
    const novelty = context.novelty(network);
    const elsewhere =
      novelty !== undefined &&
      novelty.level === 0 &&
      novelty.popularity < POPULARITY.common &&
      !isFirstEndpoint(context) &&
      !(isPrivate(ip) && known.get(row, IS_PRIVATE) === 1);
    const cap = elsewhere ? own.leftNats : own.movedNats;
    const nats = Math.min(cap, -Math.log(usualRate) + (elsewhere && usualRate < own.steadyBelow ? own.steadyNats : 0));
    if (moved >= own.movesAllowed && !elsewhere) return undefined;
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
    if (row >= 0 && isOtherFace(context, anchor)) return;
    if (row < 0) tally(context, 0);
    else if (
      known.get(row, 1) !== context.value(network) &&
      known.get(row, 0) !== context.value(network, 0) &&
      known.get(row, HAS_MOVED) === 0
    ) {
      known.set(row, HAS_MOVED, 1);
      tally(context, 1);
    }
  },
  observe(context: DetectorContext) {
    const anchor = anchorOf(context);
    if (context.activity.source.ip === undefined || anchor === 0) return;
    const known = context.sketch(sites);
    const here = context.value(network);
    let row = known.find(anchor);
    // The address inside is another face of the same place.
    if (row >= 0 && isOtherFace(context, anchor)) {
      known.set(row, 2, context.ms);
      const inside = context.sketch(insides);
      inside.set(inside.touch(anchor), 0, context.value(network, 1));
      return;
    }
    if (row < 0 || known.get(row, 1) !== here) {
      row = known.touch(anchor);
      known.set(row, 0, context.value(network, 0));
      known.set(row, 1, here);
      known.set(row, IS_PRIVATE, isPrivate(context.activity.source.ip) ? 1 : 0);
    }
    known.set(row, 2, context.ms);
  },
});
