/** A real SMTP server on loopback that keeps the mail it takes. */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface SmtpReceiver {
  readonly port: number;
  /** Whole messages as they came. */
  readonly received: string[];
  /** Who signed in, in order. */
  readonly users: string[];
  /** What the server does with the next messages: takes them, answers by this code, or says nothing. */
  usual: 'take' | 'silent' | { readonly code: number };
  close(): Promise<void>;
}

/** `password`: what a sign-in needs; without it nobody signs in. */
export async function smtpReceiver(
  more: SMTPServerOptions & { readonly password?: string } = {},
): Promise<SmtpReceiver> {
  const { password, ...rest } = more;
  const receiver = { received: [] as string[], users: [] as string[], usual: 'take' as SmtpReceiver['usual'] };
  const server = new SMTPServer({
    authOptional: password === undefined,
    ...(password === undefined && { disabledCommands: ['AUTH', ...(rest.key === undefined ? ['STARTTLS'] : [])] }),
    onAuth: ({ username, password: said }, _, done) => {
      if (said !== password) return done(Object.assign(new Error(`no: ${said}`), { responseCode: 535 }));
      receiver.users.push(username ?? '');
      done(null, { user: username ?? '' });
    },
    onData: (stream, _, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (receiver.usual === 'silent') return;
        if (receiver.usual !== 'take')
          return done(Object.assign(new Error('not wanted'), { responseCode: receiver.usual.code }));
        receiver.received.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
    ...rest,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return Object.assign(receiver, {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
