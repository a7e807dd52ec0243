/** Names of columns in statements of the builder and in statements that are written as text. */
import { CompiledQuery, sql } from 'kysely';
import { afterAll, expect, inject, it } from 'vitest';
import { columnOf, entities, openDatabase } from './index.ts';

const db = await openDatabase({ url: inject('postgresUrl'), poolSize: 1 });
afterAll(() => db.close());

/** Properties that the builder cannot name, because they are named as in the contract. Statements written as text read them. */
const named = ['ShopSettings.taxIncluded'];

it('each property of an entity has the name of its column, so that the builder finds the column', () => {
  const others = entities.flatMap((entity) => {
    const { className, props } = db.orm.getMetadata(entity.meta.class);
    return props
      .filter(({ name, fieldNames, persist }) => persist !== false && fieldNames?.some((column) => column !== columnOf(name)))
      .map(({ name }) => `${className}.${name}`);
  });
  expect(others).toEqual(named);
});

it('the builder renames columns and aliases, and never the keys of a JSON value', async () => {
  const value = { price_cents: 1, priceCents: 2, Size_EU: [{ unit_price: 3, unitPrice: 4 }] };
  const stored = sql<typeof value>`${JSON.stringify(value)}::jsonb`;
  const inner = db.kysely.selectNoFrom([stored.as('jsonValue'), sql<number>`1`.as('line1'), sql<number>`2`.as('address_line')]).as('t');
  const query = db.kysely.selectFrom(inner).selectAll();
  expect(query.compile().sql).toContain('as "json_value"');
  expect(await query.execute()).toEqual([{ jsonValue: value, line1: 1, addressLine: 2 }]);
});

it('rows of SQL text keep the names that the text gives them, however it is run', async () => {
  const text = `select 1 as price_cents, 2 as "priceCents"`;
  const rows = [{ price_cents: 1, priceCents: 2 }];
  expect((await sql.raw(text).execute(db.kysely)).rows).toEqual(rows);
  expect((await db.kysely.executeQuery(CompiledQuery.raw(text))).rows).toEqual(rows);
});

it('SQL text names columns by itself, and a statement of the builder inside it is translated', async () => {
  const inner = db.kysely.selectNoFrom(sql<number>`1`.as('priceCents'));
  const { rows } = await sql`select price_cents as "inCents" from (${inner}) t`.execute(db.kysely);
  expect(rows).toEqual([{ inCents: 1 }]);
});
