/** Whether products are in stock: one definition for lists, product pages, collections and the facets of a search. */
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type AliasedExpression, type RawBuilder, type SqlBool } from 'kysely';
import { anyId } from '../kernel/index.ts';
import { canBeBought, lapsedHold, liveLevel } from './stock-levels.ts';

/** SQL: whether a unit of one of the variants can be bought, over their stock levels `l`. */
export const someInStock = sql<boolean>`coalesce(bool_or(${canBeBought('l')}), false)`;

/** SQL: whether a unit of the product can be bought; `productId` is a column, such as `p.id`. */
export const productInStock = (productId: string): RawBuilder<boolean> => sql<boolean>`(
  select ${someInStock} from variants v left join lateral ${liveLevel('v')} l on true where v.product_id = ${sql.ref(productId)})`;

/** The most queued products whose stock a read looks at: a file that changes thousands of products does not slow searches down. */
const mostQueued = 100;

/**
 * SQL: the entries of `search_entries` whose flag is behind. Flags spare lists the stock of every product. The worker corrects them when it
 * processes the queue of products that ran out or were refilled, and releases expired cart holds; until then, the stock of these products
 * is read, of the latest in the queue.
 */
export const outdatedFlags = sql`
  select f.product_id from search_entries f where f.product_id in (
      (select q.product_id from search_queue q order by q.id desc limit ${sql.lit(mostQueued)})
      union all select v.product_id from holds h join variants v on v.id = h.variant_id where h.state = 'active' and ${lapsedHold})
    and f.in_stock <> ${productInStock('f.product_id')}`;

/** SQL: whether the product of `search_entries e` is in stock. `outdated` are the rows of `outdatedFlags`. */
export const entryInStock = (outdated: RawBuilder<unknown> = outdatedFlags): RawBuilder<SqlBool> =>
  sql<SqlBool>`(e.in_stock <> (e.product_id in (${outdated})))`;

/** The flags that the entries of products should have, by the counters of their stock: reads add the units of expired holds. */
export const entryFlags = (productIds: readonly string[]): AliasedExpression<{ productId: string; inStock: boolean }, 's'> =>
  expressionBuilder<Database, never>()
    .selectFrom('variants as v')
    .innerJoin('stock_levels as l', 'l.variantId', 'v.id')
    .select(['v.productId', someInStock.as('inStock')])
    .where('v.productId', '=', anyId(productIds))
    .groupBy('v.productId')
    .as('s');
