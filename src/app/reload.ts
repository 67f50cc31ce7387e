/** Takes changed settings over without a restart: declared networks and the log level. Tokens and suppressions are read anew by themselves. */
import { statSync } from 'node:fs';
import type { Config } from '../../schemas/config.ts';
import { loadNetworks, type Networks } from '../adapters/networks.ts';
import { leaves } from '../config/effective.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** Networks whose file may change while they are used. */
export interface WatchedNetworks extends Networks {
  /** Reads the file again where it changed; what cannot be read leaves the networks as they were, and is told to `onBroken`. */
  look(): 'same' | 'changed' | 'broken';
}

function stampOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 'gone' : `${stats.mtimeMs}/${stats.size}/${stats.ino}`;
}

/** Throws as `loadNetworks` does where the file cannot be used at first. */
export function watchedNetworks(file: string, onBroken: (error: unknown) => void): WatchedNetworks {
  let stamp = stampOf(file);
  let current = loadNetworks(file);
  return {
    get size() {
      return current.size;
    },
    lookup: (ip) => current.lookup(ip),
    look() {
      const now = stampOf(file);
      if (now === stamp) return 'same';
      stamp = now;
      try {
        current = loadNetworks(file);
        return 'changed';
      } catch (error) {
        onBroken(error);
        return 'broken';
      }
    },
  };
}

/** What is taken over; everything else takes a restart. */
const TAKEN_OVER = new Set(['telemetry.logLevel']);
const KEYS_NAMED = 12;

/** Keys that differ between two configurations. */
export function changedKeys(before: Config, after: Config): string[] {
  const flat = (config: Config) =>
    new Map(leaves(config).map(({ path, value }) => [path.join('.'), JSON.stringify(value)] as const));
  const [old, fresh] = [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].filter((key) => old.get(key) !== fresh.get(key)).sort();
}

export interface ReloadParts {
  /** The configuration in force at the start. */
  readonly config: Config;
  /** Reads the configuration again; rejects with a ConfigError where it is not good. */
  reread(): Promise<Config>;
  readonly networks: WatchedNetworks | undefined;
  readonly telemetry: Pick<Telemetry, 'event' | 'setLevel'>;
}

/** What a hangup signal does. It never rejects: a mistake in a file leaves everything as it was. */
export function createReload({ config, reread, networks, telemetry }: ReloadParts): () => Promise<void> {
  let inForce = config;
  return async () => {
    let fresh: Config;
    try {
      fresh = await reread();
    } catch (error) {
      return telemetry.event('reload-failed', { error });
    }
    const seen = networks?.look();
    telemetry.setLevel(fresh.telemetry.logLevel);
    const changed = changedKeys(config, fresh);
    const waiting = changed.filter((key) => !TAKEN_OVER.has(key));
    const taken = changedKeys(inForce, fresh).filter((key) => TAKEN_OVER.has(key));
    inForce = { ...inForce, telemetry: { ...inForce.telemetry, logLevel: fresh.telemetry.logLevel } };
    telemetry.event('reloaded', {
      changed: [...taken, ...(seen === 'changed' ? ['ingest.networksFile'] : [])].join(', ') || 'nothing',
    });
    if (waiting.length > 0)
      telemetry.event('restart-needed', {
        keys: `${waiting.slice(0, KEYS_NAMED).join(', ')}${waiting.length > KEYS_NAMED ? ` and ${waiting.length - KEYS_NAMED} more` : ''}`,
      });
  };
}
