import { httpReceiver } from '../http-receiver.ts';
import { CANARY, type Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const http = await httpReceiver({ status: 204 });
  return {
    options: { url: `${http.url}/hook`, secretFile: 'now', previousSecretFile: 'before' },
    secrets: { now: `whsec_${CANARY}`, before: `whsec_${CANARY}AAAA` },
    arrived: () => http.received.map((one) => String(one.headers['webhook-id'])),
    http,
    close: http.close,
  };
}
