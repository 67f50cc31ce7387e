import { httpReceiver } from '../http-receiver.ts';
import { CANARY, type Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const http = await httpReceiver({ status: 200, body: '{"text":"Success","code":0}' });
  return {
    options: { url: `${http.url}/`, tokenFile: 'token' },
    secrets: { token: CANARY },
    arrived: () => http.received.map((one) => String(one.headers['x-splunk-request-channel'])),
    http,
    close: http.close,
  };
}
