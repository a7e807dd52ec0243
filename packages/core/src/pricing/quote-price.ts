import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, type Actor, type Core } from '../kernel/index.ts';
import { priceVariants } from './price-goods.ts';
import { buyerOf } from './rule.queries.ts';

type Quote = ShopContract['pricing']['quote'];

/**
 * What a variant costs this actor for a quantity, in the product's currency unless told. Throws
 * `NOT_FOUND` for what is not on sale and `CURRENCY_MISMATCH` where it has no price in the currency.
 */
export const quotePrice = async (core: Core, actor: Actor, input: z.output<Quote['input']>): Promise<z.output<Quote['output']>> => {
  const { variantId, quantity } = input;
  const currency = input.currency ?? (await currencyOf(core, variantId));
  const codes = input.code ? [input.code.toUpperCase()] : [];
  const { lines } = await priceVariants(core, { currency, buyer: buyerOf(actor), codes }, [{ variantId, quantity }]);
  const [line] = lines;
  if (!line) throw notFound('This variant');
  const { baseUnitPriceCents, unitPriceCents, appliedRules, lostRules } = line;
  return {
    variantId,
    quantity,
    currency,
    baseUnitPriceCents,
    unitPriceCents,
    totalCents: unitPriceCents * quantity,
    appliedRules,
    lostRules,
  };
};

const currencyOf = async ({ db }: Core, variantId: string): Promise<string> => {
  const { rows } = await sql<{ currency: string }>`
    select p.currency from variants v join products p on p.id = v.product_id where v.id = ${variantId}`.execute(db);
  if (!rows[0]) throw notFound('This variant');
  return rows[0].currency;
};
