/** Sends alerts as e-mail through a mail server (SMTP submission). */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Alert } from '../../schemas/alert.ts';
import type { Receipt, SinkType } from '../ports/delivery.ts';
import { advice } from '../render/advice.ts';
import { alertLink } from '../render/alert-link.ts';
import { changeOf } from '../render/change.ts';
import { clip } from '../render/clip.ts';
import { seenOf, usualOf } from '../render/evidence-row.ts';
import { visible } from '../render/visible.ts';

const SUBJECT_MAX = 200;
const TEXT_MAX = 2_000;
const EVIDENCE_SHOWN = 10;

/** The attempt as a whole ends with its signal; no step of it shall end before. */
const LONG_MS = 300_000;

const address = z.email().max(254);
const options = z
  .strictObject({
    host: z.string().min(1).max(253).meta({ description: 'Mail server.' }),
    security: z.enum(['tls', 'starttls', 'none']).default('tls').meta({
      description:
        'TLS from the first byte (port 465), or before anything is said (port 587); `none` only with delivery.allowPrivateTargets.',
    }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .meta({ description: 'Port; 465 for tls, 587 for starttls, 25 for none.' }),
    user: z.string().min(1).max(320).optional().meta({ description: 'Who signs in at the server.' }),
    passwordFile: z.string().optional().meta({ description: 'File whose first line is the password; with `user`.' }),
    from: address.meta({ description: 'Sender.' }),
    to: z.array(address).min(1).max(50).meta({ description: 'Receivers.' }),
  })
  .refine(({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined), {
    path: ['passwordFile'],
    message: 'user and passwordFile go together',
  });

const mailSchema = z.object({ subject: z.string(), text: z.string(), thread: z.string() });
const PORTS = { tls: 465, starttls: 587, none: 25 } as const;

/** Lines of one value would look like lines of ours. */
const shown = (text: string, max = TEXT_MAX) => clip(visible(text), max);

function textOf(alert: Alert, publicUrl: string | undefined): string {
  const { identity, owner, tenant, credential, incident } = alert;
  const strongest = [...alert.evidence].sort((a, b) => b.nats - a.nats).slice(0, EVIDENCE_SHOWN);
  const rest = alert.evidence.length - strongest.length;
  const foot = [
    `alert ${alert.id} v${alert.version}`,
    `identity ${identity.id} (${identity.provider}${identity.account === undefined ? '' : `, ${identity.account}`})`,
    ...(credential === undefined ? [] : [`credential ${credential.id}`]),
    `owner ${owner ?? 'none'}`,
    `tenant ${tenant}`,
    `score ${alert.score}`,
    ...(incident === undefined ? [] : [`incident ${incident}`]),
  ];
  return [
    shown(alert.title),
    '',
    ...strongest.map(
      (piece) => `- ${shown(piece.field, 60)}: ${shown(seenOf(piece), 300)} (usual: ${shown(usualOf(piece), 300)})`,
    ),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
    '',
    shown(advice(alert.recommendation)),
    ...(publicUrl === undefined ? [] : ['', alertLink(publicUrl, alert)]),
    '',
    ...foot.map((line) => shown(line, 600)),
  ].join('\n');
}

/** Codes by which a server says that this message will never be taken; what concerns the sign-in a person can mend. */
const isForGood = (code: unknown) => typeof code === 'number' && code >= 550 && code <= 559;

function receiptOf(error: unknown, signal: AbortSignal): Receipt {
  if (signal.aborted) return { status: 'retry', reason: 'timeout: the server did not take it in time' };
  // Never the words of the server: it may repeat what it was sent.
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const word = typeof code === 'string' && /^[A-Z_]{1,32}$/.test(code) ? code : 'failed';
  const reason = typeof responseCode === 'number' ? `SMTP ${responseCode}, ${word}` : word;
  return word !== 'EAUTH' && isForGood(responseCode) ? { status: 'refused', reason } : { status: 'retry', reason };
}

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'E-mail', standard: 'SMTP submission (RFC 6409), plain text' },
  options,
  encode(alert, _, { publicUrl } = {}) {
    const subject = `[${alert.severity}] ${changeOf(alert)}: ${alert.identity.name ?? alert.identity.id}`;
    const thread = createHash('sha256').update(alert.id).digest('hex').slice(0, 32);
    return JSON.stringify({ subject: shown(subject, SUBJECT_MAX), text: textOf(alert, publicUrl), thread });
  },
  async open({ host, port: given, security, user, passwordFile, from, to }, context) {
    const port = given ?? PORTS[security];
    const bare = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    const wrong = context.http.objection(`https://${bare}:${port}/`);
    if (wrong !== undefined) context.refuse(`host: ${wrong}`);
    if (security === 'none' && !context.allowPrivateTargets)
      context.refuse('security: none is for receivers on this machine, with delivery.allowPrivateTargets');
    const pass = passwordFile === undefined ? undefined : context.secret(passwordFile);
    const domain = from.slice(from.lastIndexOf('@') + 1);
    return {
      async deliver(delivery, signal) {
        const { subject, text, thread } = mailSchema.parse(JSON.parse(delivery.body));
        const connection = await context.http.connect({ host, port, security }, signal);
        if (connection.outcome !== 'open')
          return { status: 'retry', reason: `${connection.outcome}: ${connection.reason}` };
        const socket = connection.socket as Socket;
        const abort = () => socket.destroy(new Error('aborted'));
        signal.addEventListener('abort', abort, { once: true });
        const transport = createTransport({
          host,
          port,
          secure: security === 'tls',
          secured: security === 'tls',
          requireTLS: security === 'starttls',
          ignoreTLS: security === 'none',
          tls: connection.trust,
          connection: socket,
          ...(user !== undefined && pass !== undefined && { auth: { user, pass } }),
          greetingTimeout: LONG_MS,
          socketTimeout: LONG_MS,
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        try {
          await transport.sendMail({
            from,
            to,
            subject,
            text,
            date: new Date(delivery.createdAt),
            // The same through every attempt, so that a mailbox can tell a repetition; one thread for all versions.
            messageId: `<${createHash('sha256').update(delivery.id).digest('hex').slice(0, 32)}@${domain}>`,
            references: `<${thread}.thread@${domain}>`,
            headers: { 'Auto-Submitted': 'auto-generated' },
          });
          return { status: 'delivered' };
        } catch (error) {
          return receiptOf(error, signal);
        } finally {
          signal.removeEventListener('abort', abort);
          transport.close();
          socket.destroy();
        }
      },
    };
  },
};
