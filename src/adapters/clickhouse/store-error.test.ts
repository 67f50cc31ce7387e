import { describe, expect, test } from 'vitest';
import { StoreError, toStoreError } from './store-error.ts';

const PLACE = 'http://127.0.0.1:8123';
const engineError = (code: number, message = 'something') =>
  Object.assign(new Error(message), { code: String(code), type: 'SOME_TYPE' });

describe('toStoreError', () => {
  test.each([
    [516, 'auth', false],
    [194, 'auth', false],
    [497, 'auth', false],
    [81, 'schema', false],
    [60, 'schema', false],
    [16, 'schema', false],
    [243, 'full', true],
    [202, 'busy', true],
    [252, 'busy', true],
    [241, 'busy', true],
    [242, 'busy', true],
    [999, 'busy', true],
    [33, 'busy', true],
    [469, 'refused', false],
    [27, 'refused', false],
  ] as const)('tells code %i as %s', (code, kind, transient) => {
    const error = toStoreError(engineError(code), PLACE);
    expect(error).toMatchObject({ kind, code, transient });
    expect(error.message).toContain(PLACE);
    expect(error.remedy).not.toBe('');
  });

  test.each([
    ['a refused connection', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'unreachable'],
    ['a timeout', new Error('Timeout error.'), 'unreachable'],
    ['an answer of a proxy', new Error('<html>\n503 Service\tUnavailable</html>'), 'unreachable'],
    ['a full disk here', Object.assign(new Error('write'), { code: 'ENOSPC' }), 'full'],
    ['a full disk there', engineError(74, 'Cannot write: errno: 28, strerror: No space left on device'), 'full'],
    ['no error at all', undefined, 'unreachable'],
  ])('tells %s as a transient trouble in one line', (_, cause, kind) => {
    const error = toStoreError(cause, PLACE);
    expect(error).toMatchObject({ kind, transient: true });
    expect(error.message).not.toMatch(/[\n\t]/);
  });

  test('cuts what a server says at length, and passes its own kind through', () => {
    const error = toStoreError(new Error('x'.repeat(100_000)), PLACE);
    expect(error.message.length).toBeLessThan(500);
    expect(toStoreError(error, 'elsewhere')).toBe(error);
    expect(error).toBeInstanceOf(StoreError);
  });
});
