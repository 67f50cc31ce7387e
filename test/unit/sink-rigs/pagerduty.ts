import { httpReceiver } from '../http-receiver.ts';
import { CANARY, type Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const http = await httpReceiver({ status: 202, body: '{"status":"success"}' });
  return {
    options: { url: `${http.url}/v2/enqueue`, routingKeyFile: 'key' },
    secrets: { key: CANARY },
    arrived: () => http.received.map(({ body }) => JSON.parse(body).dedup_key),
    http,
    close: http.close,
  };
}
