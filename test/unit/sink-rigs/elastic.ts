import { httpReceiver } from '../http-receiver.ts';
import { CANARY, type Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const http = await httpReceiver({ status: 200, body: '{"items":[{"index":{"status":201}}]}' });
  return {
    options: { url: http.url, apiKeyFile: 'key' },
    secrets: { key: CANARY },
    arrived: () =>
      http.received.map(({ body }) => {
        const { index } = JSON.parse(body.split('\n')[0] ?? '');
        return `${index._id}:${index.version}`;
      }),
    http,
    close: http.close,
  };
}
