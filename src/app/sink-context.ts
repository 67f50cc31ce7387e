/** What a sink is given when it is opened: its secrets, the way out, and the way to say what is wrong with its options. */
import { ConfigError } from '../config/config-error.ts';
import { readSecretFile, type SecretFile } from '../config/secret-file.ts';
import type { SinkContext } from '../ports/delivery.ts';
import type { Egress } from '../ports/outside.ts';
import { createApprovalLinks } from '../respond/approval-links.ts';
import type { RoleParts } from './role-parts.ts';
import { linkKeyOf, type ReadSecret } from './served-keys.ts';

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
    ...approvalLinks(config, (key, file) => readSecretFile({ key, file }, onExposed)),
    ...(publish && { publish }),
  };
}

/** Links for messages to people who may decide. The same delivery has the same link at every attempt. */
function approvalLinks(config: RoleParts['config'], secret: ReadSecret): Pick<SinkContext, 'approvalLink'> {
  const { enabled, links: said } = config.respond;
  const key = enabled ? linkKeyOf(config, secret) : undefined;
  if (said === undefined || key === undefined) return {};
  const links = createApprovalLinks(key);
  const base = said.url.replace(/\/+$/, '');
  return {
    approvalLink({ tenant, alertId, createdAt }, recipient) {
      // Counted from the time of the event, which the log may have brought late.
      const end = Date.parse(createdAt) + config.ingest.lateAfterMs + said.ttlMs;
      const expiresAt = new Date(end).toISOString();
      return `${base}/approvals/alerts/${links.makeForAlert({ tenant, alert: alertId, recipient, expiresAt })}`;
    },
  };
}
