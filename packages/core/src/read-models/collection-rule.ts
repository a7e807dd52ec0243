/** Which products an automatic collection contains, as a condition of a statement. */
import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { productInStock } from './in-stock.ts';
import { entryColumns, matches } from './product-filter.ts';

/** For one product, its stock is read. */
const entry = { ...entryColumns, inStock: productInStock('e.product_id') };

/** SQL: a field of the rule of the collection `c`. */
const text = (field: string) => sql<string>`c.rule->>${sql.lit(field)}`;
const texts = (field: string) => sql<string[]>`array(select jsonb_array_elements_text(c.rule->${sql.lit(field)}))`;
const cents = (field: string) => sql<number>`(c.rule->>${sql.lit(field)})::bigint`;

/** SQL: whether the rule leaves a field out, or the condition is true. */
const ifSet = (field: string, condition: Expression<SqlBool>): RawBuilder<SqlBool> =>
  sql<SqlBool>`(coalesce(${text(field)}, '') in ('', '[]') or ${condition})`;

/** SQL: of each option that the rule names, the product has one of the values. */
const hasOptions = sql<SqlBool>`not exists (
  select 1 from unnest(${texts('options')}) as choice
  group by split_part(choice, ':', 1) having not ${matches.option(sql`array_agg(choice)`)})`;

/**
 * SQL: whether the product of the search entry `e` matches the rule of the collection `c`. It is the filter of product searches, so that a
 * pricing rule applies to exactly the products that the collection lists, also while the collection is hidden.
 */
export const matchesCollection = sql<SqlBool>`${sql.join(
  [
    ifSet('q', matches.text(text('q'))),
    ifSet('category', matches.category(entry, text('category'))),
    ifSet('brands', matches.brands(entry, sql`any(${texts('brands')})`)),
    ifSet('tags', matches.tags(entry, texts('tags'))),
    ifSet('options', hasOptions),
    ifSet('minPriceCents', matches.minPriceCents(entry, cents('minPriceCents'))),
    ifSet('maxPriceCents', matches.maxPriceCents(entry, cents('maxPriceCents'))),
    ifSet('inStock', matches.inStock(entry, sql`(c.rule->>'inStock')::boolean`)),
  ],
  sql` and `,
)}`;
