import { describe, expect, test } from 'vitest';
import { configSchema } from '../../../schemas/config.ts';
import { readMigrations, renderMigration } from './migrate.ts';

const config = (options: Record<string, unknown>) => configSchema.parse({ store: options }).store;
const all = (options: Record<string, unknown>) =>
  readMigrations().flatMap((migration) => renderMigration(migration.text, config(options)));

describe('migrations', () => {
  test('are numbered without gap or repetition below 100, the repeated ones last', () => {
    const migrations = readMigrations();
    const own = migrations.flatMap(({ number }) => (number !== undefined && number < 100 ? [number] : []));
    expect(own).toEqual(own.map((_, index) => index + 1));
    const numbers = migrations.flatMap(({ number }) => number ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(migrations.at(-1)?.file).toMatch(/^repeat-/);
  });

  test('leave no placeholder, comment or empty statement, and name every table with its database', () => {
    for (const options of [{ database: 'mine' }, { database: 'mine', cluster: 'main' }]) {
      for (const statement of all(options)) {
        expect(statement).not.toMatch(/\{\{|^--|;$|^$/m);
        expect(statement).toMatch(
          /^(CREATE (TABLE|(MATERIALIZED )?VIEW) IF NOT EXISTS|DROP (TABLE|VIEW) IF EXISTS|ALTER TABLE) mine\.\w+\b/,
        );
      }
    }
  });

  test('on a cluster run everywhere with replicated engines and a dedup window that lasts for days', () => {
    for (const statement of all({ cluster: 'north.1', dedupWindow: 777 })) {
      expect(statement).toContain("ON CLUSTER 'north.1'");
      expect(statement).not.toContain('non_replicated_deduplication_window');
      const engine = /ENGINE = (\w+)/.exec(statement)?.[1];
      if (engine === undefined || engine === 'Null') continue;
      expect(engine).toMatch(/^Replicated\w*MergeTree$/);
      expect(statement).toMatch(
        /SETTINGS replicated_deduplication_window = 777, replicated_deduplication_window_seconds = 604800$/,
      );
    }
  });

  test('on a single server set the window that is off by default, and the retention of the configuration', () => {
    const statements = all({ activityTtlDays: 12, alertTtlDays: 345, dedupWindow: 777 });
    expect(statements.join('\n')).not.toMatch(/Replicated|ON CLUSTER/);
    for (const statement of statements.filter((text) => /ENGINE = \w*MergeTree/.test(text)))
      expect(statement).toMatch(/SETTINGS non_replicated_deduplication_window = 777$/);
    const table = (name: string) =>
      statements.find((text) => text.startsWith(`CREATE TABLE IF NOT EXISTS tidemark.${name}\n`));
    expect(table('activity')).toContain('TTL stored_at + toIntervalDay(12)\n');
    expect(table('alert')).toContain('TTL stored_at + toIntervalDay(345)\n');
  });

  test('with an unknown placeholder are refused', () => {
    expect(() => renderMigration('SELECT {{nothing}};', config({}))).toThrow('{{nothing}}');
  });
});
