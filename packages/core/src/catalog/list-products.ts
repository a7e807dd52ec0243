import type { ShopContract } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { readAvailability, type ProductAvailability } from '../inventory/index.ts';
import { createJoin, offsetOf, toPage, type Actor, type Core } from '../kernel/index.ts';
import { ordersOf, readCursor, writeCursor, type ListOrders } from './list.orders.ts';
import { seesDrafts, summaryColumns, toSummary, variantTotals, type SummaryRow } from './product.queries.ts';

type C = ShopContract['products']['list'];
type Input = z.output<C['input']>;
type Page = z.output<C['output']>;
type Sql = RawBuilder<unknown>;

/**
 * A page of products. Shoppers see active ones only, whatever status they ask for; their page is cached for at most
 * five minutes and invalidated when products or prices change. Available units are never cached.
 */
export const listProducts = async (core: Core, actor: Actor, input: Input): Promise<Page> => {
  if (seesDrafts(actor) || input.inStock !== undefined) return readPage(core, actor, input);
  const { status: _, ...asked } = input;
  // Pages of a walk by cursor are requested once each; caching them would evict pages that others request.
  const keep = asked.cursor === undefined ? 'at once' : 'asked twice';
  const page = await core.reads.read('catalog', `list:${JSON.stringify(asked)}`, () => readPage(core, actor, asked), keep);
  return listWithStock(core, page);
};

/** A cached page with the units that are available now; the same object again while nothing has changed. */
const listWithStock = async (core: Core, page: Page): Promise<Page> => {
  const ids = page.items.map(({ id }) => id);
  return fillStock(page, await readAvailability(core, ids));
};
const fillStock = createJoin<Page, ProductAvailability, Page>((page, stock) => ({
  ...page,
  items: page.items.map((item, i) => ({ ...item, available: stock[i]?.available ?? 0 })),
}));

/** What a list reads: its rows, their order and their products. */
interface Source {
  readonly from: Sql;
  readonly id: Sql;
  readonly conditions: Sql[];
  readonly orders: ListOrders;
  /** Conditions that need the variants, and whether the order needs them. */
  readonly variantConditions: Sql[];
  readonly isSortedByVariants: boolean;
}

const below = (slug: string): Sql =>
  sql`(with recursive tree as (select id from categories where slug = ${slug} union all select c.id from categories c join tree t on c.parent_id = t.id) select id from tree)`;
const worded = (q: string): Sql => sql`(select product_id from search_entries where document @@ websearch_to_tsquery('shop_text', ${q})
  union all select id from products where name ilike ${`%${q.replace(/[\\%_]/g, '\\$&')}%`}
  union all select product_id from variants where sku = ${q})`;

/** Every published product has one row with its prices and labels, indexed for every order, so that no list gets slower as the shop grows. */
const published = (input: Input): Source => {
  const conditions = [sql`true`];
  if (input.q) conditions.push(sql`e.product_id in ${worded(input.q)}`);
  if (input.category) conditions.push(sql`e.category_id in ${below(input.category)}`);
  if (input.tag) conditions.push(sql`e.tags @> array[${input.tag}]::text[]`);
  if (input.tags) conditions.push(sql`e.tags && ${input.tags}::text[]`);
  if (input.brand) conditions.push(sql`e.brand = ${input.brand}`);
  if (input.minPriceCents !== undefined) conditions.push(sql`e.max_price_cents >= ${input.minPriceCents}`);
  if (input.maxPriceCents !== undefined) conditions.push(sql`e.min_price_cents <= ${input.maxPriceCents}`);
  return {
    from: sql`search_entries e`,
    id: sql`e.product_id`,
    conditions,
    orders: ordersOf(sql`e.product_id`, { newest: sql`e.created_at`, name: sql`lower(e.name)`, price: sql`e.min_price_cents` }),
    variantConditions: [],
    isSortedByVariants: false,
  };
};

/** Products of any status, for staff. */
const stored = (input: Input): Source => {
  const conditions = [sql`p.deleted_at is null`];
  if (input.status) conditions.push(sql`p.status = ${sql.lit(input.status)}`);
  if (input.q) conditions.push(sql`p.id in ${worded(input.q)}`);
  if (input.category) conditions.push(sql`p.category_id in ${below(input.category)}`);
  if (input.tag) conditions.push(sql`p.tags @> array[${input.tag}]::text[]`);
  if (input.tags) conditions.push(sql`p.tags && ${input.tags}::text[]`);
  if (input.brand) conditions.push(sql`p.brand = ${input.brand}`);
  const variantConditions: Sql[] = [];
  if (input.minPriceCents !== undefined) variantConditions.push(sql`s."maxPriceCents" >= ${input.minPriceCents}`);
  if (input.maxPriceCents !== undefined) variantConditions.push(sql`s."minPriceCents" <= ${input.maxPriceCents}`);
  return {
    from: sql`products p`,
    id: sql`p.id`,
    conditions,
    orders: ordersOf(sql`p.id`, { newest: sql`p.created_at`, name: sql`lower(p.name)`, price: sql`s."minPriceCents"` }),
    variantConditions,
    isSortedByVariants: input.sort === 'price' || input.sort === '-price',
  };
};

/**
 * Counts products in stock by the flag of the row, which follows a sale within a second, because reading the stock of a
 * million variants is too slow.
 */
const flagged = ({ from, conditions }: Source, inStock: boolean): Sql =>
  sql`${from} where ${sql.join([...conditions, inStock ? sql`e.in_stock` : sql`not e.in_stock`], sql` and `)}`;

const readPage = async (core: Core, actor: Actor, input: Input): Promise<Page> => {
  const status = seesDrafts(actor) ? input.status : 'active';
  const source = status === 'active' ? published(input) : stored(input);
  const variantConditions = [...source.variantConditions];
  if (input.inStock !== undefined) variantConditions.push(input.inStock ? sql`s."inStock"` : sql`not s."inStock"`);
  // Prices and stock are computed for the page only, unless the filter or the order needs them.
  const needsVariants = variantConditions.length > 0;
  const products = status === 'active' ? sql`${source.from} join products p on p.id = e.product_id` : source.from;
  const matches = (withVariants: boolean): Sql =>
    withVariants
      ? sql`${products} ${variantTotals} where ${sql.join([...source.conditions, ...variantConditions, sql`true`], sql` and `)}`
      : sql`${source.from} where ${sql.join(source.conditions, sql` and `)}`;
  const order = source.orders[input.sort];
  const after = input.cursor === undefined ? sql`` : sql`and ${order.after(readCursor(input.cursor, input.sort))}`;
  // One row more than the page shows whether there is a next page.
  const { rows } = await sql<SummaryRow & { sortKey: string }>`
    select ${summaryColumns}, f."sortKey" from (
      select id, "sortKey", row_number() over () as place from (
        select ${source.id} as id, ${order.key} as "sortKey" from ${matches(needsVariants || source.isSortedByVariants)} ${after}
        order by ${order.by} limit ${input.pageSize + 1} offset ${input.cursor === undefined ? offsetOf(input) : 0}) f) f
    join products p on p.id = f.id ${variantTotals} order by f.place`.execute(core.db);
  const shown = rows.slice(0, input.pageSize);
  const last = rows.length > shown.length ? shown.at(-1) : undefined;
  const nextCursor = last ? writeCursor(input.sort, last) : null;
  const counted = status === 'active' && input.inStock !== undefined ? flagged(source, input.inStock) : matches(needsVariants);
  const count = async (): Promise<number> =>
    (await sql<{ n: number }>`select count(*)::int as n from ${counted}`.execute(core.db)).rows[0]?.n ?? 0;
  const { page: _page, pageSize: _size, sort: _sort, cursor: _cursor, ...filters } = input;
  // Counting scans all matches, so the count is cached for all pages of a list for shoppers.
  const total = seesDrafts(actor) || needsVariants ? count() : core.reads.read('catalog', `count:${JSON.stringify(filters)}`, count);
  const items = shown.map(({ sortKey: _key, ...row }) => toSummary(row));
  return { ...toPage(input, items, await total), nextCursor };
};
