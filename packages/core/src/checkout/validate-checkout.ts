import { formatMoney, type CheckoutProblem, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { assertOpen, getCartRow, promotionsOf, type CartRow } from '../carts/index.ts';
import type { Actor, Core } from '../kernel/index.ts';
import { coverOf, planCredits } from '../store-credit/index.ts';
import { findShortages } from './find-shortages.ts';
import { priceCart, type PricedCart, type ShipTo } from './price-carts.ts';

type C = ShopContract['checkout'];

interface Checked extends Omit<PricedCart, 'problems'> {
  readonly cart: CartRow;
  readonly problems: CheckoutProblem[];
}

const check = async (core: Core, actor: Actor, { cartId, ...asked }: ShipTo & { cartId: string }): Promise<Checked> => {
  const cart = await getCartRow(core, cartId, actor);
  await assertOpen(core, cart);
  // The region of the cart belongs to its own country.
  const shipTo = asked.countryCode ? { region: null, ...asked } : asked;
  const { problems, ...priced } = await priceCart(core, actor, cart, shipTo);
  // Lines that are no longer sold are already listed.
  const gone = new Set(problems.filter((p) => p.code === 'NOT_FOUND').map((p) => p.itemId));
  const sold = priced.lines.filter((line) => !gone.has(line.id));
  const [shortages = []] = await findShortages(core, [{ id: cart.id, lines: sold }]);
  return { cart, ...priced, problems: [...problems, ...shortages, ...shrunkCredits(cart, priced.sums.totals.totalCents)] };
};

const nameOf = (lastFour: string | null): string =>
  lastFour === null ? 'The store credit of the account' : `The gift card ending in ${lastFour}`;

/** Gift cards whose balance has dropped since they were applied to this cart. */
const shrunkCredits = ({ credits, currency }: CartRow, totalCents: number): CheckoutProblem[] =>
  planCredits(totalCents, credits).flatMap(({ credit: { leftCents, lastFour }, cents }): CheckoutProblem[] =>
    leftCents < cents
      ? [
          {
            itemId: null,
            code: 'INSUFFICIENT_CREDIT',
            message: `${nameOf(lastFour)} now has only ${formatMoney(leftCents, currency)} left. Apply it again to pay with what is left.`,
            leftCents,
          },
        ]
      : [],
  );

/**
 * Whether a cart can be ordered now, and if not, why, line by line. Changes nothing. Throws `NOT_FOUND`, `CART_ALREADY_ORDERED` and
 * `CART_MERGED`.
 */
export const validateCheckout = async (
  core: Core,
  actor: Actor,
  input: z.output<C['validate']['input']>,
): Promise<z.output<C['validate']['output']>> => {
  const { cart, problems, sums } = await check(core, actor, input);
  return { ready: problems.length === 0, problems, totals: sums.totals, ...coverOf(sums.totals.totalCents, cart.credits) };
};

/** The cart at the current terms, with everything that the last page before the order shows. Throws `NOT_FOUND`. */
export const summarizeCheckout = async (
  core: Core,
  actor: Actor,
  input: z.output<C['summary']['input']>,
): Promise<z.output<C['summary']['output']>> => {
  const { cart, priced, sums, problems } = await check(core, actor, input);
  const nothing = { lineTotalCents: 0, discountCents: 0, taxCents: 0 };
  return {
    cartId: cart.id,
    cartVersion: cart.version,
    currency: cart.currency,
    ready: problems.length === 0,
    problems,
    items: priced.map(({ variantId, sku, productName, variantTitle, quantity, unitPriceCents }, i) => {
      const { lineTotalCents, discountCents, taxCents } = sums.lines[i] ?? nothing;
      return { variantId, sku, productName, variantTitle, quantity, unitPriceCents, lineTotalCents, discountCents, taxCents };
    }),
    promotions: promotionsOf(sums),
    taxes: sums.taxes,
    shippingOptions: sums.shippingOptions,
    shippingMethodId: sums.shipping?.methodId ?? null,
    totals: sums.totals,
    ...coverOf(sums.totals.totalCents, cart.credits),
  };
};
