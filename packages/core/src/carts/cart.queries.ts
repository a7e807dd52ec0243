/** A cart as its owner sees it, in a few statements whatever the number of lines. */
import { addressSchema } from '@cartwright/contracts';
import type { AppliedRule, Cart, CartId, CartItem, ShopContract, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { commonTables, createFieldReader, requireUser, type Actor, type Core, type Reader } from '../kernel/index.ts';
import {
  findUsablePromo,
  getShopTerms,
  totalCart,
  type CartTotals,
  type RuleFacts,
  type ShopTerms,
  type TotalLine,
  type UnknownRegion,
} from '../pricing/index.ts';
import { readCartLines as readLines, type CartLineRow } from '../read-models/cart-lines.ts';
import { scopeColumns, type ScopedGoods } from '../read-models/goods.ts';
import { coverOf } from '../store-credit/index.ts';
import { getCartRow, type CartRow } from './cart.row.ts';
import { isAbandoned } from './cart.policy.ts';

/** A line with its product and what rules match by. */
export type CartLine = CartLineRow & ScopedGoods;

/** The lines of a cart in the order in which they were added, with the end of their hold. */
export const readCartLines = (reader: Pick<Reader, 'db'>, cartId: string): Promise<CartLine[]> => readLines(reader, cartId, scopeColumns);

/** The cart with its totals, from a row that is already read or locked. */
export const toCart = async (reader: Pick<Reader, 'db' | 'sealer'>, cart: CartRow): Promise<Cart> => {
  const lines = await readCartLines(reader, cart.id);
  return describeCart(reader, cart, lines, await totalCartRow(reader, cart, lines));
};

/** A cart whose lines and totals are already known. */
export const describeCart = (
  reader: Pick<Reader, 'sealer'>,
  cart: CartRow,
  lines: readonly CartLine[],
  sums: Pick<CartTotals, 'shipping' | 'totals' | 'lines' | 'promotions'>,
): Cart => {
  const items = lines.map(
    ({ categoryIds: _c, collectionIds: _s, repriced: _r, taxClass: _t, weightGrams: _w, unitsThere, ...line }): CartItem => ({
      ...line,
      backorderedQuantity: unitsThere === null ? 0 : Math.max(0, line.quantity - Math.max(0, unitsThere)),
      lineTotalCents: line.unitPriceCents * line.quantity,
      reservedUntil: line.reservedUntil?.toISOString() ?? null,
    }),
  );
  const fields = createFieldReader(reader.sealer);
  return {
    id: cart.id,
    status: cart.status,
    currency: cart.currency,
    countryCode: cart.countryCode,
    region: cart.region,
    shippingMethodId: sums.shipping?.methodId ?? null,
    promoCode: cart.promoCode,
    note: fields.text('note', ['carts', 'note_sealed', cart.id], cart.noteSealed),
    email: fields.text('email', ['carts', 'email_sealed', cart.id], cart.emailSealed),
    shippingAddress: fields.json(
      'shippingAddress',
      ['carts', 'shipping_address_sealed', cart.id],
      cart.shippingAddressSealed,
      addressSchema,
    ),
    unreadable: fields.unreadable,
    items,
    promotions: promotionsOf(sums),
    totals: sums.totals,
    ...coverOf(sums.totals.totalCents, cart.credits),
    version: cart.version,
    createdAt: cart.createdAt.toISOString(),
    updatedAt: cart.updatedAt.toISOString(),
  };
};

/** The totals of a cart, and what they were made from. */
export interface CartSums extends CartTotals {
  /** Database time of the totals, in milliseconds since 1970. */
  readonly at: number;
  /** How far the total may have changed since the buyer saw it without a new confirmation. */
  readonly priceDriftBasisPoints: number;
  /** The shop's own payment window, if set. */
  readonly paymentWindowMinutes: number | null;
  /** The shop's own time for another attempt after a decline, if set. */
  readonly paymentRetryMinutes: number | null;
  /** The region of the destination, if tax or shipping depends on it and it is not known. */
  readonly unknownRegion: UnknownRegion | null;
}

/** The totals of a cart at the stored prices, for its own or another address. */
export const totalCartRow = async (
  reader: Pick<Reader, 'db'>,
  cart: Pick<CartRow, 'userId' | 'customerGroup' | 'currency' | 'countryCode' | 'region' | 'shippingMethodId' | 'promoCode'>,
  lines: readonly (TotalLine & Pick<CartLine, 'variantId' | 'productId' | 'categoryIds' | 'collectionIds'>)[],
): Promise<CartSums> => {
  const { region, shippingMethodId } = cart;
  const terms = await getShopTerms(reader, cart.countryCode, cart.currency, { region, shippingMethodId, lines });
  return sumCart(cart, lines, terms, cart.promoCode ? await findUsablePromo(reader, cart.promoCode, cart.currency) : null);
};

/** The totals of a cart under terms that are already read. */
export const sumCart = (
  cart: Pick<CartRow, 'userId' | 'customerGroup'>,
  lines: readonly TotalLine[],
  terms: ShopTerms,
  promo: RuleFacts | null,
): CartSums => {
  const { at, paymentWindowMinutes, paymentRetryMinutes, priceDriftBasisPoints, unknownRegion } = terms;
  const buyer = { signedIn: cart.userId !== null, customerGroup: cart.customerGroup };
  const totals = totalCart({ lines, promo, buyer, ...terms });
  return { ...totals, at, priceDriftBasisPoints, paymentWindowMinutes, paymentRetryMinutes, unknownRegion };
};

/** Every offer and promotion once, with the total that it took off the cart. */
export const promotionsOf = (sums: Pick<CartTotals, 'lines' | 'promotions'>): AppliedRule[] => {
  const offers = Map.groupBy(
    sums.lines.flatMap((line) => line.offers),
    (offer) => offer.ruleId,
  );
  const summed = [...offers.values()].flatMap((list) =>
    list.slice(0, 1).map((first) => ({ ...first, amountCents: list.reduce((n, offer) => n + offer.amountCents, 0) })),
  );
  return [...summed, ...sums.promotions];
};

/** A cart of this actor. Throws `NOT_FOUND`. */
export const getCart = async (core: Core, actor: Actor, input: z.output<ShopContract['carts']['get']['input']>): Promise<Cart> =>
  toCart(core, await getCartRow(core, input.cartId, actor));

/** The cart that a customer changed last; null without one. */
export const getMyCart = async (core: Core, actor: Actor): Promise<{ cart: Cart | null }> => {
  const { userId } = requireUser(actor);
  const id = await findCartOfUser(core, userId);
  return { cart: id ? await getCart(core, actor, { cartId: id }) : null };
};

/** Whether a cart has a line. */
export const hasLines = async ({ db }: Pick<Reader, 'db'>, cartId: CartId): Promise<boolean> =>
  (await db.selectFrom('cart_items').select('id').where('cartId', '=', cartId).limit(sql.lit(1)).executeTakeFirst()) !== undefined;

/** The id of the open cart that an account changed last. */
export const findCartOfUser = async ({ db }: Pick<Reader, 'db'>, userId: UserId): Promise<CartId | null> => {
  const row = await db
    .selectFrom('carts')
    .select('id')
    .where('userId', '=', userId)
    .where('status', '=', sql.lit('active'))
    .orderBy('updatedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(sql.lit(1))
    .$narrowType<{ id: CartId }>()
    .executeTakeFirst();
  return row?.id ?? null;
};

/**
 * Up to `limit` ids above `after`, in ascending order, of carts that are to be announced as abandoned. Of more than `most` such carts, the
 * ones left first.
 */
export const findAbandonedCarts = async (
  { db }: Pick<Reader, 'db'>,
  {
    afterHours,
    most,
    after,
    limit,
  }: { readonly afterHours: number; readonly most: number; readonly after: CartId; readonly limit: number },
): Promise<CartId[]> => {
  const rows = await commonTables(db)
    // Due carts are collected by time first: ordered by id, PostgreSQL would scan all carts.
    .with(
      (cte) => cte('due').materialized(),
      (cte) => cte.selectFrom('carts as c').select('c.id').where(isAbandoned(afterHours)).orderBy('c.updatedAt').limit(most),
    )
    .selectFrom('due')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .$narrowType<{ id: CartId }>()
    .execute();
  return rows.map(({ id }) => id);
};
