import { afterEach, expect, it } from 'vitest';
import type { Alert } from '../../schemas/alert.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { selfSigned } from '../../test/unit/self-signed.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { smtpReceiver } from '../../test/unit/smtp-receiver.ts';
import { sink } from './email.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const PASSWORD = 'correct horse';
const { key, cert, certFile } = selfSigned(['localhost'], ['127.0.0.1']);

async function opened(more: object, server: Parameters<typeof smtpReceiver>[0] = {}, caFile?: string) {
  const smtp = await smtpReceiver({ closeTimeout: 100, ...server });
  undo.push(() => smtp.close());
  const context = sinkContext({ password: PASSWORD, wrong: 'battery staple' }, undefined, caFile);
  undo.push(() => context.close());
  const options = sink.options.parse({
    host: '127.0.0.1',
    port: smtp.port,
    from: 'tidemark@example.com',
    to: ['soc@example.com', 'lead@example.com'],
    security: 'none',
    ...more,
  });
  const open = await sink.open(options, context);
  const send = (alert: Alert = exampleAlert()) =>
    open.deliver(
      deliveryOf(alert, sink.encode(alert, options, { publicUrl: 'https://tidemark.example.com' })),
      AbortSignal.timeout(30_000),
    );
  return { smtp, send };
}

/** The text of a mail, with the breaks of quoted-printable taken out. */
const plain = (mail: string) =>
  mail.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

it('says what happened, what to do, and where to look', async () => {
  const { smtp, send } = await opened({});
  expect(await send(exampleAlert({ id: 'a1' }))).toEqual({ status: 'delivered' });
  const mail = plain(smtp.received[0]!);
  for (const part of [
    'Subject: [high] raised: ci-deployer',
    'To: soc@example.com, lead@example.com',
    'Auto-Submitted: auto-generated',
    's3:PutBucketPolicy',
    'rotate-credential',
    'https://tidemark.example.com/#/alerts/a1',
    'owner team-platform',
  ])
    expect(mail).toContain(part);
});

it('all versions of an alert are one thread, each with an id of its own', async () => {
  const { smtp, send } = await opened({});
  for (const version of [1, 2]) await send(exampleAlert({ version }));
  const field = (name: string) => smtp.received.map((mail) => new RegExp(`^${name}: (\\S+)`, 'm').exec(mail)?.[1]);
  expect(new Set(field('References')).size).toBe(1);
  expect(new Set(field('Message-ID')).size).toBe(2);
});

it('nothing in an alert becomes a header, a receiver or a second message', async () => {
  const { smtp, send } = await opened({});
  const evil = 'x\r\nBcc: everybody@example.com\r\n\r\n.\r\nMAIL FROM:<a@example.com>';
  const base = exampleAlert();
  await send(exampleAlert({ title: evil, identity: { ...base.identity, name: evil } }));
  expect(smtp.received).toHaveLength(1);
  const [head = ''] = smtp.received[0]!.split('\r\n\r\n');
  expect(head).not.toMatch(/^Bcc:/im);
});

it('signs in over TLS from the first byte, and over STARTTLS, and trusts what is trusted', async () => {
  const auth = { user: 'tidemark', passwordFile: 'password' };
  const implicit = await opened(
    { ...auth, security: 'tls' },
    { secure: true, key, cert, password: PASSWORD },
    certFile,
  );
  expect(await implicit.send()).toEqual({ status: 'delivered' });
  const upgraded = await opened({ ...auth, security: 'starttls' }, { key, cert, password: PASSWORD }, certFile);
  expect(await upgraded.send()).toEqual({ status: 'delivered' });
  expect([...implicit.smtp.users, ...upgraded.smtp.users]).toEqual(['tidemark', 'tidemark']);
  for (const security of ['tls', 'starttls']) {
    const unknown = await opened({ ...auth, security }, { secure: security === 'tls', key, cert, password: PASSWORD });
    expect(await unknown.send()).toMatchObject({ status: 'retry' });
    expect(unknown.smtp.users).toEqual([]);
  }
});

it('a server without STARTTLS gets neither password nor alert', async () => {
  const { smtp, send } = await opened({ security: 'starttls' });
  expect(await send()).toMatchObject({ status: 'retry' });
  expect(smtp.received).toEqual([]);
});

it('a wrong password is tried again, a mailbox that is not there is refused, and no word of the server is repeated', async () => {
  const more = { user: 'tidemark', passwordFile: 'wrong' };
  const wrong = await opened(more, { password: PASSWORD, allowInsecureAuth: true });
  expect(await wrong.send()).toEqual({ status: 'retry', reason: 'SMTP 535, EAUTH' });
  const { smtp, send } = await opened({});
  smtp.usual = { code: 550 };
  expect(await send()).toMatchObject({ status: 'refused', reason: expect.stringMatching(/^SMTP 550, E[A-Z]+$/) });
  smtp.usual = { code: 451 };
  expect(await send()).toMatchObject({ status: 'retry', reason: expect.stringMatching(/^SMTP 451/) });
});

it('user and password go together, and a plain connection is for tests', () => {
  const base = { host: 'mail.example.com', from: 'a@example.com', to: ['b@example.com'] };
  expect(sink.options.safeParse({ ...base, user: 'x' }).success).toBe(false);
  expect(sink.options.safeParse({ ...base, to: ['b@example.com\r\nRCPT TO:<c@example.com>'] }).success).toBe(false);
});
