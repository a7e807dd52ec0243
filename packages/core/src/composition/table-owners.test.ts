/** One owner per table: the tables that statements, SQL functions and triggers write and read, compared with the map. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as entities from '@cartwright/db';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { EntitySchema } from '@mikro-orm/core';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { foreignReads, sharedWrites, sqlFunctions, tableOwners, type Table } from './table-owners.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const isTable = (name: string): name is Table => Object.hasOwn(tableOwners, name);
const writes = [
  /\binsert\s+into\s+"?(\w+)/gi,
  /(?<!\bdo\s|\bfor\s|\bno\s+key\s)\bupdate\s+(?:only\s+)?"?(\w+)"?(?:\s+(?:as\s+)?\w+)?\s+set\b/gi,
  /\bdelete\s+from\s+(?:only\s+)?"?(\w+)/gi,
  /\bmerge\s+into\s+"?(\w+)/gi,
  /\btruncate\s+(?:table\s+)?"?(\w+)/gi,
  /\bcopy\s+"?(\w+)"?\s*(?:\([^)]*\)\s*)?from\b/gi,
];
/** The tables in calls of the builder, in any quotes, alone or in a list: `updateTable(['orders as o', 'carts as c'])`. */
const tables = String.raw`\s*(\[[^\]]*\]|["'\`][^"'\`]*["'\`])`;
const builderWrites = [
  new RegExp(String.raw`\.(?:insertInto|replaceInto|updateTable|deleteFrom|mergeInto)\(${tables}`, 'g'),
  new RegExp(String.raw`\binsertRows\(\s*\w+,${tables}`, 'g'),
];
const builderReads = [new RegExp(String.raw`\b(?:selectFrom|innerJoin|leftJoin|rightJoin|fullJoin|crossJoin|from|using)\(${tables}`, 'g')];
const namesIn = (text: string, calls: readonly RegExp[]): string[] =>
  calls
    .flatMap((call) => [...text.matchAll(call)].map(([, quoted = '']) => quoted))
    .flatMap((quoted) => [...quoted.matchAll(/["'`](\w+)/g)].map(([, name = '']) => name));
const tableOfEntity = new Map(
  Object.entries(entities).flatMap(([name, one]) => (one instanceof EntitySchema ? [[name, one.meta.tableName]] : [])),
);
/** The tables of the entities that a text names, if it edits entities. */
const tablesEdited = (text: string): string[] =>
  /\bem\.(?:assign|create|createQueryBuilder|insert\w*|merge|native\w+|persist|remove|upsert\w*)\(/.test(text)
    ? [...text.matchAll(/\b[A-Z]\w+/g)].flatMap(([name]) => tableOfEntity.get(name) ?? [])
    : [];
/** The tables that a text writes, by statements in SQL, by the query builder or by the entity manager. */
const tablesWritten = (text: string): Table[] => {
  const names = writes.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name.toLowerCase()));
  return [...new Set([...names, ...namesIn(text, builderWrites), ...tablesEdited(text)].filter(isTable))];
};
const reads = [
  /\b(?:from|join|using|table)\s+(?:only\s+)?"?(\w+)/gi,
  // Further tables of a list: `from orders o, payments p`.
  /,\s+"?(\w+)"?\s+(?:as\s+)?(?!(?:as|at|by|in|is|of|on|or|to)\b)[a-z]{1,2}\b/gi,
];
/** The tables that a text reads, by statements in SQL or by the query builder. Tables named at run time are not seen. */
const tablesRead = (text: string): Table[] => {
  const names = reads.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name = '']) => name.toLowerCase()));
  return [...new Set([...names, ...namesIn(text, builderReads)].filter(isTable))];
};
const withoutComments = (source: string): string => source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
const isShared = (table: Table, domain: string): boolean =>
  sharedWrites.some((shared) => shared.table === table && shared.domain === domain);

const sources = globSync(['packages/core/src/**/*.{ts,tsx}', 'apps/{api,worker,cli}/src/**/*.ts', 'packages/db/src/*.ts'], { cwd: root })
  .filter((file) => !/\.(?:test|fixture)\.tsx?$/.test(file))
  .map((file) => {
    const text = withoutComments(readFileSync(path.join(root, file), 'utf8'));
    const domain = /^packages\/core\/src\/([\w-]+)\//.exec(file)?.[1] ?? file;
    return { file, domain, tables: tablesWritten(text), foreign: tablesRead(text).filter((table) => tableOwners[table] !== domain) };
  });

it('the test finds the writes of statements, of the query builder and of the entity manager', () => {
  const found = (text: string) => tablesWritten(text);
  expect(found('insert into orders (id) values (1)')).toEqual(['orders']);
  expect(found('with x as (update carts c set status = 1 returning *) delete from holds using x')).toEqual(['carts', 'holds']);
  expect(found("tx.db.insertInto('variants').values({})")).toEqual(['variants']);
  expect(found('tx.db.deleteFrom("carts")')).toEqual(['carts']);
  expect(found('tx.db.insertInto(`orders`).values({})')).toEqual(['orders']);
  expect(found("tx.db.updateTable(['orders as o', 'carts as c'])")).toEqual(['orders', 'carts']);
  expect(found("insertRows(tx, 'stock_movements', rows)")).toEqual(['stock_movements']);
  expect(found('change = (tx: Tx, list: LockedEntity<typeof PriceList>) => tx.em.assign(list, changes)')).toEqual(['price_lists']);
  expect(found('tx.em.map(PriceList, row)')).toEqual([]);
  expect(found('on conflict (id) do update set name = 1')).toEqual([]);
  expect(found('select * from orders for update')).toEqual([]);
  const finds = new Set(sources.flatMap(({ tables }) => tables));
  expect(Object.keys(tableOwners).filter((table) => isTable(table) && !finds.has(table))).toEqual([
    'sandbox_disputes',
    // A function of the database writes it.
    'search_hidden_entries',
  ]);
});

it('a domain writes its own tables only', () => {
  const foreign = sources.flatMap(({ file, domain, tables }) =>
    tables
      .filter((table) => tableOwners[table] !== domain && !isShared(table, domain))
      .map((table) => `${file} writes ${table} of ${tableOwners[table]}`),
  );
  expect(foreign).toEqual([]);
});

it('the test finds the reads of statements and of the query builder', () => {
  expect(tablesRead('select 1 from orders o, payments p join holds h using (id) where exists (table carts)')).toEqual([
    'orders',
    'holds',
    'carts',
    'payments',
  ]);
  expect(tablesRead("db.selectFrom('variants as v').innerJoin('products as p', 'p.id', 'v.productId')")).toEqual(['variants', 'products']);
  expect(tablesRead("qb.from('users').using(['mails as m'])")).toEqual(['users', 'mails']);
  expect(tablesRead('the units of carts, orders and sales differ from the counter')).toEqual([]);
});

const core = 'packages/core/src/';
it('a domain reads its own tables only; reads of several domains stand in read models', () => {
  const foreign = sources
    .filter(({ domain }) => domain !== 'read-models')
    .flatMap(({ file, foreign: tables }) =>
      tables
        .filter((table) => !foreignReads.some(({ from, tables: may }) => file.startsWith(`${core}${from}`) && may.includes(table)))
        .map((table) => `${file} reads ${table} of ${tableOwners[table]}: move it to read-models/, or call a read that the owner exports`),
    );
  expect(foreign).toEqual([]);
});

it('every exception to own reads is still needed', () => {
  const unused = foreignReads.flatMap(({ from, tables }) =>
    tables.filter((table) => !sources.some(({ file, foreign }) => file.startsWith(`${core}${from}`) && foreign.includes(table))),
  );
  expect(unused).toEqual([]);
});

it('writes stand in store files only', () => {
  expect(sources.filter(({ file, tables }) => tables.length > 0 && !file.endsWith('.store.ts')).map(({ file }) => file)).toEqual([]);
});

it('every shared write still happens', () => {
  const unused = sharedWrites.filter(
    ({ table, domain }) => !sources.some((source) => source.domain === domain && source.tables.includes(table)),
  );
  expect(unused).toEqual([]);
});

it('every table of the database has an owner', async () => {
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(
    shop.core.db,
  );
  expect(rows.map(({ name }) => name).filter((name) => !isTable(name) && name !== 'schema_migrations')).toEqual([]);
});

it('every SQL function is listed, and writes tables of its owner only', async () => {
  const { rows } = await sql<{ name: string; body: string }>`
    select p.proname as name, p.prosrc as body from pg_proc p
    where p.pronamespace = 'public'::regnamespace
    and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')`.execute(shop.core.db);
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(sqlFunctions).toSorted());
  const foreign = rows.flatMap(({ name, body }) =>
    tablesWritten(body)
      .filter((table) => tableOwners[table] !== sqlFunctions[name]?.owner)
      .map((table) => `${name} writes ${table}`),
  );
  expect(foreign).toEqual([]);
});

it('every trigger calls a listed function', async () => {
  const { rows } = await sql<{ trigger: string; function: string }>`
    select t.tgname as trigger, p.proname as function from pg_trigger t join pg_proc p on p.oid = t.tgfoid
    where not t.tgisinternal`.execute(shop.core.db);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter((row) => !Object.hasOwn(sqlFunctions, row.function))).toEqual([]);
});
