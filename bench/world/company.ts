/** The company of a world: its calendar, its networks, its teams and its people. */
import type { Dice } from './dice.ts';
import { capital, word, words } from './names.ts';
import { DAY } from './rhythm.ts';

export interface Network {
  readonly asn: number;
  readonly org: string;
  readonly country: string;
  readonly region?: string;
  /** First two octets. */
  readonly prefix: string;
}

export interface Company {
  readonly dice: Dice;
  readonly name: string;
  readonly start: number;
  readonly learnUntil: number;
  readonly end: number;
  /** Hours ahead of UTC at head office, with daylight saving. */
  readonly zone: (at: number) => number;
  readonly zoneEast: (at: number) => number;
  readonly teams: readonly string[];
  readonly people: readonly string[];
  readonly cloud: readonly Network[];
  readonly carriers: readonly Network[];
  readonly homes: readonly Network[];
  /** Networks that nobody here uses: rented servers, exits, other people's homes. */
  readonly elsewhere: readonly Network[];
  /** An address that is always the same for the same key. */
  readonly address: (network: Network, key: string) => string;
}

const COUNTRIES = ['SE', 'PT', 'KE', 'AE', 'IN', 'CL', 'NZ', 'PL', 'ZA', 'VN', 'CA', 'TR'];

export function foundCompany(dice: Dice): Company {
  const start = Date.UTC(2025, 2, 3) + dice.int(0, 9) * DAY;
  const summer = Date.UTC(2025, 2, 30, 1);
  const west = dice.int(0, 2);
  const [home, second, third, ...abroad] = dice.sample(COUNTRIES, COUNTRIES.length) as [
    string,
    string,
    string,
    ...string[],
  ];
  const network = (kind: string, index: number, country: string): Network => {
    const mine = dice.fork(`network/${kind}/${index}`);
    return {
      asn: mine.int(20_000, 64_000),
      org: `${word(mine).toUpperCase()}-${kind.toUpperCase()}`,
      country,
      ...(kind === 'cloud'
        ? { region: `${country.toLowerCase()}-${mine.pick(['north', 'south', 'central'])}-${index + 1}` }
        : {}),
      prefix: `${mine.int(60, 210)}.${mine.int(1, 250)}`,
    };
  };
  const many = (kind: string, countries: readonly string[]) =>
    countries.map((country, index) => network(kind, index, country));
  return {
    dice,
    name: word(dice.fork('name'), 3),
    start,
    learnUntil: start + 36 * DAY,
    end: start + 60 * DAY,
    zone: (at) => west + (at >= summer ? 1 : 0),
    zoneEast: () => west + 3.5,
    teams: words(dice.fork('teams'), 9),
    people: words(dice.fork('people'), 40).map((first, i) => `${first}.${word(dice.fork(`people/${i}`))}`),
    cloud: many('cloud', [home, home, second]),
    carriers: many('mobile', [home, home, second, third]),
    homes: many('fibre', [home, home, home, second]),
    elsewhere: many('hosting', [...abroad, home, second]),
    address: (net, key) => {
      const mine = dice.fork(`address/${net.prefix}/${key}`);
      return `${net.prefix}.${mine.int(0, 255)}.${mine.int(1, 254)}`;
    },
  };
}

/** A source in `network` at an address that belongs to `key`. */
export function sourceIn(company: Company, network: Network, key: string, userAgent?: string) {
  return {
    ip: company.address(network, key),
    asn: network.asn,
    org: network.org,
    country: network.country,
    ...(network.region ? { region: network.region } : {}),
    ...(userAgent ? { userAgent } : {}),
  };
}

const VERBS: readonly (readonly [verb: string, access: 'read' | 'write' | 'execute' | 'admin'])[] = [
  ['Fetch', 'read'],
  ['Browse', 'read'],
  ['Lookup', 'read'],
  ['Append', 'write'],
  ['Store', 'write'],
  ['Amend', 'write'],
  ['Launch', 'execute'],
];

/** Calls of a made-up service. */
export function callsOf(dice: Dice, service: string, count: number) {
  const nouns = words(dice.fork('nouns'), Math.ceil(count / 2)).map(capital);
  const calls: { name: string; service: string; access: 'read' | 'write' | 'execute' | 'admin' }[] = [];
  while (calls.length < count) {
    const [verb, access] = dice.favour(VERBS, 1.5);
    const name = `/${service}.v1.${capital(service)}/${verb}${dice.pick(nouns)}`;
    if (!calls.some((call) => call.name === name)) calls.push({ name, service, access });
    else if (nouns.length < count) nouns.push(capital(word(dice)));
  }
  return calls;
}
