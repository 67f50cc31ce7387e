/** Identities without a mind of their own: mesh workloads, loaders, runners, secret readers. */
import { devices, providers, renewals } from './appliances.ts';
import { type Company, callsOf, sourceIn } from './company.ts';
import type { Dice } from './dice.ts';
import type { Member, Step } from './member.ts';
import { word, words } from './names.ts';
import { commuters, crowd, DAY, every, HOUR, heaps, MINUTE } from './rhythm.ts';

const iso = (at: number) => new Date(at).toISOString();
const base = (company: Company) => ({
  from: company.start,
  to: company.end,
  ordered: false,
  failing: 0.01,
  wholeSeconds: false,
});

/** Mesh workloads: the certificate changes every day, the address with every deploy, clients call at commuting hours. */
function mesh(company: Company, dice: Dice, count: number): Member[] {
  const services = words(dice, count);
  return services.map((service) => {
    const mine = dice.fork(service);
    const namespace = mine.pick(company.teams);
    const id = `spiffe://${company.name}.internal/ns/${namespace}/sa/${service}`;
    const calls = mine
      .sample(services, mine.int(2, 4))
      .flatMap((target) => callsOf(dice.fork(`calls/${target}`), target, 5).slice(0, mine.int(2, 5)));
    const deploys = every(mine.between(4, 12) * DAY, 2 * HOUR, mine.int(0, 9) * DAY)(
      company.start - 20 * DAY,
      company.end,
      mine,
    );
    return {
      ...base(company),
      group: 'mesh',
      log: `mesh:${namespace}`,
      identity: { id, kind: 'workload', provider: 'istio', name: service, environment: 'live' },
      rhythm: crowd(mine.between(2, 5), commuters, company.zone),
      steps: calls.map((action, i): Step => ({ action, weight: 1 / (i + 1), bytes: [mine.between(300, 9000), 0.6] })),
      acts: [1, 3],
      pauseMs: 900,
      setting: (at, session) => {
        const day = Math.floor(at / DAY);
        const deploy = deploys.filter((when) => when <= at).length;
        const pod = `${service}-${dice.fork(`${id}/${deploy}`).hex(5)}`;
        return {
          credential: {
            id: dice.fork(`${id}/cert/${day}`).hex(40),
            kind: 'x509',
            issuedAt: iso(day * DAY),
            expiresAt: iso((day + 1) * DAY + HOUR),
          },
          actor: { id: `${pod}-${session.int(0, 2)}`, kind: 'pod', version: `r${deploy}` },
          source: {
            ip: `fd00:${dice.fork(pod).hex(4)}::${session.int(1, 3)}`,
            workload: `${namespace}/${service}`,
            userAgent: `envoy/${dice.fork('envoy').int(20, 31)}`,
          },
        };
      },
      changes: [],
      inventory: {
        owner: `team:${namespace}`,
        tier: mine.int(0, 3),
        grantedScopes: [...new Set(calls.map((call) => call.service))],
      },
    };
  });
}

/** Warehouse loaders: key-pair tokens, a fixed order of statements, two gateways. */
function loaders(company: Company, dice: Dice, count: number): Member[] {
  return words(dice, count).map((name, index) => {
    const mine = dice.fork(name);
    const schema = `${word(mine)}_${mine.pick(['RAW', 'STAGE', 'MART'])}`.toUpperCase();
    const tables = words(mine, 6).map((table) => `${schema}.${table.toUpperCase()}`);
    const network = company.cloud[index % 2]!;
    const statement = (text: string, access: 'read' | 'write', reach: number): Step => ({
      action: { name: text, service: 'warehouse', access },
      resource: (d) => ({ id: d.favour(tables.slice(0, reach)), type: 'table' }),
      bytes: [mine.logNormal(4e6, 1), 0.45],
      records: [mine.logNormal(9000, 1), 0.4],
    });
    return {
      ...base(company),
      group: 'loader',
      log: 'whse',
      identity: {
        id: `SVC_${name.toUpperCase()}`,
        kind: 'service-account',
        provider: 'snowflake',
        account: `${company.name}-eu`,
      },
      rhythm: every(mine.pick([2, 3, 4, 6]) * HOUR, 4 * MINUTE, mine.int(0, 59) * MINUTE),
      steps: [
        statement('LIST_STAGE', 'read', 2),
        statement('COPY_INTO', 'write', 4),
        statement('SELECT', 'read', 5),
        statement('MERGE', 'write', 3),
      ],
      acts: [3, 4],
      ordered: true,
      pauseMs: 40_000,
      setting: (_at, session) => ({
        credential: { id: `SHA256:${mine.fork('key').hex(32)}`, kind: 'jwt', longLived: true },
        source: sourceIn(
          company,
          network,
          `gateway-${session.int(0, 1)}`,
          `PythonConnector/3.${dice.fork('driver').int(2, 9)}.1`,
        ),
        scopes: [`${schema}_LOADER`],
      }),
      changes: [],
      inventory: { owner: `person:${mine.pick(company.people)}`, grantedScopes: [`${schema}_LOADER`, 'warehouse'] },
    };
  });
}

/** Pipeline runners: a new address in the provider's range for every job, a token a job, a chain that names project and branch. */
function runners(company: Company, dice: Dice, count: number): Member[] {
  return words(dice, count).map((project, index) => {
    const mine = dice.fork(project);
    const team = mine.pick(company.teams);
    const actions: Step[] = [
      ['registry:pull', 'registry', 'read'],
      ['registry:push', 'registry', 'write'],
      ['cluster:apply', 'cluster', 'write'],
      ['cluster:get', 'cluster', 'read'],
      ['cache:put', 'cache', 'write'],
    ].map(([name, service, access], i) => ({
      action: { name: name!, service: service!, access: access as 'read' | 'write' },
      resource: (d: Dice) => ({
        id: `${service}/${team}/${project}${d.chance(0.3) ? `/${d.pick(['web', 'job', 'base'])}` : ''}`,
        type: service!,
      }),
      weight: 1 / (1 + i / 2),
    }));
    return {
      ...base(company),
      group: 'runner',
      log: 'gl',
      failing: 0.05,
      wholeSeconds: true,
      identity: { id: `runner/${team}/${project}`, kind: 'role', provider: 'gitlab', account: company.name },
      rhythm: crowd(
        mine.between(0.2, 0.8),
        (hour, weekday) => (weekday === 0 || weekday === 6 ? 0.05 : hour > 8 && hour < 19 ? 1 : 0.12),
        index % 3 ? company.zone : company.zoneEast,
      ),
      steps: actions,
      acts: [3, 9],
      pauseMs: 20_000,
      setting: (at, session) => {
        const job = session.int(1e8, 9e8);
        const branch = session.chance(0.75) ? 'main' : session.chance(0.8) ? 'staging' : `fix-${session.hex(3)}`;
        return {
          credential: {
            id: `jwt-${session.hex(16)}`,
            kind: 'jwt',
            issuedAt: iso(Math.floor(at / 1000) * 1000),
            expiresAt: iso(Math.floor(at / 1000) * 1000 + HOUR),
          },
          actor: { id: `job-${job}`, kind: 'job' },
          onBehalfOf: [{ id: `project_path:${team}/${project}:ref:${branch}`, kind: 'oidc-subject' }],
          source: sourceIn(
            company,
            company.cloud[2]!,
            `job-${job}`,
            `gitlab-runner/${dice.fork('runner').int(15, 17)}.${at > company.learnUntil - 12 * DAY ? 4 : 2}`,
          ),
        };
      },
      changes: [],
      inventory: { owner: `team:${team}`, grantedScopes: ['registry', 'cluster', 'cache'] },
    };
  });
}

/** Secret readers: quiet for long, then a heap; accessor tokens live a few hours. */
function secretReaders(company: Company, dice: Dice, count: number): Member[] {
  return words(dice, count).map((app) => {
    const mine = dice.fork(app);
    const paths = words(mine, 5).map((leaf) => `kv/${app}/${leaf}`);
    return {
      ...base(company),
      group: 'secret-reader',
      log: 'vlt',
      identity: { id: `approle:${app}`, kind: 'api-key', provider: 'vault', name: app },
      rhythm: heaps(mine.between(1.5, 4), [2, 6]),
      steps: [
        { action: { name: 'auth/approle/login', service: 'auth', access: 'authenticate' } },
        {
          action: { name: 'read', service: 'kv', access: 'read' },
          resource: (d) => ({ id: d.favour(paths), type: 'secret' }),
          weight: 3,
        },
        { action: { name: 'renew-self', service: 'token', access: 'execute' }, weight: 0.6 },
      ],
      acts: [2, 4],
      ordered: true,
      pauseMs: 1500,
      setting: (at, session) => ({
        credential: {
          id: `accessor.${dice.fork(`${app}/${Math.floor(at / (6 * HOUR))}`).hex(24)}`,
          kind: 'session-token',
          issuedAt: iso(Math.floor(at / (6 * HOUR)) * 6 * HOUR),
        },
        source: {
          ip: `10.${mine.fork('rack').int(1, 250)}.${mine.fork('row').int(1, 250)}.${session.int(10, 13)}`,
          workload: `vm/${app}`,
          userAgent: `vault-client-java/${dice.fork('vault').int(3, 6)}`,
        },
      }),
      changes: [],
      inventory: mine.chance(0.6) ? { owner: `team:${mine.pick(company.teams)}` } : {},
    };
  });
}

export function hireMachines(company: Company): Member[] {
  const of = (name: string) => company.dice.fork(`fleet/${name}`);
  return [
    ...mesh(company, of('mesh'), 32),
    ...loaders(company, of('loaders'), 14),
    ...runners(company, of('runners'), 16),
    ...secretReaders(company, of('secret-readers'), 14),
    ...devices(company, of('devices'), 24),
    ...renewals(company, of('renewals'), 5),
    ...providers(company, of('providers'), 4),
  ];
}
