/** What the schema cannot see and `run` would stumble over: an address taken twice, a listener in the clear, a format nobody reads. */
import type { Config } from '../../schemas/config.ts';
import type { ConfigFinding } from './find-problems.ts';
import { nearest } from './nearest.ts';

interface Listener {
  readonly section: 'http' | 'syslog' | 'telemetry';
  readonly host: string;
  readonly port: number;
  /** Key of the port where it is another. */
  readonly key?: string;
}

const EVERYWHERE = new Set(['0.0.0.0', '::', '']);
const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
const clash = (a: Listener, b: Listener) =>
  a.port === b.port &&
  a.port !== 0 &&
  (a.host === b.host || EVERYWHERE.has(a.host) || EVERYWHERE.has(b.host) || (isLoopback(a.host) && isLoopback(b.host)));

function listenersOf({ http, syslog, telemetry, kafka }: Config): Listener[] {
  const serves = http.serve === 'always' || (http.serve === 'auto' && kafka === undefined);
  return [
    ...(telemetry.enabled ? [{ section: 'telemetry' as const, host: telemetry.host, port: telemetry.port }] : []),
    ...(serves ? [{ section: 'http' as const, host: http.host, port: http.port }] : []),
    ...(serves && http.grpcPort !== undefined
      ? [{ section: 'http' as const, host: http.host, port: http.grpcPort, key: 'grpcPort' }]
      : []),
    ...(syslog.serve ? [{ section: 'syslog' as const, host: syslog.host, port: syslog.port }] : []),
  ];
}

function inTheClear(config: Config, { section, host, key }: Listener): ConfigFinding[] {
  // Told of the section once.
  if (section === 'telemetry' || key !== undefined || isLoopback(host)) return [];
  const { certFile, allowPlaintext } = config[section];
  if (certFile !== undefined || allowPlaintext) return [];
  return [
    {
      path: [section, 'host'],
      wrong: 'is not loopback: tokens and records would travel in the clear',
      remedy: `set ${section}.certFile and ${section}.keyFile, or ${section}.allowPlaintext behind a proxy that speaks TLS`,
    },
  ];
}

/** Inputs that are written with a schema registry that nobody named, and a registry in the clear. */
function registryProblems({ kafka }: Config): ConfigFinding[] {
  if (kafka === undefined) return [];
  const { schemaRegistry: registry } = kafka;
  if (registry === undefined)
    return kafka.inputs.flatMap(({ encoding }, at) =>
      encoding === 'schema_registry'
        ? [
            {
              path: ['kafka', 'inputs', at, 'encoding'],
              wrong: 'needs a schema registry',
              remedy: 'name it in kafka.schemaRegistry.url',
            },
          ]
        : [],
    );
  const url = URL.parse?.(registry.url) ?? (URL.canParse(registry.url) ? new URL(registry.url) : undefined);
  const path = ['kafka', 'schemaRegistry', 'url'];
  if (url === undefined || url === null || !/^https?:$/.test(url.protocol))
    return [
      { path, wrong: 'is no address over http or https', remedy: 'give one such as https://registry.example.com:8081' },
    ];
  return url.protocol === 'https:' || kafka.allowPlaintext || isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
    ? []
    : [
        {
          path,
          wrong: 'is in the clear and not this machine',
          remedy: 'use https, or kafka.allowPlaintext: true where the network itself is trusted',
        },
      ];
}

/** `formats`: ids on the shelf; without them formats are not looked at. */
export function listenerProblems(config: Config, formats: ReadonlyMap<string, unknown> | undefined): ConfigFinding[] {
  const listeners = listenersOf(config);
  const unpeppered: ConfigFinding[] =
    config.ingest.people === 'pseudonyms' && config.ingest.pepperFile === undefined
      ? [
          {
            path: ['ingest', 'people'],
            wrong: 'pseudonyms without a pepper could be found out by trying names',
            remedy: 'set ingest.pepperFile to a file with a secret of 24 bytes or more',
          },
        ]
      : [];
  const unregistered = registryProblems(config);
  const twice = listeners.flatMap((one, at) =>
    listeners
      .slice(0, at)
      .filter((other) => clash(one, other))
      .map(
        (other): ConfigFinding => ({
          path: [one.section, one.key ?? 'port'],
          wrong: `is taken: ${other.section}.${other.key ?? 'port'} is ${one.port} too`,
          remedy: 'give each listener a port of its own, or 0 for a free one',
        }),
      ),
  );
  const named: [ConfigFinding['path'], string][] = [
    ...(config.kafka?.inputs ?? []).map(({ format }, index): [ConfigFinding['path'], string] => [
      ['kafka', 'inputs', index, 'format'],
      format,
    ]),
    [['syslog', 'format'], config.syslog.format],
    ...Object.entries(config.s3Queues).map(([name, { format }]): [string[], string] => [
      ['s3Queues', name, 'format'],
      format,
    ]),
    ...Object.entries(config.pubSub).map(([name, { format }]): [string[], string] => [
      ['pubSub', name, 'format'],
      format,
    ]),
  ];
  const known = formats === undefined ? [] : ['auto', ...formats.keys()];
  const unread = named
    .filter(([, format]) => formats !== undefined && !known.includes(format))
    .map(([path, format]): ConfigFinding => {
      const meant = nearest(format, known);
      return {
        path,
        wrong: 'is no format',
        remedy: `${meant === undefined ? '' : `did you mean ${meant}? `}one of ${known.join(', ')}`,
      };
    });
  return [...unpeppered, ...unregistered, ...twice, ...listeners.flatMap((one) => inTheClear(config, one)), ...unread];
}
