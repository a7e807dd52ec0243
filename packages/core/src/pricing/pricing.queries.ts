/** What prices are made of, read in one statement each, whatever the number of lines. */
import { currency as currencySchema, type PricingRule, type ProductId, type VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';
import type { RuleForPricing } from './price-line.ts';

export interface StoreTerms {
  readonly currency: string;
  readonly taxIncluded: boolean;
  readonly taxBasisPoints: number;
  readonly shipping: { readonly priceCents: number; readonly freeFromCents: number | null } | null;
}

/** Store currency, tax and shipping for a country; without a country, or for one that has none set up, both are nil. */
export const getStoreTerms = async (
  { db }: Pick<Reader, 'db'>,
  country: string | null,
  cartCurrency: string | null,
): Promise<StoreTerms> => {
  const { rows } = await sql<{
    currency: string;
    taxIncluded: boolean;
    basisPoints: number | null;
    priceCents: number | null;
    freeFromCents: number | null;
  }>`
    select s.currency, s.prices_include_tax as "taxIncluded", t.basis_points as "basisPoints", r.price_cents as "priceCents", r.free_from_cents as "freeFromCents"
    from store_settings s
    left join tax_rates t on t.country_code = ${country}
    left join shipping_rates r on r.country_code = ${country} and r.currency = coalesce(${cartCurrency}, s.currency)`.execute(db);
  const row = rows[0];
  if (!row) throw new Error('The store settings row is missing');
  return {
    currency: currencySchema.parse(row.currency),
    taxIncluded: row.taxIncluded,
    taxBasisPoints: row.basisPoints ?? 0,
    shipping: row.priceCents === null ? null : { priceCents: row.priceCents, freeFromCents: row.freeFromCents },
  };
};

/** The rules in force at this moment that may touch one of the variants, by variant. */
export const findRulesFor = async (
  { db }: Pick<Reader, 'db'>,
  variants: readonly { readonly variantId: VariantId; readonly productId: ProductId }[],
): Promise<Map<VariantId, RuleForPricing[]>> => {
  const byVariant = new Map<VariantId, RuleForPricing[]>(variants.map((v) => [v.variantId, []]));
  if (variants.length === 0) return byVariant;
  const { rows } = await sql<RuleForPricing & { variantId: VariantId | null; productId: ProductId | null }>`
    select id, name, effect, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", min_quantity as "minQuantity",
           audience, customer_group as "customerGroup", priority, stackable, variant_id as "variantId", product_id as "productId"
    from pricing_rules
    where active and (starts_at is null or starts_at <= now()) and (ends_at is null or ends_at > now())
      and (variant_id = any(${variants.map((v) => v.variantId)}::uuid[])
           or product_id = any(${variants.map((v) => v.productId)}::uuid[])
           or (variant_id is null and product_id is null))`.execute(db);
  for (const { variantId, productId, ...rule } of rows)
    for (const v of variants)
      if (variantId === v.variantId || productId === v.productId || (variantId === null && productId === null))
        byVariant.get(v.variantId)?.push(rule);
  return byVariant;
};

export interface PromoTerms {
  readonly id: string;
  readonly code: string;
  readonly percentBasisPoints: number | null;
  readonly amountCents: number | null;
}

/** A promo code that can be used now in this currency; null when it does not exist, has ended or is used up. */
export const findUsablePromo = async ({ db }: Pick<Reader, 'db'>, code: string, cartCurrency: string): Promise<PromoTerms | null> => {
  const { rows } = await sql<PromoTerms>`
    select id, code, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents" from promo_codes
    where code = upper(${code}) and active and (starts_at is null or starts_at <= now()) and (ends_at is null or ends_at > now())
      and (usage_limit is null or used_count < usage_limit) and (currency is null or currency = ${cartCurrency})`.execute(db);
  return rows[0] ?? null;
};

type RuleRow = Omit<PricingRule, 'createdAt' | 'startsAt' | 'endsAt'> & { createdAt: Date; startsAt: Date | null; endsAt: Date | null };

export const ruleColumns = sql`id, name, effect, percent_basis_points as "percentBasisPoints", amount_cents as "amountCents", variant_id as "variantId",
  product_id as "productId", min_quantity as "minQuantity", audience, customer_group as "customerGroup", starts_at as "startsAt", ends_at as "endsAt",
  priority, stackable, active, created_at as "createdAt"`;

/** Row -> contract shape. */
export const toPricingRule = (row: RuleRow): PricingRule => ({
  ...row,
  startsAt: row.startsAt?.toISOString() ?? null,
  endsAt: row.endsAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
});
export type { RuleRow };
