import type { Currency, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, type Actor, type Core } from '../kernel/index.ts';
import { findVariantOfProduct, readVariantNames } from '../read-models/variant-names.ts';
import type { Buyer } from './engine/engine.facts.ts';
import { priceVariants } from './price-goods.ts';
import { findUsablePromo } from './promo-code.queries.ts';
import { buyerOf } from './rule.queries.ts';

type Quote = ShopContract['pricing']['quote'];

/**
 * The price of a variant for this actor and a quantity, by default in the product's currency. Throws
 * `NOT_FOUND` for a variant that is not on sale and `CURRENCY_MISMATCH` when it has no price in the currency.
 */
export const quotePrice = (core: Core, actor: Actor, input: z.output<Quote['input']>): Promise<z.output<Quote['output']>> =>
  quoteFor(core, buyerOf(actor), input);

const quoteFor = async (core: Core, buyer: Buyer, input: z.output<Quote['input']>): Promise<z.output<Quote['output']>> => {
  const { variantId, quantity } = input;
  const currency = input.currency ?? (await currencyOf(core, variantId));
  // A code that a cart would refuse applies no rules here either.
  const promo = input.code ? await findUsablePromo(core, input.code, currency) : null;
  const codes = promo ? [promo.code] : [];
  const { lines } = await priceVariants(core, { currency, buyer, codes }, [{ variantId, quantity }]);
  const [line] = lines;
  if (!line) throw notFound('This variant', variantId);
  const { baseUnitPriceCents, unitPriceCents, appliedRules, unappliedRules } = line;
  return {
    variantId,
    quantity,
    currency,
    baseUnitPriceCents,
    unitPriceCents,
    totalCents: unitPriceCents * quantity,
    appliedRules,
    unappliedRules,
  };
};

/**
 * The price of a product: of its first variant unless one is named. `userTier` prices for a group that is not
 * the actor's own, which requires `pricing:read`. Throws as `quotePrice`.
 */
export const quoteProductPrice = async (
  core: Core,
  actor: Actor,
  input: z.output<ShopContract['pricing']['effectivePrice']['input']>,
): Promise<z.output<Quote['output']>> => {
  const { id, userTier, ...rest } = input;
  if (userTier !== undefined) requireScope(actor, 'pricing:read');
  const variant = await findVariantOfProduct(core, id, rest.variantId ?? null);
  if (!variant) throw notFound('This product', rest.variantId ?? id);
  const buyer = userTier === undefined ? buyerOf(actor) : { signedIn: true, customerGroup: userTier };
  return quoteFor(core, buyer, { ...rest, variantId: variant.id });
};

const currencyOf = async (core: Core, variantId: string): Promise<Currency> => {
  const [variant] = await readVariantNames(core, [variantId]);
  if (!variant) throw notFound('This variant', variantId);
  return variant.currency;
};
