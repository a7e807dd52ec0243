/** Lines of carts as their buyers saw them, each with its current offer. */
import type { CartId, CartItemId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Reader } from '../kernel/index.ts';
import { goodsColumns, onSale, type Goods } from '../pricing/index.ts';
import { lineColumns, lineSources, type CartLine } from './cart.queries.ts';

export interface OfferedLine extends CartLine, Omit<Goods, keyof CartLine> {
  readonly cartId: CartId;
  /** Whether it can still be bought. */
  readonly onSale: boolean;
}
/** A line of a cart, or one about to be added, which has no id yet. */
export interface WantedLine extends Omit<OfferedLine, 'id' | 'quantity'> {
  readonly id: CartItemId | null;
  readonly quantity: number | null;
}

const read = async <T extends { readonly cartId: CartId }>(
  { db }: Pick<Reader, 'db'>,
  sources: RawBuilder<unknown>,
  cartId: RawBuilder<unknown>,
): Promise<Map<CartId, T[]>> => {
  const { rows } = await sql<T>`
    select ${cartId} as "cartId", ${lineColumns}, ${goodsColumns(sql`k.currency`, sql`k.id`)}, ${onSale} as "onSale"
    from ${sources} join carts k on k.id = ${cartId} cross join store_settings s order by i.created_at, i.id`.execute(db);
  return Map.groupBy(rows, (row) => row.cartId);
};

/** The lines of some carts, cart by cart in the order in which they were added: one statement. */
export const readOfferedLines = (reader: Pick<Reader, 'db'>, cartIds: readonly CartId[]): Promise<Map<CartId, OfferedLine[]>> =>
  read(reader, sql`(select * from cart_items where cart_id = any(${cartIds}::uuid[])) i ${lineSources}`, sql`i.cart_id`);

/** `readOfferedLines` including the variants to be added, which come last, in one statement. */
export const readWantedLines = (
  reader: Pick<Reader, 'db'>,
  cartIds: readonly CartId[],
  added: readonly { readonly cartId: CartId; readonly variantId: VariantId }[],
): Promise<Map<CartId, WantedLine[]>> => {
  const all = sql`(
    select cart_id, variant_id from cart_items where cart_id = any(${cartIds}::uuid[])
    union select * from unnest(${added.map((w) => w.cartId)}::uuid[], ${added.map((w) => w.variantId)}::uuid[])) w`;
  return read(
    reader,
    sql`${all} join variants v on v.id = w.variant_id join products p on p.id = v.product_id
    left join cart_items i on i.cart_id = w.cart_id and i.variant_id = w.variant_id
    left join holds h on h.cart_id = w.cart_id and h.variant_id = w.variant_id and h.state = 'active' and h.expires_at > now()`,
    sql`w.cart_id`,
  );
};
