/** Products as lists show them, with their prices and the units that can be sold. */
import type { CategoryId, Currency, ProductId, ProductSummary } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type AliasedRawBuilder, type Selection } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { anyId, type Reader } from '../kernel/index.ts';
import { someInStock } from './in-stock.ts';
import { listed } from './on-sale.ts';
import { liveLevel, sellableUnits } from './stock-levels.ts';

/** What the variants of a product have together. */
interface VariantTotals {
  readonly minPriceCents: number;
  readonly maxPriceCents: number;
  readonly available: number;
  readonly variantCount: number;
  readonly inStock: boolean;
  readonly tracked: boolean;
}

/** `products p` joined with `variantTotals`. */
export interface CardTables extends Database {
  readonly p: Database['products'];
  readonly s: VariantTotals;
}

/** SQL: the prices and units of `products p`, to be joined laterally. */
export const variantTotals: AliasedRawBuilder<VariantTotals, 's'> = sql<VariantTotals>`(
  select coalesce(min(v.price_cents), 0) as min_price_cents, coalesce(max(v.price_cents), 0) as max_price_cents,
         coalesce(sum(${sellableUnits('l')}), 0)::bigint as available, count(*)::int as variant_count,
         ${someInStock} as in_stock, coalesce(bool_or(l.tracked), true) as tracked
  from variants v left join lateral ${liveLevel('v')} l on true where v.product_id = p.id)`.as('s');

const card = expressionBuilder<CardTables, 'p' | 's'>();

/** The columns of a summary of `products p` joined with `variantTotals`. */
export const summaryColumns = [
  card.ref('p.id').$castTo<ProductId>().as('id'),
  card.ref('p.slug').as('slug'),
  card.ref('p.name').as('name'),
  card.ref('p.brand').as('brand'),
  card.ref('p.status').as('status'),
  card.ref('p.tags').as('tags'),
  card.ref('p.currency').$castTo<Currency>().as('currency'),
  card.ref('p.version').as('version'),
  card.ref('p.updatedAt').as('updatedAt'),
  card
    .selectFrom('categories as c')
    .select(({ ref }) =>
      jsonBuildObject({ id: ref('c.id').$castTo<CategoryId>(), slug: ref('c.slug'), name: ref('c.name') }).as('category'),
    )
    .whereRef('c.id', '=', 'p.categoryId')
    .as('category'),
  card
    .selectFrom('product_images as g')
    .select('g.url')
    .whereRef('g.productId', '=', 'p.id')
    .orderBy('g.position')
    .limit(card.lit(1))
    .as('imageUrl'),
  card.ref('s.minPriceCents').as('minPriceCents'),
  card.ref('s.maxPriceCents').as('maxPriceCents'),
  card.ref('s.available').as('available'),
  card.ref('s.inStock').as('inStock'),
  card.ref('s.tracked').as('tracked'),
  card.ref('s.variantCount').as('variantCount'),
] as const;

/** A summary as the database returns it. */
export type SummaryRow = Selection<CardTables, 'p' | 's', (typeof summaryColumns)[number]>;

/** The row as the contract shows a product in lists. */
export const toSummary = (row: SummaryRow): ProductSummary => ({ ...row, updatedAt: row.updatedAt.toISOString() });

/** Summaries of the published products among `ids`, in the order of `ids`; one query. */
export const listPublishedProducts = async ({ db }: Pick<Reader, 'db'>, ids: readonly ProductId[]): Promise<ProductSummary[]> => {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('products as p')
    .innerJoinLateral(variantTotals, (join) => join.onTrue())
    .select(summaryColumns)
    .where('p.id', '=', anyId(ids, 'kept'))
    .where(listed)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, toSummary(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
};
