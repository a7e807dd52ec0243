/** A cart as its owner sees it, in a few statements whatever the number of lines. */
import { addressSchema } from '@cartwright/contracts';
import type { AppliedRule, Cart, CartId, CartItem, CartItemId, ProductId, ShopContract, UserId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { createFieldReader, requireUser, type Actor, type Core, type Reader } from '../kernel/index.ts';
import {
  findUsablePromo,
  getStoreTerms,
  scopeColumns,
  totalCart,
  type CartTotals,
  type RuleFacts,
  type StoreTerms,
  type TotalLine,
} from '../pricing/index.ts';
import { coverOf } from '../store-credit/index.ts';
import { getCartRow, type CartRow } from './cart.locks.ts';

export interface CartLine extends TotalLine {
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
  readonly categoryIds: readonly string[];
  readonly collectionIds: readonly string[];
  readonly repriced: boolean;
  readonly taxClass: string;
  readonly weightGrams: number;
}

/** SQL: the columns of a cart line beside `scopeColumns`, for `cart_items i`, its variant, product and hold. */
export const lineColumns = sql`i.id, v.sku, i.applied_rules <> '[]' as repriced, p.name as "productName", v.title as "variantTitle",
  (select url from product_images g where g.product_id = p.id order by position limit 1) as "imageUrl",
  i.quantity, i.base_unit_price_cents as "baseUnitPriceCents", i.unit_price_cents as "unitPriceCents", i.applied_rules as "appliedRules", h.expires_at as "reservedUntil"`;

/** SQL: joins `cart_items i` with its variant, its product and its hold. */
export const lineSources = sql`join variants v on v.id = i.variant_id join products p on p.id = v.product_id
  left join holds h on h.cart_id = i.cart_id and h.variant_id = i.variant_id and h.state = 'active' and h.expires_at > now()`;

/** The lines of a cart in the order in which they were added, with the end of their hold. */
export const readCartLines = async ({ db }: Pick<Reader, 'db'>, cartId: string): Promise<CartLine[]> => {
  const { rows } = await sql<CartLine>`
    select ${lineColumns}, ${scopeColumns}, p.tax_class as "taxClass", coalesce(v.weight_grams, 0) as "weightGrams"
    from cart_items i ${lineSources} where i.cart_id = ${cartId} order by i.created_at, i.id`.execute(db);
  return rows;
};

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
  const items = lines.map(({ categoryIds: _c, collectionIds: _s, repriced: _r, taxClass: _t, weightGrams: _w, ...line }): CartItem => ({
    ...line,
    lineTotalCents: line.unitPriceCents * line.quantity,
    reservedUntil: line.reservedUntil?.toISOString() ?? null,
  }));
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

export interface CartSums extends CartTotals {
  /** Database time of the totals, in milliseconds since 1970. */
  readonly at: number;
  readonly taxBasisPoints: number;
  /** How far the total may have changed since the buyer saw it without a new confirmation. */
  readonly priceDriftBasisPoints: number;
  /** The store's own payment window, if set. */
  readonly paymentWindowMinutes: number | null;
  /** The store's own time for another attempt after a decline, if set. */
  readonly paymentRetryMinutes: number | null;
}

/** The totals of a cart at the stored prices, for its own or another address. */
export const totalCartRow = async (
  reader: Pick<Reader, 'db'>,
  cart: Pick<CartRow, 'userId' | 'customerGroup' | 'currency' | 'countryCode' | 'region' | 'shippingMethodId' | 'promoCode'>,
  lines: readonly (TotalLine & Pick<CartLine, 'variantId' | 'productId' | 'categoryIds' | 'collectionIds'>)[],
): Promise<CartSums> => {
  const { region, shippingMethodId } = cart;
  const terms = await getStoreTerms(reader, cart.countryCode, cart.currency, { region, shippingMethodId, lines });
  return sumCart(cart, lines, terms, cart.promoCode ? await findUsablePromo(reader, cart.promoCode, cart.currency) : null);
};

/** The totals of a cart under terms that are already read. */
export const sumCart = (
  cart: Pick<CartRow, 'userId' | 'customerGroup'>,
  lines: readonly TotalLine[],
  terms: StoreTerms,
  promo: RuleFacts | null,
): CartSums => {
  const { at, taxBasisPoints, paymentWindowMinutes, paymentRetryMinutes, priceDriftBasisPoints } = terms;
  const buyer = { signedIn: cart.userId !== null, customerGroup: cart.customerGroup };
  const totals = totalCart({ lines, promo, buyer, ...terms });
  return { ...totals, at, taxBasisPoints, priceDriftBasisPoints, paymentWindowMinutes, paymentRetryMinutes };
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

/** SQL: whether nobody has changed the cart `c`, which has lines, for some hours, and it is not announced as abandoned yet. */
export const isAbandoned = (hours: number): RawBuilder<boolean> =>
  sql`c.status = 'active' and c.abandoned_at is null and c.updated_at < now() - make_interval(hours => ${hours})
    and exists (select 1 from cart_items i where i.cart_id = c.id)`;

/** A cart of this actor. Throws `NOT_FOUND`. */
export const getCart = async (core: Core, actor: Actor, input: z.output<ShopContract['carts']['get']['input']>): Promise<Cart> =>
  toCart(core, await getCartRow(core, input.cartId, actor));

/** The cart that a customer changed last; null without one. */
export const getMyCart = async (core: Core, actor: Actor): Promise<{ cart: Cart | null }> => {
  const { userId } = requireUser(actor);
  const id = await findCartOfUser(core, userId);
  return { cart: id ? await getCart(core, actor, { cartId: id }) : null };
};

/** The id of the open cart that an account changed last. */
export const findCartOfUser = async ({ db }: Pick<Reader, 'db'>, userId: UserId): Promise<CartId | null> => {
  const { rows } = await sql<{ id: CartId }>`
    select id from carts where user_id = ${userId} and status = 'active' order by updated_at desc, id desc limit 1`.execute(db);
  return rows[0]?.id ?? null;
};
