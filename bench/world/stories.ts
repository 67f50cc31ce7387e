/** The attack stories: whose identity, what is twisted, how often, how far apart. */
import { type Company, sourceIn } from './company.ts';
import type { Dice } from './dice.ts';
import type { Body, Member } from './member.ts';
import { word, words } from './names.ts';
import { DAY, HOUR, MINUTE } from './rhythm.ts';

/** One way to misuse an identity; `twist` edits what the victim would have done at that moment. */
export interface Story {
  readonly kind: string;
  readonly category: string;
  readonly variant: 'in-place' | 'stolen' | 'concurrent' | 'mimic' | 'slow';
  readonly expect: 'observe' | 'rotate' | 'suspend';
  readonly groups: readonly string[];
  /** Acts of the attacker. */
  readonly acts: readonly [number, number];
  readonly pauseMs: number;
  readonly twist: (
    body: Body,
    context: { index: number; dice: Dice; company: Company; key: string; at: number },
  ) => void;
  /** Local time of the first act instead of any time. */
  readonly hour?: number;
  /** Prepares the victim: a date in the inventory, a silence. */
  readonly before?: (victim: Member, at: number, dice: Dice) => void;
}

type Context = Parameters<Story['twist']>[1];
const elsewhere = (body: Body, { company, dice, key }: Context, userAgent?: string) => {
  const network = dice.fork(`${key}/net`).pick(company.elsewhere);
  const agent = userAgent ?? body.source.userAgent;
  const { region } = body.source;
  body.source = { ...sourceIn(company, network, key, agent), ...(region ? { region } : {}) };
};
const does = (body: Body, name: string, service: string, access: Body['action']['access'], resource?: string) => {
  body.action = { name, service, access };
  if (resource) body.resource = { id: resource, type: body.resource?.type ?? service };
  else delete body.resource;
};
const fork = (context: Context) => context.dice.fork(context.key);
const tools = ['curl/8.5.0', 'python-httpx/0.27', 'okhttp/4.12', 'Mozilla/5.0 (X11; Linux x86_64)'];

export const STORIES: readonly Story[] = [
  {
    kind: 'certificate-on-second-host',
    category: 'credential-reuse',
    variant: 'concurrent',
    expect: 'rotate',
    groups: ['mesh'],
    acts: [6, 14],
    pauseMs: 5 * MINUTE,
    twist: (body, context) => {
      body.source = {
        ...body.source,
        ip: `10.${fork(context).int(1, 250)}.7.${fork(context).int(2, 250)}`,
        workload: `${word(fork(context))}/shell`,
      };
    },
  },
  {
    kind: 'device-cloned',
    category: 'credential-reuse',
    variant: 'concurrent',
    expect: 'rotate',
    groups: ['device'],
    acts: [8, 20],
    pauseMs: 25 * MINUTE,
    twist: (body, context) => elsewhere(body, context),
  },
  {
    kind: 'job-token-replayed',
    category: 'credential-reuse',
    variant: 'stolen',
    expect: 'rotate',
    groups: ['runner'],
    acts: [4, 9],
    pauseMs: 2 * MINUTE,
    twist: (body, context) => elsewhere(body, context, fork(context).pick(tools)),
  },
  {
    kind: 'role-shared-by-second-app',
    category: 'credential-reuse',
    variant: 'mimic',
    expect: 'rotate',
    groups: ['secret-reader'],
    acts: [5, 9],
    pauseMs: 20 * MINUTE,
    twist: (body, context) => {
      body.source = {
        ...body.source,
        ip: `10.${fork(context).int(1, 250)}.${fork(context).int(1, 250)}.9`,
        workload: `vm/${word(fork(context))}`,
      };
    },
  },
  {
    kind: 'loader-key-two-gateways',
    category: 'credential-reuse',
    variant: 'concurrent',
    expect: 'rotate',
    groups: ['loader'],
    acts: [5, 10],
    pauseMs: 30 * MINUTE,
    twist: (body, context) => {
      const { region, userAgent } = body.source;
      body.source = {
        ...sourceIn(context.company, context.company.homes[3]!, context.key, userAgent),
        ...(region ? { region } : {}),
      };
    },
  },

  {
    kind: 'usual-work-from-rented-server',
    category: 'unexpected-source',
    variant: 'mimic',
    expect: 'rotate',
    groups: ['loader', 'office-app', 'runner'],
    acts: [4, 10],
    pauseMs: 4 * MINUTE,
    twist: (body, context) => elsewhere(body, context),
  },
  {
    kind: 'person-at-the-keyboard',
    category: 'unexpected-source',
    variant: 'stolen',
    expect: 'rotate',
    groups: ['loader', 'secret-reader', 'chatops'],
    acts: [5, 12],
    pauseMs: MINUTE,
    twist: (body, context) => {
      elsewhere(body, context, fork(context).pick(tools));
      if (context.index % 2) does(body, 'whoami', body.action.service, 'read');
    },
  },
  {
    kind: 'grant-used-in-another-country',
    category: 'unexpected-source',
    variant: 'stolen',
    expect: 'rotate',
    groups: ['office-app', 'assistant', 'coder'],
    acts: [3, 8],
    pauseMs: 3 * MINUTE,
    twist: (body, context) => elsewhere(body, context, fork(context).pick(tools)),
  },
  {
    kind: 'mesh-identity-outside',
    category: 'unexpected-source',
    variant: 'stolen',
    expect: 'suspend',
    groups: ['mesh'],
    acts: [3, 9],
    pauseMs: MINUTE,
    twist: (body, context) => {
      elsewhere(body, context, fork(context).pick(tools));
    },
  },

  {
    kind: 'foreign-schema',
    category: 'scope-drift',
    variant: 'in-place',
    expect: 'suspend',
    groups: ['loader'],
    acts: [3, 8],
    pauseMs: 5 * MINUTE,
    twist: (body, context) =>
      does(
        body,
        'SELECT',
        'warehouse',
        'read',
        `${words(fork(context), 2).join('_')}_HR.${words(fork(context), 4)[context.index % 4]}`.toUpperCase(),
      ),
  },
  {
    kind: 'grants-itself-a-role',
    category: 'scope-drift',
    variant: 'in-place',
    expect: 'suspend',
    groups: ['loader', 'runner', 'chatops'],
    acts: [2, 4],
    pauseMs: 2 * MINUTE,
    twist: (body, context) => {
      const how = context.index % 2 ? (['createUser', 'write'] as const) : (['grantRole', 'admin'] as const);
      does(body, how[0], 'access-control', how[1], `role/${word(fork(context))}-admin`);
    },
  },
  {
    kind: 'secret-sweep',
    category: 'scope-drift',
    variant: 'in-place',
    expect: 'suspend',
    groups: ['secret-reader'],
    acts: [8, 30],
    pauseMs: 20_000,
    twist: (body, context) =>
      does(body, context.index % 4 ? 'read' : 'list', 'kv', 'read', `kv/${word(context.dice)}/${word(context.dice)}`),
  },
  {
    kind: 'injected-new-target',
    category: 'scope-drift',
    variant: 'in-place',
    expect: 'observe',
    groups: ['assistant'],
    acts: [2, 4],
    pauseMs: 8000,
    twist: (body, context) => {
      if (context.index) {
        const step = fork(context).pick(['mail.send', 'voucher.issue', 'case.note']);
        does(body, step, 'toolbox', 'write', `${word(fork(context))}@${word(fork(context))}.example`);
      }
    },
  },
  {
    kind: 'injected-new-tool',
    category: 'scope-drift',
    variant: 'in-place',
    expect: 'suspend',
    groups: ['assistant', 'coder'],
    acts: [2, 4],
    pauseMs: 8000,
    twist: (body, context) => {
      if (context.index)
        does(
          body,
          `admin.${fork(context).pick(['export', 'delete', 'impersonate'])}`,
          body.action.service,
          'execute',
          `customer/${word(fork(context))}`,
        );
    },
  },
  {
    kind: 'edits-the-pipeline',
    category: 'scope-drift',
    variant: 'in-place',
    expect: 'suspend',
    groups: ['coder'],
    acts: [2, 4],
    pauseMs: 2 * MINUTE,
    twist: (body, context) => {
      const project = body.resource?.id.split(':')[0] ?? '';
      does(body, 'push', 'repository', 'write', `${project}:${context.index ? 'deploy/' : '.gitlab-ci.yml'}`);
    },
  },
  {
    kind: 'device-takes-commands',
    category: 'scope-drift',
    variant: 'in-place',
    expect: 'suspend',
    groups: ['device'],
    acts: [3, 8],
    pauseMs: 4 * MINUTE,
    twist: (body, context) => does(body, 'publish', 'broker', 'write', `control/${word(fork(context))}/set`),
  },
  {
    kind: 'mesh-calls-strangers',
    category: 'scope-drift',
    variant: 'mimic',
    expect: 'suspend',
    groups: ['mesh'],
    acts: [4, 12],
    pauseMs: 2 * MINUTE,
    twist: (body, context) => {
      const service = `${word(fork(context))}`;
      does(
        body,
        `/${service}.v1.Admin/${context.index % 2 ? 'Dump' : 'List'}${word(context.dice)}`,
        service,
        context.index % 2 ? 'admin' : 'read',
      );
    },
  },

  {
    kind: 'bulk-unload',
    category: 'unusual-pattern',
    variant: 'in-place',
    expect: 'rotate',
    groups: ['loader', 'office-app'],
    acts: [3, 8],
    pauseMs: 5 * MINUTE,
    twist: (body, context) => {
      const times = fork(context).between(25, 120);
      for (const unit of ['bytes', 'records'] as const)
        if (body.amount?.[unit]) body.amount[unit] = Math.round(body.amount[unit] * times);
    },
  },
  {
    kind: 'slow-unload',
    category: 'unusual-pattern',
    variant: 'slow',
    expect: 'rotate',
    groups: ['loader'],
    acts: [10, 14],
    pauseMs: 9 * HOUR,
    twist: (body, context) => {
      const times = fork(context).between(5, 9);
      for (const unit of ['bytes', 'records'] as const)
        if (body.amount?.[unit]) body.amount[unit] = Math.round(body.amount[unit] * times);
    },
  },
  {
    kind: 'enumerates-records',
    category: 'unusual-pattern',
    variant: 'in-place',
    expect: 'observe',
    groups: ['office-app', 'assistant'],
    acts: [60, 150],
    pauseMs: 4000,
    twist: (body, context) =>
      does(
        body,
        body.action.name,
        body.action.service,
        body.action.access,
        `${body.resource?.type ?? 'record'}/${1000 + context.index}`,
      ),
  },
  {
    kind: 'probes-permissions',
    category: 'unusual-pattern',
    variant: 'in-place',
    expect: 'rotate',
    groups: ['runner', 'mesh', 'chatops'],
    acts: [6, 20],
    pauseMs: 15_000,
    twist: (body, context) => {
      body.outcome = 'denied';
      body.errorCode = 'PermissionDenied';
      does(body, `${body.action.service}:${word(context.dice)}`, body.action.service, 'read', body.resource?.id);
    },
  },
  {
    kind: 'works-at-night',
    category: 'unusual-pattern',
    variant: 'in-place',
    expect: 'observe',
    groups: ['office-app', 'assistant'],
    acts: [5, 14],
    pauseMs: 3 * MINUTE,
    hour: 2.5,
    twist: () => {},
  },
  {
    kind: 'erases-traces',
    category: 'unusual-pattern',
    variant: 'in-place',
    expect: 'suspend',
    groups: ['chatops', 'engineer', 'runner'],
    acts: [1, 3],
    pauseMs: MINUTE,
    twist: (body, context) =>
      does(
        body,
        context.index ? 'deleteLogSink' : 'disableAuditTrail',
        'audit',
        'admin',
        `trail/${word(fork(context))}`,
      ),
  },

  {
    kind: 'returns-after-leaving',
    category: 'lifecycle',
    variant: 'in-place',
    expect: 'suspend',
    groups: ['office-app', 'coder', 'secret-reader', 'loader'],
    acts: [3, 9],
    pauseMs: 3 * MINUTE,
    twist: () => {},
    before: (victim, at) => {
      victim.to = at - 12 * DAY;
      victim.inventory.offboardedAt = new Date(at - 11 * DAY).toISOString();
    },
  },
  {
    kind: 'revoked-key-works',
    category: 'lifecycle',
    variant: 'stolen',
    expect: 'suspend',
    groups: ['device', 'loader'],
    acts: [3, 9],
    pauseMs: 4 * MINUTE,
    twist: (body, context) => {
      if (body.credential) body.credential = { ...body.credential, id: `old-${fork(context).hex(20)}` };
    },
    before: (victim, at) => {
      victim.inventory.credentials = [
        ...(victim.inventory.credentials ?? []),
        { id: '', revokedAt: new Date(at - 20 * DAY).toISOString() },
      ];
    },
  },
  {
    kind: 'dormant-wakes',
    category: 'lifecycle',
    variant: 'in-place',
    expect: 'rotate',
    groups: ['renewal', 'secret-reader', 'loader'],
    acts: [4, 10],
    pauseMs: 2 * MINUTE,
    twist: (body, context) =>
      does(
        body,
        context.index % 2 ? 'zones.transfer' : 'tokens.create',
        body.action.service,
        'write',
        body.resource?.id,
      ),
    before: (victim, at) => {
      victim.to = at - 18 * DAY;
    },
  },
  {
    kind: 'expired-identity-used',
    category: 'lifecycle',
    variant: 'slow',
    expect: 'rotate',
    groups: ['assistant', 'chatops', 'office-app'],
    acts: [4, 8],
    pauseMs: 10 * HOUR,
    twist: (body, context) => elsewhere(body, context),
    before: (victim, at) => {
      victim.to = at - 5 * DAY;
      victim.inventory.expiresAt = new Date(at - 4.5 * DAY).toISOString();
    },
  },

  {
    kind: 'unknown-dispatcher',
    category: 'delegation',
    variant: 'in-place',
    expect: 'observe',
    groups: ['assistant'],
    acts: [2, 6],
    pauseMs: 8000,
    twist: (body, context) => {
      if (body.onBehalfOf?.[0])
        body.onBehalfOf[0] = {
          id: `https://${word(fork(context))}.example/agents/${fork(context).hex(4)}`,
          kind: 'agent',
        };
    },
  },
  {
    kind: 'foreign-project',
    category: 'delegation',
    variant: 'in-place',
    expect: 'suspend',
    groups: ['runner'],
    acts: [3, 7],
    pauseMs: 40_000,
    twist: (body, context) => {
      body.onBehalfOf = [
        { id: `project_path:${word(fork(context))}/${word(fork(context))}:ref:main`, kind: 'oidc-subject' },
      ];
    },
  },
  {
    kind: 'stranger-drives',
    category: 'delegation',
    variant: 'in-place',
    expect: 'observe',
    groups: ['chatops', 'coder', 'office-app'],
    acts: [3, 7],
    pauseMs: MINUTE,
    twist: (body, context) => {
      body.onBehalfOf = [{ id: `guest:${word(fork(context))}@${word(fork(context))}.example`, kind: 'human' }];
    },
  },
  {
    kind: 'deeper-chain',
    category: 'delegation',
    variant: 'mimic',
    expect: 'observe',
    groups: ['assistant', 'coder'],
    acts: [3, 6],
    pauseMs: 9000,
    twist: (body, context) => {
      body.onBehalfOf = [
        ...[1, 2].map((n) => ({ id: `helper/${fork(context).fork(n).hex(6)}`, kind: 'agent' })),
        ...(body.onBehalfOf ?? []),
      ];
    },
  },
];
