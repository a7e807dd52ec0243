/**
 * Statements are built with types. SQL as text is for the measured hot statements and for what the builder cannot say;
 * `docs/hot-statements.md` lists both.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const core = path.join(root, 'packages/core/src');
const sources = globSync('**/*.{ts,tsx}', { cwd: core })
  .filter((file) => !/\.(?:test|fixture)\.tsx?$/.test(file))
  .map((file) => ({ file: file.replaceAll(path.sep, '/'), text: readFileSync(path.join(core, file), 'utf8') }));

/** All code of the shop and its tools, without generated files, and migrations, which are not changed once they are released. */
const everySource = globSync(['{apps,packages}/*/{src,scripts,test}/**/*.{ts,tsx}', '{scripts,prove,bench,examples}/**/*.{ts,mjs}'], {
  cwd: root,
})
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => !/\.gen\.tsx?$|\/migrations\/|node_modules|\/dist\//.test(file));

const templates = (text: string): number => (text.match(/sql(?:<[^`]*?>)?`/g) ?? []).length;
const aliases = (text: string): number => (text.match(/ as "[a-zA-Z]+"/g) ?? []).length;
const sum = (count: (text: string) => number): number => sources.reduce((n, { text }) => n + count(text), 0);

const verbs =
  'with|select|values|table|insert|update|delete|merge|truncate|copy|lock|set|reset|show|begin|commit|analyze|vacuum|reindex|refresh|explain|call|do|' +
  'create|alter|drop|listen|notify';
/**
 * The statements of a source that are text: templates that begin as a statement does, whether they run as they stand, by a variable or
 * function, or as a part of another, and calls that run text. A statement of the builder runs by `execute()`, and text by `execute(db)`.
 */
const statements = (text: string): number =>
  (text.match(new RegExp(`sql(?:<[^\`]*?>)?\`\\s*(?:${verbs})\\b`, 'gi')) ?? []).length +
  (text.match(/\.execute\(\s*(?:\w+\.)*(?:db|trx|kysely|connection)\s*\)/g) ?? []).length;
const listed = new Set(
  [...readFileSync(path.join(root, 'docs/hot-statements.md'), 'utf8').matchAll(/^\| `([\w./-]+\.ts)`/gm)].map(([, file = '']) => file),
);

it('the test finds templates, aliases and statements that are text', () => {
  const text = 'const a = sql<{ id: string }>`select id as "anId" from x where ${sql`true`}`.execute(db);';
  expect([templates(text), aliases(text), statements(text)]).toEqual([2, 1, 2]);
  expect(statements('const now = sql<Date>`now()`; db.selectFrom("x").execute(); db.transaction().execute(async (trx) => trx);')).toBe(0);
  expect(statements('const lock = (of: Sql) => sql`\n  lock table ${of}`;')).toBe(1);
  expect(statements('const change = sql`${locks} update x`; await change.execute(tx.db);')).toBe(1);
  expect(statements('await sql`analyze`.execute(core.database.kysely)')).toBe(2);
});

it('few templates and hand-typed aliases remain', () => {
  expect(sum(templates)).toBeLessThanOrEqual(285);
  expect(sum(aliases)).toBeLessThanOrEqual(45);
});

it('each file with a statement as text is listed with its reason, and no other file is', () => {
  const found = sources.filter(({ text }) => statements(text) > 0).map(({ file }) => file);
  expect(found.filter((file) => !listed.has(file))).toEqual([]);
  expect([...listed].filter((file) => !found.includes(file))).toEqual([]);
});

it('lines are as wide as the formatter makes them, SQL included, and comments of tests', () => {
  const isComment = (line: string) => /^\s*(?:\/\*|\*|\/\/)/.test(line);
  const wide = everySource.flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split('\n')
      // The formatter leaves the long titles of tests as they are.
      .flatMap((line, i) => (line.length > 140 && (isComment(line) || !/\.test\.tsx?$/.test(file)) ? [`${file}:${i + 1}`] : [])),
  );
  expect(wide).toEqual([]);
});
