/** Whether anything refers to a product or to a variant, so that its row has to stay when it is purged. */
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';

interface Tables extends Database {
  readonly p: Database['products'];
  readonly v: Database['variants'];
}
const eb = expressionBuilder<Tables, 'p' | 'v'>();

/** SQL: whether `variants v` was ever part of an order, a sale or a pricing rule, or units of it are held. */
export const variantIsUsed: Expression<SqlBool> = eb.or(
  [
    eb.selectFrom('order_items as i').select('i.id').whereRef('i.variantId', '=', 'v.id'),
    eb.selectFrom('flash_sale_items as f').select('f.id').whereRef('f.variantId', '=', 'v.id'),
    eb.selectFrom('stock_allocations as a').select('a.id').whereRef('a.variantId', '=', 'v.id'),
    eb
      .selectFrom('pricing_rules as r')
      .select('r.id')
      .where((rule) => rule.or([rule('r.variantId', '=', rule.ref('v.id')), rule('r.productId', '=', rule.ref('v.productId'))])),
    eb
      .selectFrom('holds as h')
      .select('h.id')
      .whereRef('h.variantId', '=', 'v.id')
      .where((hold) => hold.or([hold('h.state', '=', sql.lit('active')), hold('h.orderId', 'is not', null)])),
  ].map((use) => eb.exists(use)),
);

/** SQL: whether `products p` has a variant, or an order or a pricing rule refers to it. */
export const productIsUsed: Expression<SqlBool> = eb.or(
  [
    eb.selectFrom('variants as v').select('v.id').whereRef('v.productId', '=', 'p.id'),
    eb.selectFrom('order_items as i').select('i.id').whereRef('i.productId', '=', 'p.id'),
    eb.selectFrom('pricing_rules as r').select('r.id').whereRef('r.productId', '=', 'p.id'),
  ].map((use) => eb.exists(use)),
);
