/** Past prices of variants, and the lowest of the last 30 days. */
import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { hasScope, notFound, requireScope, type Actor, type Core } from '../kernel/index.ts';
import { lowestPriceDays } from '../read-models/lowest-prices.ts';
import { readPriceHistory, readVariantPrices } from '../read-models/price-history.ts';

type C = ShopContract['priceLists'];

/**
 * The lowest own price of each variant within 30 days, the one in force when they began included; and within the 30 days before the present
 * one. Throws `NOT_FOUND`.
 */
export const getLowestPrices = async (
  core: Core,
  actor: Actor,
  { id }: z.output<C['lowestPrices']['input']>,
): Promise<z.output<C['lowestPrices']['output']>> => {
  const variants = await readVariantPrices(core, id, hasScope(actor, 'catalog:read') ? 'any product' : 'on sale');
  if (variants.length === 0) throw notFound('This product', id);
  return { days: lowestPriceDays, variants };
};

/** Changes of the last days, oldest first, with the price in force when they began. Throws `NOT_FOUND`. */
export const getPriceHistory = async (
  core: Core,
  actor: Actor,
  { id, days }: z.output<C['history']['input']>,
): Promise<z.output<C['history']['output']>> => {
  requireScope(actor, 'pricing:read');
  const variants = await readPriceHistory(core, id, days);
  if (variants.length === 0) throw notFound('This product', id);
  return { variants };
};
