/** The prose of the project can be read aloud: no sentence is longer than forty words. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const MOST_WORDS = 40;

const pagesOf = (folder: string) =>
  readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}${name}`);

const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...pagesOf('docs/'),
  ...pagesOf('docs/decisions/'),
  ...pagesOf('findings/'),
];

/** Paragraphs and list items; code blocks, tables and headings are no prose. */
function paragraphsOf(markdown: string): string[] {
  const prose = markdown.replaceAll(/```[\s\S]*?```/g, '\n\n').replaceAll(/<!--[\s\S]*?-->/g, '\n\n');
  const paragraphs: string[][] = [[]];
  for (const line of prose.split('\n')) {
    if (/^\s*(\||#|$)/.test(line)) paragraphs.push([]);
    else if (/^\s*([-*]|\d+\.)\s/.test(line)) paragraphs.push([line.replace(/^\s*([-*]|\d+\.)\s+/, '')]);
    else paragraphs.at(-1)?.push(line.trim());
  }
  return paragraphs.map((lines) => lines.join(' ')).filter((text) => text !== '');
}

/** A sentence ends with a full stop, a colon, a question or an exclamation, before a capital, code or emphasis. Code counts as one word. */
const sentencesOf = (paragraph: string) =>
  paragraph
    .replaceAll(/`[^`]*`/g, 'code')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/(?<=[.!?:][*")\]]*)\s+(?=[A-Z*"([]|code)/);

const wordsOf = (sentence: string) => sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

it.each(pages)('%s has no sentence over forty words', (page) => {
  const long = paragraphsOf(readFileSync(new URL(page, ROOT), 'utf8'))
    .flatMap(sentencesOf)
    .filter((sentence) => wordsOf(sentence) > MOST_WORDS)
    .map((sentence) => `${wordsOf(sentence)} words: ${sentence}`);
  expect(long).toEqual([]);
});
