/**
 * Locks stand in `*.locks.ts` files, so that their order can be read in one place for each domain. A statement that claims rows by
 * `skip locked` and writes them at once stands in a store: such a lock never waits, so it has no place in an order of locks.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

const lock =
  /\bfor\s+(?:no\s+key\s+)?update\b|\bfor\s+(?:key\s+)?share\b|\bpg_(?:try_)?advisory\w*|\block\s+table\b|\.for(?:No)?(?:Key)?(?:Update|Share)\(/gi;
/** The locks of a source, each with the words after it. */
const locksIn = (source: string): string[] => {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(lock)].map(({ 0: clause, index }) => code.slice(index, index + clause.length + 30));
};
const isClaim = (clause: string): boolean => /^for (?:no key )?update(?: of \w+)? skip locked\b/.test(clause);

const found = globSync(['packages/core/src/**/*.{ts,tsx}', 'apps/{api,worker,cli}/src/**/*.ts'], { cwd: root })
  .filter((file) => !/\.(?:test|fixture)\.tsx?$/.test(file))
  .map((file) => ({
    file: file.replace(/^packages\/core\/src\//, ''),
    locks: locksIn(readFileSync(path.join(root, file), 'utf8')),
  }))
  .filter(({ locks }) => locks.length > 0);
const outside = found.filter(({ file }) => !file.endsWith('.locks.ts'));

it('the test finds row locks and advisory locks in SQL and in the query builder', () => {
  const count = (source: string) => locksIn(source).length;
  expect(count('select 1 from a for update')).toBe(1);
  expect(count('select 1 from a\n for no key update of a skip locked')).toBe(1);
  expect(count('select pg_try_advisory_xact_lock(1), pg_advisory_xact_lock_shared(2)')).toBe(2);
  expect(count("db.selectFrom('a').forKeyShare().execute(); db.selectFrom('b').forUpdate()")).toBe(2);
  expect(count('select 1 from a for share; select 1 from a for key share; lock table a')).toBe(3);
  expect(count('// for update\n/* for share */ update a set b = 1; on conflict do update set b = 2')).toBe(0);
  expect(found.length).toBeGreaterThan(10);
});

it('every lock stands in a locks file, except for claims in stores', () => {
  const misplaced = outside.flatMap(({ file, locks }) =>
    locks.filter((clause) => !file.endsWith('.store.ts') || !isClaim(clause)).map((clause) => `${file}: ${clause}`),
  );
  expect(misplaced).toEqual([]);
});
