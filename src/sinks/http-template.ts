/** Sends alerts to any HTTP endpoint in words that the configuration gives: Teams, Jira, ServiceNow, or a webhook of one's own. */
import { z } from 'zod';
import { ALERT_CHANGES, type Alert, alertSchema } from '../../schemas/alert.ts';
import type { SinkContext, SinkType } from '../ports/delivery.ts';
import { advice } from '../render/advice.ts';
import { alertLink } from '../render/alert-link.ts';
import { approvalPlace, withApprovalLink } from '../render/approval-place.ts';
import { changeOf } from '../render/change.ts';
import { clip } from '../render/clip.ts';
import { seenOf, usualOf } from '../render/evidence-row.ts';
import { receiptOf } from '../render/receipt.ts';
import { visible } from '../render/visible.ts';

/** Depth of a template, values in it, and maps beside it: a template is a message, not a program. */
const DEPTH_MAX = 16;
const VALUES_MAX = 500;
const EVIDENCE_SHOWN = 5;
/** Shortest that values are cut to before a body is called too long. */
const VALUE_MIN = 40;

const CHANGES = ['raised', 'updated', ...ALERT_CHANGES] as const;
/** `{{ identity.id }}`: a path of names, and nothing else. */
const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const PATH = /^[A-Za-z][A-Za-z0-9]*(?:\.(?:[A-Za-z][A-Za-z0-9]*|\d{1,3}))*$/;

/** What a template may name beside the fields of the alert. */
const EXTRAS = ['change', 'advice', 'approvalLink', 'evidenceText', 'link', 'who'] as const;
/** Extras that are addresses of ours. */
const OURS: ReadonlySet<string> = new Set(['link', 'approvalLink']);
const FIELDS: ReadonlySet<string> = new Set([...Object.keys(alertSchema.shape), ...EXTRAS]);

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function textsOf(value: unknown, depth = 0): string[] | undefined {
  if (depth > DEPTH_MAX) return undefined;
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const found: string[] = [];
  for (const part of Array.isArray(value) ? value : Object.values(value)) {
    const inside = textsOf(part, depth + 1);
    if (inside === undefined || found.length + inside.length > VALUES_MAX) return undefined;
    found.push(...inside);
  }
  return found;
}

/** What is wrong with the places of a template, or undefined. */
function objectionTo(template: unknown, maps: readonly string[]): string | undefined {
  const texts = textsOf(template);
  if (texts === undefined) return `nested deeper than ${DEPTH_MAX} or more than ${VALUES_MAX} values`;
  for (const text of texts)
    for (const [place, path = ''] of text.matchAll(PLACE)) {
      const root = path.split('.')[0]!;
      if (!PATH.test(path)) return `${clip(place, 60)} is no path of names, such as {{ identity.id }}`;
      if (!FIELDS.has(root) && !maps.includes(path))
        return `{{ ${clip(path, 60)} }} names no field of an alert and no map`;
    }
  return undefined;
}

const header = z
  .string()
  .min(1)
  .max(1_024)
  .regex(/^[\t\x20-\x7e]+$/, 'expected printable ASCII in one line');
const headerName = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'expected the name of a header');

const options = z
  .strictObject({
    url: z.string().max(2_048).optional().meta({ description: 'Where to send; one of `url` and `urlFile`.' }),
    urlFile: z
      .string()
      .optional()
      .meta({ description: 'File whose first line is the address, where the address is a secret (Teams, Slack).' }),
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST'),
    headers: z.record(headerName, header).default({}).meta({ description: 'Headers, none of them secret.' }),
    secretHeaderFiles: z
      .record(headerName, z.string())
      .default({})
      .meta({ description: 'Headers whose whole value is the first line of a file, such as `authorization`.' }),
    on: z
      .array(z.enum(CHANGES))
      .min(1)
      .default([...CHANGES])
      .meta({ description: 'Which versions of an alert to send; a ticket is opened by `raised` alone.' }),
    maps: z
      .record(
        z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/),
        z.strictObject({
          of: z.string().regex(PATH),
          to: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
          otherwise: z.union([z.string(), z.number(), z.boolean()]),
        }),
      )
      .default({})
      .meta({
        description: 'Values said in other words: `{ urgency: { of: severity, to: { critical: 1 }, otherwise: 3 } }`.',
      }),
    body: z
      .union([z.record(z.string(), z.unknown()), z.array(z.unknown()), z.string()])
      .meta({ description: 'The body as JSON; `{{ path }}` in its texts stands for a field of the alert.' }),
    escape: z
      .enum(['none', 'markdown', 'html'])
      .default('none')
      .meta({ description: 'What the receiver reads texts as: values are escaped for it. JSON needs none.' }),
    approver: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/)
      .optional()
      .meta({
        description:
          'Who alone reads these messages and may decide: `{{ approvalLink }}` is the link by which this person approves or rejects. Needs respond.links.',
      }),
    valueMaxChars: z
      .int()
      .min(VALUE_MIN)
      .max(10_000)
      .default(1_000)
      .meta({ description: 'Longest text of one value.' }),
    bodyMaxBytes: z
      .int()
      .min(1_024)
      .max(1_048_576)
      .default(28_000)
      .meta({ description: 'Longest body; values are cut shorter until it fits.' }),
    refuse: z
      .array(z.int().min(400).max(499))
      .default([400, 413, 422])
      .meta({ description: 'Statuses that say that the body is wrong: sent again it would be wrong again.' }),
  })
  .superRefine((all, context) => {
    if ((all.url === undefined) === (all.urlFile === undefined))
      context.addIssue({ code: 'custom', path: ['url'], message: 'expected one of url and urlFile' });
    if (all.approver === undefined && textsOf(all.body)?.some((text) => /\{\{\s*approvalLink\s*\}\}/.test(text)))
      context.addIssue({
        code: 'custom',
        path: ['approver'],
        message: 'expected who may decide by {{ approvalLink }}',
      });
    const wrong = objectionTo(all.body, Object.keys(all.maps));
    if (wrong !== undefined) context.addIssue({ code: 'custom', path: ['body'], message: wrong });
    for (const [name, { of }] of Object.entries(all.maps))
      if (!FIELDS.has(of.split('.')[0]!))
        context.addIssue({ code: 'custom', path: ['maps', name, 'of'], message: `names no field of an alert: ${of}` });
  });

type Options = z.infer<typeof options>;

const ESCAPES: Readonly<Record<Options['escape'], (text: string) => string>> = {
  none: (text) => text,
  markdown: (text) => text.replace(/[\\`*_{}[\]()#+!|<>~@-]/g, '\\$&'),
  html: (text) => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`),
};

/** The alert as a template sees it. */
function viewOf(alert: Alert, publicUrl: string | undefined): Readonly<Record<string, unknown>> {
  const strongest = [...alert.evidence].sort((a, b) => b.nats - a.nats).slice(0, EVIDENCE_SHOWN);
  return {
    ...alert,
    change: changeOf(alert),
    who: alert.identity.name ?? alert.identity.id,
    advice: advice(alert.recommendation),
    evidenceText: strongest.map((piece) => `${piece.field}: ${seenOf(piece)} (usual: ${usualOf(piece)})`).join('; '),
    link: publicUrl === undefined ? '' : alertLink(publicUrl, alert),
    approvalLink: approvalPlace(alert),
  };
}

/** The value at a path of own fields; undefined where there is none. */
function at(view: unknown, path: string): unknown {
  let value = view;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The body with the values in their places: values are data, so nothing in them is ever a place or syntax of JSON. */
function filled(
  template: Json,
  view: Readonly<Record<string, unknown>>,
  { maps, escape: kind }: Options,
  max: number,
): Json {
  const valueAt = (path: string): unknown => {
    const map = Object.hasOwn(maps, path) ? maps[path] : undefined;
    if (map === undefined) return at(view, path);
    const key = asText(at(view, map.of));
    return Object.hasOwn(map.to, key) ? map.to[key] : map.otherwise;
  };
  const shown = (value: unknown) => ESCAPES[kind](clip(visible(asText(value)), max));
  const fill = (part: Json): Json => {
    if (typeof part === 'string') {
      // A place that is the whole text keeps the kind of its value where that is no text: numbers stay numbers.
      const whole = /^\{\{\s*([^{}]*?)\s*\}\}$/.exec(part)?.[1];
      const value = whole === undefined ? undefined : valueAt(whole);
      if (typeof value === 'number' || typeof value === 'boolean') return value;
      // These links are our own, and addresses whatever the text around them is read as.
      return part.replace(PLACE, (_, path: string) => (OURS.has(path) ? asText(view[path]) : shown(valueAt(path))));
    }
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fill(value)]));
  };
  return fill(template);
}

/** What stands for a version that the receiver does not want to hear of. */
const NOT_SENT = 'null';

export const sink: SinkType<Options> = {
  about: { title: 'HTTP by template', standard: 'JSON over HTTP, as the receiver asks for it' },
  options,
  encode(alert, all, surroundings) {
    if (!all.on.includes(changeOf(alert))) return NOT_SENT;
    const view = viewOf(alert, surroundings?.publicUrl);
    for (let max = all.valueMaxChars; ; max = Math.max(VALUE_MIN, Math.floor(max / 2))) {
      const body = JSON.stringify(filled(all.body as Json, view, all, max));
      if (max === VALUE_MIN || Buffer.byteLength(body) <= all.bodyMaxBytes) return body;
    }
  },
  async open(all, context: SinkContext) {
    const { url: plain, urlFile, method, headers, secretHeaderFiles, refuse, bodyMaxBytes, approver } = all;
    const { approvalLink } = context;
    if (approver !== undefined && approvalLink === undefined)
      context.refuse('approver: there are no approval links; set respond.enabled and respond.links');
    const url = urlFile === undefined ? plain! : context.secret(urlFile);
    const wrong = context.http.objection(url);
    if (wrong !== undefined) context.refuse(`${urlFile === undefined ? 'url' : 'urlFile'}: ${wrong}`);
    const secrets = Object.entries(secretHeaderFiles).map(([name, file]) => {
      const value = context.secret(file);
      if (!header.safeParse(value).success)
        context.refuse(`secretHeaderFiles.${name}: expected printable ASCII in one line`);
      return [name.toLowerCase(), value] as const;
    });
    return {
      async deliver(delivery, signal) {
        if (delivery.body === NOT_SENT) return { status: 'delivered' };
        const { id } = delivery;
        const body = withApprovalLink(delivery.body, () => approvalLink?.(delivery, approver ?? '') ?? '');
        if (Buffer.byteLength(body) > bodyMaxBytes)
          return { status: 'refused', reason: 'the template itself is longer than bodyMaxBytes' };
        const sent = {
          'content-type': 'application/json; charset=utf-8',
          'idempotency-key': id,
          ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
          ...Object.fromEntries(secrets),
        };
        const answer = await context.http.request({ url, method, headers: sent, body }, signal);
        return receiptOf(answer, context.clock.now(), refuse);
      },
    };
  },
};
