import { httpReceiver } from '../http-receiver.ts';
import { CANARY, type Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const http = await httpReceiver({ status: 200, body: 'ok' });
  return {
    options: { urlFile: 'url' },
    secrets: { url: `${http.url}/services/T0/B0/${CANARY}` },
    arrived: () => http.received.map(({ body }) => JSON.parse(body).blocks.at(-1).elements[0].text.split(' · ')[0]),
    http,
    close: http.close,
  };
}
