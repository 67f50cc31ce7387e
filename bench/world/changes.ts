/** Benign change with a cause: what a company does to its own identities in a month. */
import { type Company, callsOf, type Network, sourceIn } from './company.ts';
import type { Dice } from './dice.ts';
import type { Body, Change, Member, Session } from './member.ts';
import { word } from './names.ts';
import { DAY, HOUR, MINUTE } from './rhythm.ts';

export interface HardNegative {
  readonly id: string;
  readonly kind: string;
  readonly members: readonly Member[];
  readonly start: number;
  readonly end: number;
  readonly expect: 'none' | 'no-suspend';
}

export interface Plan {
  readonly hardNegatives: HardNegative[];
  readonly sessions: Map<Member, Session[]>;
}

type Apply = Change['apply'];
const always =
  (edit: (body: Body, at: number, dice: Dice) => void): Apply =>
  (body, at, dice) => {
    edit(body, at, dice);
    return true;
  };

/** Plans what happens between the first week and the end; most of it in the judged month. */
export function planChanges(company: Company, members: readonly Member[]): Plan {
  const dice = company.dice.fork('changes');
  const plan: Plan = { hardNegatives: [], sessions: new Map() };
  const judged = (leave = 2) => Math.floor(dice.between(company.learnUntil + 6 * HOUR, company.end - leave * DAY));
  const group = (name: string) => members.filter((member) => member.group === name);
  const some = (name: string, count: number) => dice.sample(group(name), count);

  /** Registers a change of `whom` from `start`; activities it edits within `knownFor` are the change. */
  const change = (
    kind: string,
    expect: HardNegative['expect'],
    whom: readonly Member[],
    start: number,
    knownForMs: number,
    apply: Apply,
    lasts = true,
  ) => {
    if (whom.length === 0) return;
    const id = `h${String(plan.hardNegatives.length + 1).padStart(3, '0')}`;
    plan.hardNegatives.push({ id, kind, members: whom, start, end: start + knownForMs, expect });
    for (const member of whom) {
      member.changes.push({ id, from: start, to: start + knownForMs, apply });
      if (lasts) member.changes.push({ id: '', from: start + knownForMs, to: Number.POSITIVE_INFINITY, apply });
    }
    return id;
  };
  const extra = (member: Member, session: Session) =>
    plan.sessions.set(member, [...(plan.sessions.get(member) ?? []), session]);
  const move = (network: Network, key: string) =>
    always((body) => {
      body.source = { ...body.source, ...sourceIn(company, network, key) };
    });
  const relabel = (pattern: RegExp, to: string) =>
    always((body) => {
      if (body.source.userAgent) body.source.userAgent = body.source.userAgent.replace(pattern, to);
    });

  change('proxy-upgrade', 'none', group('mesh'), judged(), 2 * DAY, relabel(/envoy\/\d+/, `envoy/${dice.int(32, 36)}`));
  change(
    'carrier-change',
    'none',
    group('device').filter((_, i) => i % 3 === 0),
    judged(),
    2 * DAY,
    always((body, _at, d) => {
      body.source = {
        ...body.source,
        ...sourceIn(company, company.carriers[2]!, `${body.identity.id}/${d.int(0, 9)}`),
      };
    }),
  );
  const devices = group('device');
  const wave = judged(6);
  for (let i = 0; i < 3; i++)
    change(
      'firmware-wave',
      'none',
      devices.filter((_, n) => n % 3 === i),
      wave + i * 1.5 * DAY,
      DAY,
      relabel(/fw\/\d+\.0/, 'fw/6.1'),
    );
  for (const member of some('device', 3)) {
    const fresh = dice.hex(32);
    change(
      'certificate-renewed',
      'none',
      [member],
      judged(),
      DAY,
      always((body, at) => {
        body.credential = {
          id: fresh,
          kind: 'x509',
          longLived: true,
          issuedAt: new Date(Math.floor(at / DAY) * DAY).toISOString(),
        };
      }),
    );
  }
  for (const member of some('loader', 3)) {
    const start = judged(4);
    const fresh = `SHA256:${dice.hex(32)}`;
    change('key-rotation', 'none', [member], start, 2 * DAY, (body, at, d) => {
      if (at - start < DAY && d.chance(0.5)) return false;
      if (body.credential) body.credential.id = fresh;
      return true;
    });
  }
  change(
    'warehouse-gateway-moved',
    'no-suspend',
    some('loader', 3),
    judged(),
    2 * DAY,
    move(company.cloud[2]!, 'gateway-new'),
  );
  for (const member of some('loader', 3)) {
    const table = `${word(dice)}_NEW.${word(dice)}`.toUpperCase();
    change('new-table-in-pipeline', 'no-suspend', [member], judged(), 2 * DAY, (body, _at, d) => {
      if (!body.resource || !d.chance(0.35)) return false;
      body.resource.id = table;
      return true;
    });
  }
  for (const member of some('loader', 3)) {
    const at = judged();
    change('backfill', 'no-suspend', [member], at, 8 * HOUR, () => false, false);
    for (let i = 0; i < 5; i++)
      extra(member, { at: at + i * 80 * MINUTE, change: plan.hardNegatives.at(-1)!.id, times: 10 });
  }
  for (const member of some('mesh', 5)) {
    const calls = callsOf(dice.fork(member.identity.id), word(dice), 2);
    change('new-dependency', 'no-suspend', [member], judged(), 2 * DAY, (body, _at, d) => {
      if (!d.chance(0.25)) return false;
      body.action = d.pick(calls);
      return true;
    });
  }
  for (const member of some('mesh', 4)) {
    const other = `${dice.pick(company.teams)}-b`;
    const start = judged(5);
    change('blue-green-cutover', 'none', [member], start, 3 * DAY, (body, at, d) => {
      if (!d.chance(Math.min(1, (at - start) / (2 * DAY)))) return false;
      body.source = {
        ...body.source,
        workload: `${other}/${body.identity.name}`,
        ip: `fd01:${d.fork(other).hex(4)}::${d.int(1, 3)}`,
      };
      return true;
    });
  }
  const surge = judged(4);
  const crowdMembers = some('mesh', 12);
  change('holiday-surge', 'none', crowdMembers, surge, 2 * DAY, () => false, false);
  for (const member of crowdMembers)
    for (const at of member.rhythm(surge, surge + 2 * DAY, dice.fork(`surge/${member.identity.id}`)))
      for (let i = 0; i < 2; i++) extra(member, { at: at + i * 7 * MINUTE, change: plan.hardNegatives.at(-1)!.id });
  const storm = judged();
  change(
    'quota-storm',
    'none',
    some('runner', 6),
    storm,
    5 * HOUR,
    (body, _at, d) => {
      if (!d.chance(0.7)) return false;
      body.outcome = 'denied';
      body.errorCode = 'QuotaExceeded';
      return true;
    },
    false,
  );
  change(
    'runner-image',
    'none',
    group('runner'),
    judged(),
    2 * DAY,
    relabel(/gitlab-runner\/\d+\.\d/, 'gitlab-runner/18.0'),
  );
  change(
    'runner-region',
    'no-suspend',
    some('runner', 5),
    judged(),
    DAY,
    (body, at, d) => {
      body.source = { ...body.source, ...sourceIn(company, company.cloud[0]!, `${at}/${d.int(0, 1e6)}`) };
      return true;
    },
    false,
  );
  for (const member of some('runner', 3)) {
    const branch = `release-${dice.int(2, 40)}`;
    change('new-branch', 'none', [member], judged(), 2 * DAY, (body, _at, d) => {
      const first = body.onBehalfOf?.[0];
      if (!first || !d.chance(0.6)) return false;
      first.id = first.id.replace(/ref:.*/, `ref:${branch}`);
      return true;
    });
  }
  for (const member of some('secret-reader', 3)) {
    const leaf = word(dice);
    change(
      'secret-moved',
      'no-suspend',
      [member],
      judged(),
      2 * DAY,
      always((body) => {
        if (body.resource) body.resource.id = body.resource.id.replace(/^kv\//, `kv-${leaf}/`);
      }),
    );
  }
  for (const member of some('assistant', 5)) {
    const name = `${word(dice)}.${dice.pick(['search', 'summary', 'update'])}`;
    change('tool-added', 'no-suspend', [member], judged(), 3 * DAY, (body, _at, d) => {
      body.run?.declared?.push(name);
      if (!d.chance(0.2)) return false;
      body.action = { name, service: 'toolbox', access: name.endsWith('update') ? 'write' : 'read' };
      return true;
    });
  }
  change(
    'model-upgrade',
    'none',
    group('assistant'),
    judged(),
    2 * DAY,
    always((body) => {
      if (body.actor) body.actor = { ...body.actor, version: '15', model: 'medium-3' };
    }),
  );
  for (const member of dice.sample([...group('assistant'), ...group('office-app'), ...group('coder')], 8)) {
    const colleague = `person:${word(dice)}.${word(dice)}`;
    change('new-colleague', 'none', [member], judged(), 3 * DAY, (body, _at, d) => {
      const last = body.onBehalfOf?.at(-1);
      if (!last || !d.chance(0.3)) return false;
      last.id = colleague;
      return true;
    });
  }
  for (const member of some('assistant', 4)) {
    change(
      'new-partner',
      'no-suspend',
      [member],
      judged(),
      DAY,
      (body, _at, d) => {
        if (!body.resource || body.resource.type === 'case' || !d.chance(0.5)) return false;
        body.resource.id = `${word(d)}@${word(d)}.example`;
        return true;
      },
      false,
    );
  }
  for (const member of some('engineer', 3)) {
    const away = dice.pick(company.elsewhere.slice(0, 4));
    change(
      'travelling',
      'no-suspend',
      [member],
      judged(5),
      4 * DAY,
      move({ ...away, org: away.org.replace('HOSTING', 'HOTEL'), asn: away.asn + 1 }, member.identity.id),
      false,
    );
  }
  for (let i = 0; i < 2; i++) {
    const night = Math.floor(judged() / DAY) * DAY + 1.5 * HOUR;
    const crew = [...some('engineer', 2), ...some('chatops', 2)];
    change(
      'incident-night',
      'no-suspend',
      crew,
      night,
      5 * HOUR,
      (body, _at, d) => {
        if (body.action.service === 'ops' && d.chance(0.5))
          body.action = { name: 'ops.failover', service: 'ops', access: 'admin' };
        return true;
      },
      false,
    );
    for (const member of crew)
      for (let k = 0; k < 5; k++) extra(member, { at: night + k * 50 * MINUTE, change: plan.hardNegatives.at(-1)!.id });
  }
  for (const member of some('office-app', 2)) {
    change(
      'office-moved',
      'no-suspend',
      [member],
      judged(),
      2 * DAY,
      move(company.homes[3]!, `office-${member.identity.id}`),
    );
  }
  return plan;
}
