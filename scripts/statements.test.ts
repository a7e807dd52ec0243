/**
 * Statements are built with types. SQL as text is for the measured hot statements and for what the builder cannot say; `docs/hot-statements.md`
 * lists both.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const core = path.join(root, 'packages/core/src');
const sources = globSync('**/*.{ts,tsx}', { cwd: core })
  .filter((file) => !/\.(?:test|fixture)\.tsx?$/.test(file))
  .map((file) => ({ file: file.replaceAll(path.sep, '/'), text: readFileSync(path.join(core, file), 'utf8') }));

const templates = (text: string): number => (text.match(/sql(?:<[^`]*?>)?`/g) ?? []).length;
const aliases = (text: string): number => (text.match(/ as "[a-zA-Z]+"/g) ?? []).length;
const sum = (count: (text: string) => number): number => sources.reduce((n, { text }) => n + count(text), 0);

/** The templates of a source that are whole statements, run as they stand. */
const wholeStatements = (text: string): number =>
  (text.match(/sql(?:<[^`]*?>)?`\s*(?:with|select|insert|update|delete)\b(?:[^`]|`[^`]*`(?!\s*\.execute))*?`\s*\.execute\(/g) ?? []).length;
const listed = new Set(
  [...readFileSync(path.join(root, 'docs/hot-statements.md'), 'utf8').matchAll(/^\| `([\w./-]+\.ts)`/gm)].map(([, file = '']) => file),
);

it('the test finds templates, aliases and whole statements', () => {
  const text = 'const a = sql<{ id: string }>`select id as "anId" from x where ${sql`true`}`.execute(db);';
  expect([templates(text), aliases(text), wholeStatements(text)]).toEqual([2, 1, 1]);
  expect(wholeStatements('const now = sql<Date>`now()`;')).toBe(0);
});

it('few templates and hand-typed aliases remain', () => {
  expect(sum(templates)).toBeLessThanOrEqual(285);
  expect(sum(aliases)).toBeLessThanOrEqual(45);
});

it('each file with a whole statement as text is listed with its reason, and no other file is', () => {
  const found = sources.filter(({ text }) => wholeStatements(text) > 0).map(({ file }) => file);
  expect(found.filter((file) => !listed.has(file))).toEqual([]);
  expect([...listed].filter((file) => !sources.some((source) => source.file === file && templates(source.text) > 0))).toEqual([]);
});

it('lines are as wide as the formatter makes them, SQL included', () => {
  const wide = sources.flatMap(({ file, text }) => text.split('\n').flatMap((line, i) => (line.length > 140 ? [`${file}:${i + 1}`] : [])));
  expect(wide).toEqual([]);
});
