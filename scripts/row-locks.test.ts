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

/**
 * A statement that waits for a row sees that row as it is afterwards, but every other row as it was before. A lock that reads other
 * rows beside is listed with the reason why they cannot have changed, or need not be the newest.
 */
const readsBeside: Record<string, string> = {
  'carts/cart.locks.ts': 'balances are claimed under locks of their own when an order is placed; a customer group may be as it was before',
  'events/consumer.locks.ts': 'the register is locked before, so that subscriptions do not change',
  'flash-sales/sale.locks.ts': 'the items of a sale are written with the sale and never change',
  'operations/sealed-check.locks.ts': 'what it reads is a list in the statement itself',
  'orders/order.locks.ts': 'a payment belongs to the same order for ever',
  'payments/payment.locks.ts': 'the order is locked before; two payments with one charge break a unique index',
};
it('a lock reads no other rows that may have changed while it waited', () => {
  const templates = (source: string) => [...source.matchAll(/sql(?:<(?:[^`])*?>)?`([^`]*)`/g)].map(([, text = '']) => text);
  // A fragment is a constant, or a function of a fragment, of the same file, of a row or of a read model.
  const fragments = (source: string) =>
    new Map(
      [...source.matchAll(/const (\w+) = (?:\([^)]*\)[^=]*=>\s*)?sql(?:<[^`]*?>)?`([^`]*)`/g)].map(
        ([, name = '', text = '']) => [name, text] as const,
      ),
    );
  const sourceOf = (file: string) => readFileSync(path.join(root, file), 'utf8');
  const shared = globSync(['packages/core/src/read-models/*.ts', 'packages/core/src/*/*.row.ts'], { cwd: root });
  const ofOtherFiles = fragments(shared.map(sourceOf).join('\n'));
  const files = globSync('packages/core/src/**/*.locks.ts', { cwd: root }).map((file) => {
    const source = sourceOf(file);
    const known = new Map([...ofOtherFiles, ...fragments(source)]);
    const fill = (text: string): string => text.replaceAll(/\$\{(\w+)(?:\([^}]*\))?\}/g, (_, name: string) => known.get(name) ?? '');
    const whole = templates(source).map((text) => fill(fill(text)));
    const beside = whole.filter((text) => /\bfor\s+(?:no\s+key\s+)?(?:update|share)\b/i.test(text) && /\(\s*select\b/i.test(text));
    return { file: file.replace(/^packages\/core\/src\//, ''), beside };
  });
  const found = files.filter(({ beside }) => beside.length > 0).map(({ file }) => file);
  expect(found.toSorted()).toEqual(Object.keys(readsBeside).toSorted());
});

it('a locks file contains locks only; reads without a lock stand in the file of the row or in queries', () => {
  const declared = globSync('packages/core/src/**/*.locks.ts', { cwd: root }).flatMap((file) =>
    readFileSync(path.join(root, file), 'utf8')
      .split(/\n(?=(?:export )?const )/)
      .flatMap((code) => {
        const [, exported, name] = /^(export )?const (\w+)/.exec(code) ?? [];
        return name === undefined
          ? []
          : [{ file: file.replace(/^packages\/core\/src\//, ''), name, code, exported: exported !== undefined }];
      }),
  );
  // A function locks if it contains a lock, or calls a function that locks.
  const locking = new Set(declared.filter(({ code }) => locksIn(code).length > 0).map(({ name }) => name));
  for (let known = -1; known < locking.size;) {
    known = locking.size;
    for (const { name, code } of declared)
      if ([...code.matchAll(/(\w+)\(/g)].some(([, called = '']) => locking.has(called))) locking.add(name);
  }
  expect(locking.size).toBeGreaterThan(40);
  expect(declared.filter(({ exported, name }) => exported && !locking.has(name)).map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});
