/** Sends alerts as CEF in RFC 5424 syslog messages over TLS or TCP, framed by octet counting (RFC 6587, RFC 5425). */
import { z } from 'zod';
import type { SinkType } from '../ports/delivery.ts';
import { cefLine } from '../render/cef.ts';
import { changeOf } from '../render/change.ts';

/** Severity of RFC 5424, table 2. */
const SEVERITY = { info: 6, low: 5, medium: 4, high: 3, critical: 2 } as const;

const printable = (max: number) => z.string().regex(new RegExp(`^[!-~]{1,${max}}$`), 'printable ASCII without spaces');
const options = z.strictObject({
  host: z.string().min(1).max(253).meta({ description: 'Name or address of the receiver.' }),
  port: z.number().int().min(1).max(65_535).default(6514),
  tls: z.boolean().default(true).meta({ description: 'Speak TLS. Without it only private targets are allowed.' }),
  facility: z.number().int().min(0).max(23).default(10).meta({ description: 'Syslog facility; 10 is security.' }),
  hostname: printable(255).default('tidemark').meta({ description: 'HOSTNAME field.' }),
  appName: printable(48).default('tidemark').meta({ description: 'APP-NAME field.' }),
});

export const sink: SinkType<z.infer<typeof options>> = {
  about: { title: 'Syslog', standard: 'CEF 0 in RFC 5424 over TLS or TCP' },
  options,
  encode(alert, { facility, hostname, appName }) {
    const priority = facility * 8 + SEVERITY[alert.severity];
    const id = `alert.${changeOf(alert)}`;
    return `<${priority}>1 ${alert.lastAt} ${hostname} ${appName} - ${id} - ${cefLine(alert)}`;
  },
  async open({ host, port, tls }, context) {
    const wrong = context.http.objection(`https://${host.includes(':') ? `[${host}]` : host}:${port}/`);
    if (wrong !== undefined) context.refuse(`host: ${wrong}`);
    if (!tls && !context.allowPrivateTargets) context.refuse('tls: plain TCP needs delivery.allowPrivateTargets');
    return {
      async deliver(delivery, signal) {
        const frame = Buffer.from(`${Buffer.byteLength(delivery.body)} ${delivery.body}`);
        // Syslog has no acknowledgement; a connection that the peer closed in peace is the best proof there is.
        const failure = await context.http.send({ host, port, tls }, frame, signal);
        return failure === undefined ? { status: 'delivered' } : { status: 'retry', reason: failure };
      },
    };
  },
};
