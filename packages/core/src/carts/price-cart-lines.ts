import type { AppliedRule, CartItemId, ProductId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, notFound, type Actor, type Reader } from '../kernel/index.ts';
import { findRulesFor, priceLine } from '../pricing/index.ts';

export interface PricedLine {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly quantity: number;
  readonly baseUnitPriceCents: number;
  readonly unitPriceCents: number;
  readonly appliedRules: AppliedRule[];
}

/** A variant that is on sale now, and what a cart has of it already. */
export interface Offer {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly priceCents: number;
  readonly currency: string;
  readonly inCart: number;
}

/** What is on sale of the named variants, or of the variant of one line of the cart, with what the cart has of it: one statement. */
export const findOffers = async (
  { db }: Pick<Reader, 'db'>,
  cartId: string | null,
  of: { readonly variantIds: readonly string[] } | { readonly itemId: CartItemId },
): Promise<Map<string, Offer>> => {
  const { rows } = await sql<Offer>`
    select v.id as "variantId", v.product_id as "productId", v.price_cents as "priceCents", p.currency, coalesce(i.quantity, 0) as "inCart"
    from variants v join products p on p.id = v.product_id left join cart_items i on i.cart_id = ${cartId} and i.variant_id = v.id
    where ${'itemId' in of ? sql`i.id = ${of.itemId}` : sql`v.id = any(${of.variantIds}::uuid[])`} and p.status = 'active' and p.deleted_at is null`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.variantId, row]));
};

/**
 * What offers cost this actor in these quantities, under the rules of this moment: one statement,
 * however many lines and rules. Throws `CURRENCY_MISMATCH` for a variant priced in another currency.
 */
export const priceOffers = async (
  reader: Pick<Reader, 'db'>,
  actor: Actor,
  cartCurrency: string,
  wanted: readonly { readonly offer: Offer; readonly quantity: number }[],
): Promise<PricedLine[]> => {
  const rules = await findRulesFor(
    reader,
    wanted.map((w) => w.offer),
  );
  return wanted.map(({ offer: { variantId, productId, priceCents, currency }, quantity }) => {
    if (currency !== cartCurrency)
      throw new DomainError('CURRENCY_MISMATCH', `This variant is sold in ${currency}, the cart is in ${cartCurrency}.`, {
        details: { variantId },
      });
    const context = { quantity, signedIn: actor.kind === 'user', customerGroup: actor.kind === 'user' ? actor.customerGroup : null };
    const price = priceLine(priceCents, rules.get(variantId) ?? [], context);
    return { variantId, productId, quantity, baseUnitPriceCents: priceCents, ...price };
  });
};

/** The offer of a variant. Throws `NOT_FOUND` when it is not on sale. */
export const offerOf = (offers: ReadonlyMap<string, Offer>, variantId: string): Offer => {
  const offer = offers.get(variantId);
  if (!offer) throw notFound('This variant');
  return offer;
};

/**
 * What each variant costs this actor in these quantities right now: two statements, however many lines.
 * Throws `NOT_FOUND` for a variant that is not on sale and `CURRENCY_MISMATCH` for one priced in another currency.
 */
export const priceCartLines = async (
  reader: Pick<Reader, 'db'>,
  actor: Actor,
  cartCurrency: string,
  wanted: readonly { readonly variantId: string; readonly quantity: number }[],
): Promise<PricedLine[]> => {
  const offers = await findOffers(reader, null, { variantIds: wanted.map((w) => w.variantId) });
  const lines = wanted.map(({ variantId, quantity }) => ({ offer: offerOf(offers, variantId), quantity }));
  return priceOffers(reader, actor, cartCurrency, lines);
};
