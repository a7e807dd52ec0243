/** A cart as its owner sees it, in a handful of statements whatever the number of lines. */
import type { AppliedRule, Cart, CartItem, CartItemId, ProductId, ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Actor, Core, Reader } from '../kernel/index.ts';
import { findUsablePromo, getStoreTerms, totalCart } from '../pricing/index.ts';
import { getCartRow, type CartRow } from './cart.locks.ts';

export interface CartLine {
  readonly id: CartItemId;
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly imageUrl: string | null;
  readonly quantity: number;
  readonly baseUnitPriceCents: number;
  readonly unitPriceCents: number;
  readonly appliedRules: AppliedRule[];
  readonly reservedUntil: Date | null;
}

/** The lines of a cart in the order in which they were added, with the end of their hold. */
export const readCartLines = async ({ db }: Pick<Reader, 'db'>, cartId: string): Promise<CartLine[]> => {
  const { rows } = await sql<CartLine>`
    select i.id, i.variant_id as "variantId", v.product_id as "productId", v.sku, p.name as "productName", v.title as "variantTitle",
           (select url from product_images g where g.product_id = p.id order by position limit 1) as "imageUrl",
           i.quantity, i.base_unit_price_cents as "baseUnitPriceCents", i.unit_price_cents as "unitPriceCents", i.applied_rules as "appliedRules",
           h.expires_at as "reservedUntil"
    from cart_items i join variants v on v.id = i.variant_id join products p on p.id = v.product_id
    left join holds h on h.cart_id = i.cart_id and h.variant_id = i.variant_id and h.state = 'active' and h.expires_at > now()
    where i.cart_id = ${cartId} order by i.created_at, i.id`.execute(db);
  return rows;
};

/** The cart with its sums, from a row that is already read or locked. */
export const toCart = async (reader: Pick<Reader, 'db'>, cart: CartRow): Promise<Cart> => {
  const lines = await readCartLines(reader, cart.id);
  const terms = await getStoreTerms(reader, cart.countryCode, cart.currency);
  const promo = cart.promoCode ? await findUsablePromo(reader, cart.promoCode, cart.currency) : null;
  const { totals } = totalCart({ lines, promo, ...terms });
  const items = lines.map((line): CartItem => ({
    ...line,
    lineTotalCents: line.unitPriceCents * line.quantity,
    reservedUntil: line.reservedUntil?.toISOString() ?? null,
  }));
  return {
    id: cart.id,
    status: cart.status,
    currency: cart.currency,
    countryCode: cart.countryCode,
    promoCode: cart.promoCode,
    items,
    totals,
    version: cart.version,
    createdAt: cart.createdAt.toISOString(),
    updatedAt: cart.updatedAt.toISOString(),
  };
};

/** A cart of this actor. Throws `NOT_FOUND`. */
export const getCart = async (core: Core, actor: Actor, input: z.output<ShopContract['carts']['get']['input']>): Promise<Cart> =>
  toCart(core, await getCartRow(core, input.cartId, actor));
