/** Lines of carts as their buyers saw them, each with what it is offered for now. */
import type { CartId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';
import { goodsColumns, type Goods } from '../pricing/index.ts';
import { lineColumns, lineSources, type CartLine } from './cart.queries.ts';

export interface OfferedLine extends CartLine, Omit<Goods, keyof CartLine> {
  readonly cartId: CartId;
  /** Whether it can still be bought at all. */
  readonly onSale: boolean;
}

/** The lines of some carts, cart by cart in the order in which they were added: one statement. */
export const readOfferedLines = async ({ db }: Pick<Reader, 'db'>, cartIds: readonly CartId[]): Promise<Map<CartId, OfferedLine[]>> => {
  const { rows } = await sql<OfferedLine>`
    select i.cart_id as "cartId", ${lineColumns}, ${goodsColumns(sql`k.currency`, sql`k.id`)}, p.status = 'active' and p.deleted_at is null as "onSale"
    from ${lineSources} join carts k on k.id = i.cart_id cross join store_settings s
    where i.cart_id = any(${cartIds}::uuid[]) order by i.created_at, i.id`.execute(db);
  return Map.groupBy(rows, (row) => row.cartId);
};
