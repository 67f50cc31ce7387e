import { expect, test } from 'vitest';
import { optionsOf } from '../reference/options-table.ts';
import { leaves } from './effective.ts';
import { readEnv } from './read-env.ts';
import { configShape } from './shape.ts';

const shape = configShape();
const settable = optionsOf(shape).flatMap(({ key, env }) =>
  env === undefined || key.includes('<') ? [] : [{ key, env }],
);

test('every documented variable sets exactly the key it stands beside', () => {
  expect(settable.length).toBeGreaterThan(60);
  for (const { key, env } of settable) {
    const { layer, problems } = readEnv({ [env]: '{}' }, shape, {});
    expect(problems).toEqual([]);
    expect(leaves(layer.value).map(({ path }) => path.join('.'))).toEqual([key]);
    expect(layer.at(key.split('.'))).toBe(`env ${env}`);
  }
});

test('no two keys share a variable', () => {
  expect(new Set(settable.map(({ env }) => env)).size).toBe(settable.length);
});
