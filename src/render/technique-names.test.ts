/** Every code that a built-in detector or the name of an act can put on an alert has a name. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { techniqueText } from './technique-names.ts';

const root = new URL('../../', import.meta.url);
const CODE = /'(T\d{4}(?:\.\d{3})?|ASI\d{2}|NHI\d{1,2})'/g;

test('no code that the detectors give stands without a name', () => {
  const detectors = readdirSync(new URL('detectors/', root)).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const files = ['src/core/attack-techniques.ts', ...detectors.map((name) => `detectors/${name}`)];
  const codes = new Set(
    files.flatMap((file) => [...readFileSync(new URL(file, root), 'utf8').matchAll(CODE)].map(([, code = '']) => code)),
  );
  expect(codes.size).toBeGreaterThan(40);
  expect([...codes].filter((code) => techniqueText(code) === code)).toEqual([]);
});

test('the code comes first, and one from elsewhere stands alone', () => {
  expect(techniqueText('T1078.004')).toBe('T1078.004 Valid Accounts: Cloud Accounts');
  expect(techniqueText('T9999')).toBe('T9999');
  expect(techniqueText('constructor')).toBe('constructor');
});
