/** Identities that people or models drive: assistants, coding agents, chat-operations bots, office applications, engineers. */
import { type Company, sourceIn } from './company.ts';
import type { Dice } from './dice.ts';
import type { Body, Member, Step } from './member.ts';
import { word, words } from './names.ts';
import { crowd, DAY, HOUR, MINUTE, office, officeEast } from './rhythm.ts';

const iso = (at: number) => new Date(at).toISOString();
const base = (company: Company) => ({
  from: company.start,
  to: company.end,
  ordered: false,
  failing: 0.015,
  wholeSeconds: false,
});

/** Tools of case assistants by access; which of them one assistant has is drawn for each. */
const TOOLS: readonly (readonly [tool: string, access: 'read' | 'write', target: string])[] = [
  ['case.open', 'read', 'case'],
  ['case.note', 'write', 'case'],
  ['customer.find', 'read', 'customer'],
  ['article.search', 'read', 'article'],
  ['mail.draft', 'write', 'mailbox'],
  ['mail.send', 'write', 'mailbox'],
  ['calendar.read', 'read', 'calendar'],
  ['voucher.issue', 'write', 'customer'],
];

function assistants(company: Company, dice: Dice, count: number): Member[] {
  return words(dice, count).map((name) => {
    const mine = dice.fork(name);
    const tools = mine.sample(TOOLS, mine.int(4, 6));
    const users = mine.sample(company.people, mine.int(2, 6));
    const partners = words(mine, mine.int(5, 14));
    const steps = tools.map(
      ([tool, access, target], i): Step => ({
        action: { name: tool, service: 'toolbox', access },
        weight: 1 / (1 + i / 2),
        resource: (d) => ({
          id:
            target === 'case'
              ? `case/${d.int(10_000, 99_999)}`
              : target === 'mailbox'
                ? `${d.favour(partners)}@${company.name}.example`
                : `${target}/${d.favour(partners)}${d.chance(0.06) ? `-${d.hex(2)}` : ''}`,
          type: target,
        }),
      }),
    );
    return {
      ...base(company),
      group: 'assistant',
      log: 'tool',
      identity: { id: `assistant/${name}`, kind: 'agent', provider: 'copilot-studio', name },
      rhythm: crowd(
        mine.between(0.5, 1.6),
        mine.chance(0.7) ? office : officeEast,
        mine.chance(0.7) ? company.zone : company.zoneEast,
      ),
      steps,
      acts: [2, 6],
      pauseMs: 6000,
      setting: (_at, session) => ({
        credential: { id: `oat-${mine.fork('grant').hex(20)}`, kind: 'oauth-token' },
        actor: { id: `conv-${session.hex(10)}`, kind: 'agent-run', version: '14', model: 'medium-2' },
        onBehalfOf: [
          { id: `dispatcher/${dice.fork('dispatcher').hex(4)}`, kind: 'agent' },
          { id: `person:${session.favour(users)}`, kind: 'human' },
        ],
        source: sourceIn(company, company.cloud[1]!, 'assistants', 'toolbox-runtime/0.9'),
        run: { id: `run/${session.hex(12)}`, declared: tools.map(([tool]) => tool) },
      }),
      changes: [],
      inventory: { owner: `team:${mine.pick(company.teams)}`, grantedScopes: tools.map(([tool]) => tool) },
    };
  });
}

function coders(company: Company, dice: Dice, count: number): Member[] {
  return words(dice, count).map((project, index) => {
    const mine = dice.fork(project);
    const folders = words(mine, 9);
    const drivers = mine.sample(company.people, mine.int(1, 3));
    const step = (name: string, access: 'read' | 'write', weight: number, where: (d: Dice) => string): Step => ({
      action: { name, service: 'repository', access },
      weight,
      resource: (d) => ({ id: `${project}:${where(d)}`, type: 'path' }),
      records: [30, 1.1],
    });
    return {
      ...base(company),
      group: 'coder',
      log: 'gl',
      wholeSeconds: true,
      identity: { id: `coder-${index}@${project}`, kind: 'agent', provider: 'gitlab', account: company.name },
      rhythm: crowd(mine.between(0.25, 0.7), (hour, weekday) => Math.max(0.06, office(hour, weekday)), company.zone),
      steps: [
        step('push', 'write', 6, (d) => `src/${d.favour(folders)}/${d.hex(2)}`),
        step('open_merge_request', 'write', 2, () => 'merge_requests'),
        step('read_file', 'read', 5, (d) => `src/${d.favour(folders)}`),
      ],
      acts: [2, 7],
      pauseMs: 50_000,
      setting: (_at, session) => ({
        credential: { id: `glpat-${mine.fork('token').hex(12)}`, kind: 'pat' },
        actor: { id: `task-${session.hex(6)}`, kind: 'agent-run', model: 'coder-l' },
        onBehalfOf: [{ id: `person:${session.favour(drivers)}`, kind: 'human' }],
        source: {
          userAgent: 'coder-agent/2',
          ...(session.chance(0.9)
            ? sourceIn(company, company.cloud[1]!, `pool-${session.int(0, 5)}`, 'coder-agent/2')
            : {}),
        },
      }),
      changes: [],
      inventory: {},
    };
  });
}

function chatops(company: Company, dice: Dice, count: number): Member[] {
  return words(dice, count).map((name) => {
    const mine = dice.fork(name);
    const crew = mine.sample(company.people, 5);
    const targets = words(mine, 6);
    const step = (text: string, access: 'read' | 'execute' | 'admin', weight: number): Step => ({
      action: { name: `ops.${text}`, service: 'ops', access },
      weight,
      resource: (d) => ({ id: `svc/${d.favour(targets)}`, type: 'service' }),
    });
    return {
      ...base(company),
      group: 'chatops',
      log: 'ops',
      identity: { id: `bot:${name}`, kind: 'bot', provider: 'slack' },
      rhythm: crowd(0.9, (hour, weekday) => Math.max(0.15, office(hour, weekday)), company.zone),
      steps: [
        step('status', 'read', 8),
        step('restart', 'execute', 3),
        step('scale', 'execute', 1.5),
        step('drain', 'admin', 0.1),
      ],
      acts: [1, 4],
      pauseMs: 60_000,
      setting: (_at, session) => ({
        credential: { id: `xoxb-${mine.fork('token').hex(10)}`, kind: 'oauth-token', longLived: true },
        onBehalfOf: [{ id: `person:${session.favour(crew)}`, kind: 'human' }],
        source: sourceIn(company, company.cloud[0]!, 'gateway-0', 'bolt-js/3'),
      }),
      changes: [],
      inventory: { owner: `team:${mine.pick(company.teams)}` },
    };
  });
}

function officeApps(company: Company, dice: Dice, count: number): Member[] {
  return words(dice, count).map((name, index) => {
    const mine = dice.fork(name);
    const users = mine.sample(company.people, mine.int(6, 16));
    const objects = words(mine, 5);
    const step = (verb: string, access: 'read' | 'write', weight: number): Step => ({
      action: { name: `${verb}Record`, service: 'crm', access },
      weight,
      resource: (d) => ({ id: `${d.favour(objects)}/${d.int(1, 40_000)}`, type: 'record' }),
      records: [12, 0.9],
    });
    return {
      ...base(company),
      group: 'office-app',
      log: 'crm',
      identity: { id: `app.${name}.${company.name}`, kind: 'oauth-app', provider: 'salesforce' },
      rhythm: crowd(
        mine.between(1.5, 3.5),
        index % 2 ? office : officeEast,
        index % 2 ? company.zone : company.zoneEast,
      ),
      steps: [step('query', 'read', 6), step('get', 'read', 4), step('update', 'write', 2)],
      acts: [1, 5],
      pauseMs: 9000,
      setting: (at, session) => {
        const user = session.favour(users);
        return {
          credential: { id: `at-${dice.fork(`${name}/${user}/${Math.floor(at / DAY)}`).hex(14)}`, kind: 'oauth-token' },
          onBehalfOf: [{ id: `person:${user}`, kind: 'human' }],
          source: sourceIn(company, company.homes[index % 2]!, `office-${index % 2}`, `${name}-connector/1.${index}`),
        };
      },
      changes: [],
      inventory: { owner: `person:${mine.pick(company.people)}`, grantedScopes: ['crm'] },
    };
  });
}

/** Engineers: office, home and the road; whatever the day asks for. */
function engineers(company: Company, dice: Dice, count: number): Member[] {
  return company.people.slice(-count).map((person) => {
    const mine = dice.fork(person);
    const tasks = words(mine, 12);
    const verbs = ['get', 'list', 'describe', 'logs', 'exec', 'patch', 'port-forward'];
    const place = (at: number, session: Dice): Body['source'] => {
      const day = Math.floor(at / (2 * DAY));
      const home = mine.fork(day).chance(0.5);
      return home
        ? sourceIn(company, company.homes[2]!, person, 'kubectl/v1.30')
        : sourceIn(company, company.homes[0]!, `office-${session.int(0, 1)}`, 'kubectl/v1.30');
    };
    return {
      ...base(company),
      group: 'engineer',
      log: 'k8s',
      identity: { id: `person:${person}`, kind: 'human', provider: 'kubernetes' },
      rhythm: crowd(0.6, (hour, weekday) => Math.max(0.03, office(hour, weekday)), company.zone),
      steps: verbs.map((verb, i) => ({
        action: {
          name: `${verb} ${i % 2 ? 'pods' : 'deployments'}`,
          service: 'core',
          access: i < 4 ? 'read' : 'write',
        },
        weight: 1 / (i + 1),
        resource: (d) => ({ id: `live/${d.favour(tasks)}`, type: 'object' }),
      })),
      acts: [2, 9],
      pauseMs: 1.2 * MINUTE,
      setting: (at, session) => ({
        credential: {
          id: `oidc-${dice.fork(`${person}/${Math.floor(at / (8 * HOUR))}`).hex(12)}`,
          kind: 'jwt',
          issuedAt: iso(Math.floor(at / (8 * HOUR)) * 8 * HOUR),
        },
        source: place(at, session),
      }),
      changes: [],
      inventory: { owner: `person:${person}`, purpose: `${word(mine)} on call` },
    };
  });
}

export function hireMinds(company: Company): Member[] {
  const of = (name: string) => company.dice.fork(`fleet/${name}`);
  return [
    ...assistants(company, of('assistants'), 13),
    ...coders(company, of('coders'), 8),
    ...chatops(company, of('chatops'), 6),
    ...officeApps(company, of('office-apps'), 10),
    ...engineers(company, of('engineers'), 6),
  ];
}
