import type { CartItemId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Actor, type Reader } from '../kernel/index.ts';
import { buyerOf, goodsColumns, onSale, priceGoods, type Goods, type PricedLine } from '../pricing/index.ts';
import type { CartRow } from './cart.locks.ts';

export type { PricedLine } from '../pricing/index.ts';
type PricedCart = Pick<CartRow, 'id' | 'currency' | 'promoCode'>;

/** A variant that is on sale now, and the units of it already in a cart. */
export interface Offer extends Goods {
  readonly inCart: number;
}

/** The named variants that are on sale, or the variant of one cart line, each with the units in the cart: one statement. */
export const findOffers = async (
  { db }: Pick<Reader, 'db'>,
  cart: PricedCart,
  of: { readonly variantIds: readonly string[] } | { readonly itemId: CartItemId },
): Promise<Map<string, Offer>> => {
  const { rows } = await sql<Offer>`
    select ${goodsColumns(cart.currency, cart.id)}, coalesce(i.quantity, 0) as "inCart"
    from variants v join products p on p.id = v.product_id cross join store_settings s left join cart_items i on i.cart_id = ${cart.id} and i.variant_id = v.id
    where ${'itemId' in of ? sql`i.id = ${of.itemId}` : sql`v.id = any(${of.variantIds}::uuid[])`} and ${onSale}`.execute(db);
  return new Map(rows.map((row) => [row.variantId, row]));
};

/**
 * The current prices of offers for this actor in these quantities, under the present rules and the cart's code: one
 * statement, whatever the number of lines and rules. Throws `CURRENCY_MISMATCH` for a variant without a price in the
 * cart's currency.
 */
export const priceOffers = async (
  reader: Pick<Reader, 'db'>,
  actor: Actor,
  { currency, promoCode }: PricedCart,
  wanted: readonly { readonly offer: Offer; readonly quantity: number }[],
): Promise<PricedLine[]> => {
  const { lines } = await priceGoods(
    reader,
    { currency, buyer: buyerOf(actor), codes: promoCode ? [promoCode] : [] },
    wanted.map(({ offer, quantity }) => ({ goods: offer, quantity })),
  );
  return lines;
};

/** The offer of a variant. Throws `NOT_FOUND` when it is not on sale. */
export const offerOf = (offers: ReadonlyMap<string, Offer>, variantId: string): Offer => {
  const offer = offers.get(variantId);
  if (!offer) throw notFound('This variant');
  return offer;
};
