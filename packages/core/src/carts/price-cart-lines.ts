import type { AppliedRule, ProductId, VariantId } from '@cartwright/contracts';
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
  const { rows } = await sql<{ variantId: VariantId; productId: ProductId; priceCents: number; currency: string }>`
    select v.id as "variantId", v.product_id as "productId", v.price_cents as "priceCents", p.currency
    from variants v join products p on p.id = v.product_id
    where v.id = any(${wanted.map((w) => w.variantId)}::uuid[]) and p.status = 'active' and p.deleted_at is null`.execute(reader.db);
  const onSale = new Map(rows.map((row) => [row.variantId as string, row]));
  const rules = await findRulesFor(reader, rows);
  return wanted.map(({ variantId, quantity }) => {
    const variant = onSale.get(variantId);
    if (!variant) throw notFound('This variant');
    if (variant.currency !== cartCurrency)
      throw new DomainError('CURRENCY_MISMATCH', `This variant is sold in ${variant.currency}, the cart is in ${cartCurrency}.`, {
        details: { variantId },
      });
    const context = { quantity, signedIn: actor.kind === 'user', customerGroup: actor.kind === 'user' ? actor.customerGroup : null };
    return {
      variantId: variant.variantId,
      productId: variant.productId,
      quantity,
      baseUnitPriceCents: variant.priceCents,
      ...priceLine(variant.priceCents, rules.get(variant.variantId) ?? [], context),
    };
  });
};
