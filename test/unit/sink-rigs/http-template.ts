import { httpReceiver } from '../http-receiver.ts';
import { CANARY, type Rig } from '../sink-rig.ts';

export async function rig(): Promise<Rig> {
  const http = await httpReceiver({ status: 202 });
  return {
    options: {
      urlFile: 'url',
      secretHeaderFiles: { Authorization: 'authorization' },
      maps: { urgency: { of: 'severity', to: { critical: '1', high: '2' }, otherwise: '3' } },
      body: { title: '{{ title }}', urgency: '{{ urgency }}', note: '{{who}}: {{evidenceText}}', score: '{{ score }}' },
    },
    secrets: { url: `${http.url}/hook/${CANARY}`, authorization: `Bearer ${CANARY}` },
    arrived: () => http.received.map(({ headers }) => String(headers['idempotency-key'])),
    http,
    close: http.close,
  };
}
