/** The circles that identities lie in: their tenant, their declared kind there, and their peer class where one was found. */
import { keyedHash } from '../hash.ts';
import { Members } from './members.ts';
import { SettledRates } from './settled-rates.ts';

/** What follows the name of a circle whose members met a value under an alert. */
const SUSPECTED = '~suspect';

const saltOf = (name: string) => keyedHash(name, 0x9e3779b9, 0x7f4a7c15);

/** Declared part of a class name. */
export const kindOf = (peers: string) => peers.replace(/#\d+$/, '');

/** Those of a tenant, kind or class, and how often they see what. */
export class Circle {
  /** Salts of the values that its members hold, and of those that they met under an alert. */
  readonly salt: number;
  readonly suspectSalt: number;
  /** By their numbers within the tenant. */
  readonly members = new Members();
  /** Voices that its newcomers share, beside the members who have their own. */
  readonly #voices = new Set<number>();
  /** Whether anything was told of it. */
  isKnown = false;
  /** Day of its first identity-day. */
  firstDay: number | undefined;
  /** Identity-days, and those with a novelty or finding by the name under which it is counted; both fade. */
  days = 0;
  readonly counts = new Map<string, number>();
  readonly settled = new SettledRates();

  /** How many speak in it: whoever has been there for long for itself, newcomers of one origin together. */
  get size(): number {
    return this.members.size + this.#voices.size;
  }

  /** Takes in a newcomer by the voice that it shares, of which there are 32,768 at the most. */
  joins(voice: number): void {
    this.#voices.add(voice);
  }

  constructor(name: string) {
    this.salt = saltOf(name);
    this.suspectSalt = saltOf(`${name}${SUSPECTED}`);
  }
}

/** Where the members of a class lie. */
export interface Place {
  readonly tenant: Circle;
  readonly kind: Circle;
  /** Absent while the identity is of no class. */
  readonly own: Circle | undefined;
  /** The same from the widest on. */
  readonly circles: readonly Circle[];
  /** Names the kind within the tenant. */
  readonly kindName: string;
}

export class Circles {
  /** By name; a tenant has its own. */
  readonly #circles = new Map<string, Circle>();
  /** By tenant and class: names are put together once, since places are asked for all the time. */
  readonly #places = new Map<string, Map<string, Place>>();
  /** The place that was asked for last: mostly it is asked for again, for the next value of the same identity. */
  #last: Place | undefined;
  #lastTenant = '';
  #lastPeers = '';

  get size(): number {
    let known = 0;
    for (const { isKnown } of this.#circles.values()) if (isKnown) known++;
    return known;
  }

  all(): Iterable<Circle> {
    return this.#circles.values();
  }

  /** The circle of a tenant; undefined while nothing is known of it. */
  tenant(name: string): Circle | undefined {
    return this.#circles.get(name);
  }

  place(tenant: string, peers: string): Place {
    if (this.#last !== undefined && this.#lastPeers === peers && this.#lastTenant === tenant) return this.#last;
    const place = this.#places.get(tenant)?.get(peers) ?? this.#found(tenant, peers);
    this.#last = place;
    this.#lastTenant = tenant;
    this.#lastPeers = peers;
    return place;
  }

  #found(tenant: string, peers: string): Place {
    const kindName = `${tenant}\u0000${kindOf(peers)}`;
    const ownName = `${tenant}\u0000${peers}`;
    const [all, kind] = [this.#circle(tenant), this.#circle(kindName)];
    const own = ownName === kindName ? undefined : this.#circle(ownName);
    const circles = own === undefined ? [all, kind] : [all, kind, own];
    const place = { tenant: all, kind, own, circles, kindName };
    const places = this.#places.get(tenant) ?? new Map<string, Place>();
    this.#places.set(tenant, places);
    places.set(peers, place);
    return place;
  }

  #circle(name: string): Circle {
    const circle = this.#circles.get(name) ?? new Circle(name);
    this.#circles.set(name, circle);
    return circle;
  }
}
