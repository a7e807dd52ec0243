import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { isOutdatedStatement, openDatabase, type OpenDatabase } from './index.ts';
import { createStatementNames } from './prepared-pool.ts';

const table = `kept_${process.pid}`;
let db: OpenDatabase;
beforeEach(async () => {
  db = await openDatabase({ url: inject('postgresUrl'), poolSize: 1 });
  await sql`create table ${sql.table(table)} (id int, amount int)`.execute(db.kysely);
  await sql`insert into ${sql.table(table)} values (1, 10)`.execute(db.kysely);
});
afterEach(async () => {
  await sql`drop table ${sql.table(table)}`.execute(db.kysely);
  await db.close();
});
const amount = async (on: OpenDatabase['kysely'] = db.kysely): Promise<unknown> =>
  (await sql<{ amount: unknown }>`select amount from ${sql.table(table)} where id = ${1}`.execute(on)).rows[0]?.amount;
const keptStatements = async (): Promise<string[]> =>
  (await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db.kysely)).rows.map((row) => row.statement);

describe('prepared statements', () => {
  it('a connection prepares repeated statements, and no statement that runs once', async () => {
    await amount();
    expect(await keptStatements()).toEqual([]);
    for (let i = 0; i < 3; i += 1) expect(await amount()).toBe(10);
    expect(await keptStatements()).toEqual([`select amount from "${table}" where id = $1`]);
  });

  it('a prepared statement still works after a migration changed the columns that it reads', async () => {
    for (let i = 0; i < 3; i += 1) await amount();
    await sql`alter table ${sql.table(table)} alter column amount type text`.execute(db.kysely);
    expect(await amount()).toBe('10');
    expect(await keptStatements()).toEqual([]);
  });

  it('a prepared statement with changed columns fails its transaction with an error that allows a repeat', async () => {
    for (let i = 0; i < 3; i += 1) await amount();
    await sql`alter table ${sql.table(table)} alter column amount type text`.execute(db.kysely);
    const inside = () => db.kysely.transaction().execute((tx) => amount(tx));
    await expect(inside()).rejects.toSatisfy(isOutdatedStatement);
    expect(await inside()).toBe('10');
  });

  it('the number of prepared statements is limited', () => {
    const nameOf = createStatementNames();
    const texts = Array.from({ length: 10_000 }, (_, i) => `select ${i}`);
    const names = new Set([...texts, ...texts.slice(-2_000), ...texts.slice(-2_000)].map(nameOf).filter((name) => name !== undefined));
    expect(names.size).toBe(400);
    expect(nameOf('x'.repeat(20_000))).toBeUndefined();
    expect(nameOf('x'.repeat(20_000))).toBeUndefined();
  });
});
