import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { assertOpen, getCartRow, promotionsOf } from '../carts/index.ts';
import { DomainError, type Actor, type Core } from '../kernel/index.ts';
import { storedRegion } from '../places/index.ts';
import { assertGivenRegion } from '../pricing/index.ts';
import { coverOf } from '../store-credit/index.ts';
import { assertCurrency } from './currency.policy.ts';
import { priceCart } from './price-carts.ts';
import { signPromise, toPromise } from './price-promise.ts';

type C = ShopContract['carts']['quote'];

/**
 * Prices a cart and guarantees the amounts while its units are held. Throws `CART_EMPTY`, `CART_ALREADY_ORDERED` or
 * `CART_MERGED`, `REGION_REQUIRED`, and `CHECKOUT_BLOCKED` for a cart that cannot be ordered at any price.
 */
export const quoteCart = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const cart = await getCartRow(core, input.cartId, actor);
  await assertOpen(core, cart);
  assertCurrency(input.expectedCurrency, cart);
  const to = input.countryCode
    ? { countryCode: input.countryCode, region: storedRegion(input.countryCode, input.region) }
    : { countryCode: cart.countryCode, region: cart.region };
  const shipTo = { ...to, ...(input.shippingMethodId && { shippingMethodId: input.shippingMethodId }) };
  const prepared = await priceCart(core, actor, cart, shipTo);
  assertGivenRegion(prepared.sums.unknownRegion);
  const problems = prepared.problems.filter((p) => p.code !== 'PRICE_CHANGED');
  if (prepared.lines.length === 0) throw new DomainError('CART_EMPTY', 'The cart is empty. Add an item first.');
  if (problems[0]) throw new DomainError('CHECKOUT_BLOCKED', problems[0].message, { details: { problems } });
  const expiresAt = prepared.sums.at + core.config.cartHoldMinutes * 60_000;
  return {
    quote: signPromise(core, toPromise(cart, prepared, to, expiresAt)),
    expiresAt: new Date(expiresAt).toISOString(),
    currency: cart.currency,
    items: prepared.priced.map(({ variantId, quantity, unitPriceCents }, i) => {
      const { lineTotalCents = 0, discountCents = 0, taxCents = 0, taxRatePpm = 0 } = prepared.sums.lines[i] ?? {};
      return { variantId, quantity, unitPriceCents, lineTotalCents, discountCents, taxRatePpm, taxCents };
    }),
    promotions: promotionsOf(prepared.sums),
    shipping: prepared.sums.shipping,
    totals: prepared.sums.totals,
    ...coverOf(prepared.sums.totals.totalCents, cart.credits),
  };
};
