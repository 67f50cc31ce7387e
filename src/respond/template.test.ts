import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillForm, fillHeader, fillJson, fillPath, placeholders, TemplateError } from './template.ts';

const BASE = 'https://api.example';
/** Whatever a log may hold, and what is syntax somewhere. */
const nasty = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({
    unit: fc.constantFrom(
      '/',
      '.',
      '%',
      '?',
      '#',
      '&',
      '=',
      '"',
      '\\',
      '{',
      '}',
      '\n',
      '\r',
      '\0',
      '@',
      ':',
      ' ',
      '+',
      'id',
      '😀',
    ),
    minLength: 1,
    maxLength: 12,
  }),
);

describe('whatever a value holds', () => {
  test('it stays within its segment and its parameter of a URL, and comes out as it went in', () => {
    fc.assert(
      fc.property(nasty, nasty, (id, mark) => {
        let path: string;
        try {
          path = fillPath('/users/{id}/off?mark={mark}&x=1', { id, mark });
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
          return;
        }
        const url = new URL(`${BASE}${path}`);
        const segments = url.pathname.split('/');
        expect(url.origin).toBe(BASE);
        expect(segments).toHaveLength(4);
        expect([segments[1], decodeURIComponent(segments[2]!), segments[3]]).toEqual(['users', id, 'off']);
        expect([...url.searchParams]).toEqual([
          ['mark', mark],
          ['x', '1'],
        ]);
        expect(url.hash).toBe('');
      }),
      { numRuns: 2_000 },
    );
  });

  test('it stays one text of a JSON body', () => {
    fc.assert(
      fc.property(nasty, (id) => {
        const body = JSON.parse(JSON.stringify(fillJson({ a: ['x {id} y', 1], b: { id: '{id}' }, c: null }, { id })));
        expect(body).toEqual({ a: [`x ${id} y`, 1], b: { id }, c: null });
      }),
    );
  });

  test('it stays one value of a form, also within JSON in a form', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        const form = new URLSearchParams(
          fillForm({ Action: 'Do', Name: '{id}', Doc: { $json: { id: '{id}' } } }, { id }),
        );
        expect([...form.keys()]).toEqual(['Action', 'Name', 'Doc']);
        expect(form.get('Name')).toBe(id);
        expect(JSON.parse(form.get('Doc')!)).toEqual({ id });
      }),
    );
  });

  test('it ends no header line', () => {
    fc.assert(
      fc.property(nasty, (id) => {
        try {
          expect(fillHeader('x {id}', { id })).toMatch(/^[\x20-\x7e]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
      }),
    );
  });
});

test.each(['.', '..', '\ud800'])('%j is refused in a URL', (id) => {
  expect(() => fillPath('/users/{id}', { id })).toThrow(TemplateError);
});

test('a missing or empty value is refused by name, and an inherited one is missing', () => {
  expect(() => fillPath('/{id}', {})).toThrow('{id} has no value');
  expect(() => fillPath('/{id}', { id: '' })).toThrow('{id} has no value');
  expect(() => fillJson('{constructor}', {})).toThrow('{constructor} has no value');
});

test('a value is never looked at for placeholders', () => {
  expect(fillJson('{a}', { a: '{b}', b: 'secret' })).toBe('{b}');
  expect(placeholders({ x: ['{a} {b}'], y: '{c}' })).toEqual(new Set(['a', 'b', 'c']));
});
