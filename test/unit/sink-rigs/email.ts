import type { Rig } from '../sink-rig.ts';
import { CANARY } from '../sink-rig.ts';
import { smtpReceiver } from '../smtp-receiver.ts';

export async function rig(): Promise<Rig> {
  const smtp = await smtpReceiver({ password: CANARY, allowInsecureAuth: true, closeTimeout: 100 });
  return {
    options: {
      host: '127.0.0.1',
      port: smtp.port,
      security: 'none',
      user: 'tidemark',
      passwordFile: 'password',
      from: 'tidemark@example.com',
      to: ['soc@example.com'],
    },
    secrets: { password: CANARY },
    arrived: () => smtp.received.map((mail) => /^Message-ID: (\S+)/m.exec(mail)?.[1] ?? ''),
    silence: () => {
      smtp.usual = 'silent';
    },
    close: smtp.close,
  };
}
