/** Settings of responders: what may be done, who must approve, and the links by which people do. */
import { z } from 'zod';
import { CONTAINMENTS, SUSPENSION_MODES } from '../suspension.ts';
import { flag, int, real, word } from './kinds.ts';

export const respond = z
  .strictObject({
    enabled: flag(false, 'Watch alerts for recommendations, and dispatch, confirm and lift what was approved.'),
    mode: z.enum(SUSPENSION_MODES).default('recommend').meta({
      description:
        'Where no policy matches: observe records nothing, recommend records and never acts, approve acts on approval, automatic also by itself on strong evidence.',
    }),
    responder: word('Responder where no policy names one.').optional(),
    ttlMs: int(4 * 3_600_000, 1_000, 30 * 86_400_000, 'From dispatch to the automatic lift.'),
    approvalTtlMs: int(4 * 3_600_000, 60_000, 30 * 86_400_000, 'How long what a person requested waits for approval.'),
    approvals: int(1, 1, 2, 'People who must approve; for tier 0 always two.'),
    policies: z
      .array(
        z.strictObject({
          name: z
            .string()
            .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
            .meta({ description: 'Name in the audit trail.' }),
          tenants: z.array(word('Tenant.')).max(256).optional().meta({ description: 'Only these tenants.' }),
          actions: z.array(z.enum(CONTAINMENTS)).max(16).optional().meta({ description: 'Only these actions.' }),
          owners: z.array(word('Owner.')).max(256).optional().meta({ description: 'Only identities of these owners.' }),
          environments: z
            .array(word('Environment.'))
            .max(64)
            .optional()
            .meta({ description: 'Only identities of these environments, by the inventory.' }),
          mode: z.enum(SUSPENSION_MODES).meta({ description: 'As `respond.mode`.' }),
          responder: word('Responder that acts; `respond.responder` where absent.').optional(),
          ttlMs: z
            .number()
            .int()
            .min(1_000)
            .max(30 * 86_400_000)
            .optional()
            .meta({ description: 'As `respond.ttlMs`.' }),
          approvals: z.number().int().min(1).max(2).optional().meta({ description: 'As `respond.approvals`.' }),
        }),
      )
      .max(64)
      .default([])
      .meta({ description: 'The first that matches counts.' }),
    neverSuspend: z
      .array(word('Identity.'))
      .max(10_000)
      .default([])
      .meta({ description: 'Identities never suspended as a whole, and never acted on without a person.' }),
    killSwitch: flag(false, 'Dispatch nothing. Lifts go on.'),
    killSwitchFile: word('While this file exists nothing is dispatched; looked for before every dispatch.').optional(),
    maxPerHour: int(20, 0, 100_000, 'Dispatches an hour, all tenants together.'),
    maxPerTenantHour: int(10, 0, 100_000, 'Dispatches an hour in one tenant.'),
    maxAutomaticPerHour: int(3, 0, 100_000, 'Dispatches an hour in one tenant that no person approved.'),
    maxPerOwner: int(5, 0, 100_000, 'Suspensions in force at a time for identities of one owner.'),
    maxPerTenant: int(50, 0, 100_000, 'Suspensions in force at a time in one tenant.'),
    maxActiveShare: real(
      0.05,
      0,
      1,
      'Share of the identities active in the last 24 hours that may be suspended at a time; one always may.',
    ),
    stormRecommendations: int(
      30,
      1,
      100_000,
      'Recommendations of one tenant in `stormWindowMs` above which nothing is automatic: a feed is broken, not everybody attacked.',
    ),
    stormWindowMs: int(900_000, 1_000, 86_400_000, 'Wall time over which recommendations are counted.'),
    pollMs: int(5_000, 50, 600_000, 'Pause between two rounds.'),
    timeoutMs: int(15_000, 100, 120_000, 'Longest one attempt at a responder may take.'),
    attempts: int(8, 1, 50, 'Attempts at a responder before a dispatch has failed.'),
    confirmWithinMs: int(600_000, 1_000, 86_400_000, 'How long a receiver may take to confirm what it accepted.'),
    watchMs: int(86_400_000, 1_000, 30 * 86_400_000, 'How long after a dispatch the target is watched for successes.'),
    quietMs: int(
      900_000,
      1_000,
      86_400_000,
      'Silence of the target that proves containment, and grace for a late success.',
    ),
    links: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .max(1_024)
          .meta({
            description:
              'What approval links begin with: where people reach the HTTP API, such as https://tidemark.example.com.',
          }),
        keyFile: word('File whose first line is the key of the links, 24 bytes or more, used for nothing else.'),
        ttlMs: int(3_600_000, 60_000, 7 * 86_400_000, 'How long a link works, if what it is for stands as long.'),
        ownerTtlMs: int(
          14 * 86_400_000,
          60_000,
          90 * 86_400_000,
          'How long a link works by which an owner answers for an identity.',
        ),
      })
      .optional()
      .meta({
        description:
          'One-time links by which a person approves or rejects from a chat, and by which owners answer for identities.',
      }),
    responders: z
      .record(
        z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
        z.looseObject({ type: word('Responder type: a file name in src/respond/responders.') }),
      )
      .default({})
      .meta({ description: 'Responders by name; other keys are the options of the type.' }),
  })
  .prefault({});
