/** `tidemark check`: everything that would stop `run`, found before it runs. */
import type { Command } from 'commander';
import { checkStore } from '../adapters/clickhouse.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { checkKafka } from '../adapters/kafka/topics.ts';
import { loadNetworks } from '../adapters/networks.ts';
import { ConfigError } from '../config-error.ts';
import { isFault } from '../fault.ts';
import { command, type Flags, placed, print, settingsOf, withStore } from './settings.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly says: string;
  readonly remedy?: string;
}

/** Runs one check; a fault becomes a finding, a bug stays a bug. */
async function attempt(check: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, says: await work() };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { check, ok: false, says: error.message, remedy: error.remedy };
  }
}

export function checkCommand(): Command {
  return withStore(
    command('check', 'Check configuration, files, store and broker; changes nothing.', [
      'check --config tidemark.yaml',
      'check --offline --json',
    ]),
  )
    .option('--offline', 'configuration and files only')
    .action(async (flags: Flags & { offline?: boolean }) => {
      const findings: Finding[] = [];
      try {
        const { config, files } = await settingsOf(flags);
        findings.push({
          check: 'configuration',
          ok: true,
          says: files.length === 0 ? 'defaults only' : files.join(', '),
        });
        const { networksFile, inventoryFile } = config.ingest;
        if (networksFile !== undefined)
          findings.push(
            await attempt('networks', async () => {
              loadNetworks(networksFile);
              return networksFile;
            }),
          );
        if (inventoryFile !== undefined)
          findings.push(
            await attempt('inventory', async () => `${loadInventory(inventoryFile).identities} identities`),
          );
        if (!flags.offline) {
          findings.push(
            await attempt('store', async () => {
              const { version, embedded, pending } = await checkStore(placed(config, flags));
              const state =
                pending.length === 0 ? 'tables up to date' : `${pending.length} migrations to run: tidemark migrate`;
              return `ClickHouse ${version}${embedded ? ' (embedded)' : ''}, ${state}`;
            }),
          );
          const { kafka } = config;
          if (kafka !== undefined) {
            const faults = await checkKafka(kafka, config.alerts.topic);
            for (const { message, remedy } of faults)
              findings.push({ check: 'kafka', ok: false, says: message, remedy });
            if (faults.length === 0)
              findings.push({ check: 'kafka', ok: true, says: `${kafka.brokers.join(', ')}, every topic is there` });
          }
        }
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        for (const { at, key, wrong, remedy } of error.problems)
          findings.push({ check: 'configuration', ok: false, says: `${at} ${key}: ${wrong}`, remedy });
      }
      const failed = findings.filter(({ ok }) => !ok).length;
      if (flags.json) print(JSON.stringify({ ok: failed === 0, findings }));
      else
        for (const { check, ok, says, remedy } of findings)
          print(`${ok ? 'ok  ' : 'FAIL'}  ${check}: ${says}${remedy ? `\n      ${remedy}` : ''}`);
      process.exitCode = failed === 0 ? 0 : findings.some(({ check, ok }) => check === 'configuration' && !ok) ? 2 : 1;
    });
}
