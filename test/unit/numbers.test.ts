/** Every number that moves an alert has a name, and a sentence that says what half and double of it do. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const parse = (path: string) =>
  ts.createSourceFile(path, readFileSync(new URL(path, ROOT), 'utf8'), ts.ScriptTarget.ESNext, true);

/** Where a number that stands in the code may move an alert. */
const FOLDERS = ['src/core/alert', 'src/core/population', 'src/core/novelty', 'src/core/verdict', 'detectors'];
const FILES = ['alerting', 'activity-context', 'agent-changes', 'learn', 'sensitivity'].map(
  (name) => `src/core/${name}.ts`,
);
const files = [
  ...FOLDERS.flatMap((folder) => readdirSync(new URL(folder, ROOT)).map((name) => `${folder}/${name}`)),
  ...FILES,
].filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));

/** Counting, halves of a pair, units of time, percent. */
const TRIVIAL = new Set([0, 1, 2, 10, 24, 60, 100, 1_000, 60_000, 3_600_000, 86_400_000]);
/** Calls in which a number cuts or writes a text, or is the first size of an array. */
const TEXTUAL = new Set(['slice', 'toString', 'padStart', 'padEnd']);
/** Makes an option, which the reference describes. */
const OPTIONS = new Set(['numberOption', 'wholeOption']);
/** What is declared of a memory or a detector; the reference shows it. */
const DECLARED = new Set(['cap', 'fields', 'depth', 'learningDays']);
const BITS = new Set([
  ts.SyntaxKind.LessThanLessThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
  ts.SyntaxKind.AmpersandToken,
  ts.SyntaxKind.BarToken,
]);

const docOf = (node: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(node)
    .map((doc) => doc.getText())
    .join(' ')
    .replaceAll(/\s*\n\s*\*?\s*/g, ' ');

/** Whether a constant has a comment, or is one of a group of constants of which the first has. */
function isExplained(statement: ts.Node): boolean {
  if (docOf(statement) !== '') return true;
  const { statements } = statement.getSourceFile();
  const before = statements[statements.indexOf(statement as ts.Statement) - 1];
  return before !== undefined && ts.isVariableStatement(before) && isExplained(before);
}

/** Whether a number stands where the rules above let it. */
function isAllowed(literal: ts.NumericLiteral): boolean {
  if (TRIVIAL.has(Number(literal.text)) || /^0x/i.test(literal.getText())) return true;
  for (let node: ts.Node = literal; node.parent !== undefined; node = node.parent) {
    const { parent } = node;
    if (ts.isBinaryExpression(parent) && BITS.has(parent.operatorToken.kind)) return true;
    if (ts.isPropertyAssignment(parent) && DECLARED.has(parent.name.getText())) return true;
    if (ts.isCallExpression(parent) && parent.expression !== node) {
      const { expression } = parent;
      if (ts.isIdentifier(expression) && OPTIONS.has(expression.text)) return true;
      if (ts.isPropertyAccessExpression(expression) && TEXTUAL.has(expression.name.text)) return true;
    }
    if (ts.isNewExpression(parent) && /Array$/.test(parent.expression.getText())) return true;
    if (ts.isVariableDeclaration(parent)) {
      const isModules = parent.parent.parent.parent.kind === ts.SyntaxKind.SourceFile;
      return isModules && /^[A-Z][A-Z0-9_]*$/.test(parent.name.getText()) && isExplained(parent.parent.parent);
    }
    if (ts.isFunctionLike(parent)) return false;
  }
  return false;
}

describe('numbers', () => {
  it('finds the files', () => {
    expect(files.length).toBeGreaterThan(40);
  });

  it.each(files)('%s names every number', (path) => {
    const source = parse(path);
    const bare: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isNumericLiteral(node) && !isAllowed(node)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        bare.push(`${path}:${line + 1}: ${node.getText()} needs a name in src/core/constants.ts, or to be an option`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    expect(bare).toEqual([]);
  });

  const constants = parse('src/core/constants.ts').statements.filter(ts.isVariableStatement);

  it.each(constants.map((one) => [one.declarationList.declarations.map(({ name }) => name.getText()).join(), one]))(
    '%s says what half and double of it do',
    (_, statement) => {
      expect(statement.declarationList.declarations).toHaveLength(1);
      const doc = docOf(statement);
      if (doc.startsWith('/** Unit: ')) return;
      expect(doc).toMatch(/\bHalf\b/);
      expect(doc).toMatch(/\bdouble\b/);
    },
  );
});
