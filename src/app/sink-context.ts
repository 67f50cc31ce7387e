/** What a sink is given when it is opened: its secrets, the way out, and the way to say what is wrong with its options. */
import { ConfigError } from '../config/config-error.ts';
import { readSecretFile, type SecretFile } from '../config/secret-file.ts';
import type { SinkContext } from '../ports/delivery.ts';
import type { Egress } from '../ports/outside.ts';
import type { RoleParts } from './role-parts.ts';

export function sinkContext(
  { config, kafka, clock }: Pick<RoleParts, 'config' | 'kafka' | 'clock'>,
  egress: Egress,
  onExposed: (secret: SecretFile) => void,
  publish: SinkContext['publish'],
): SinkContext {
  return {
    secret: (file) => readSecretFile({ key: 'sinks', file }, onExposed),
    refuse: (wrong) => {
      throw new ConfigError([{ at: 'configuration', key: '', wrong, remedy: 'see docs/reference/sinks.md' }]);
    },
    timeoutMs: config.delivery.timeoutMs,
    allowPrivateTargets: config.delivery.allowPrivateTargets,
    clock,
    ...(kafka && { kafka }),
    alertTopic: config.alerts.topic,
    http: egress,
    ...(publish && { publish }),
  };
}
