import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseYaml } from './read-yaml.ts';

/** Pieces that YAML gives a meaning to, so that junk comes near to being valid. */
const piece = fc.oneof(
  fc.constantFrom(
    'a: ',
    '\n',
    '  ',
    '- ',
    '? ',
    ': ',
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '<<: ',
    '!!x ',
    '|\n',
    '"',
    "'",
    '#',
    '---\n',
    '\t',
    '%YAML 9\n',
    '__proto__: ',
  ),
  fc.string({ maxLength: 4 }),
);

test('whatever the text, reading ends in settings or in problems with a place', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const result = parseYaml('f.yaml', pieces.join(''));
      if ('problems' in result) {
        expect(result.problems.length).toBeGreaterThan(0);
        for (const { at, remedy } of result.problems)
          expect([at, remedy]).toEqual([expect.stringMatching(/^f\.yaml:\d+:\d+$/), expect.stringMatching(/./)]);
      } else expect(Object.getPrototypeOf(result.layer.value)).toBe(Object.prototype);
    }),
    { numRuns: 3_000 },
  );
});
