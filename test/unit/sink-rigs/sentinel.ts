import { httpReceiver } from '../http-receiver.ts';
import { CANARY, type Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const http = await httpReceiver({ status: 204 });
  const authority = await httpReceiver({
    status: 200,
    body: JSON.stringify({ token_type: 'Bearer', expires_in: 3599, access_token: CANARY }),
  });
  return {
    options: {
      endpoint: http.url,
      ruleId: `dcr-${'0'.repeat(32)}`,
      tenantId: 'cccc1111-0000-4000-8000-00000000000c',
      clientId: 'bbbb1111-0000-4000-8000-00000000000b',
      clientSecretFile: 'secret',
      authority: authority.url,
    },
    secrets: { secret: CANARY },
    arrived: () => http.received.map(({ headers }) => String(headers['x-ms-client-request-id'])),
    http,
    close: async () => {
      await authority.close();
      await http.close();
    },
  };
}
