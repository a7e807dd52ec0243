import type { Cart, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, transact, type Actor, type Core } from '../kernel/index.ts';
import { storedRegion } from '../places/index.ts';
import { assertGivenRegion, whyNotShipped } from '../pricing/index.ts';
import { lockOpenCart } from './cart.locks.ts';
import { describeCart, readCartLines, totalCartRow } from './cart.queries.ts';
import { setCartDestination } from './cart.store.ts';

type Input = z.output<ShopContract['carts']['setShipping']['input']>;

/**
 * Sets the destination and the shipping method of a cart. Throws `SHIPPING_UNAVAILABLE` for a method that does not
 * deliver this cart there, and `REGION_REQUIRED`.
 */
export const setCartShipping = (core: Core, actor: Actor, input: Input): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    const { countryCode, shippingMethodId = null } = input;
    const moved = { ...cart, countryCode, region: storedRegion(countryCode, input.region), shippingMethodId };
    const lines = await readCartLines(tx, cart.id);
    const sums = await totalCartRow(tx, moved, lines);
    assertGivenRegion(sums.unknownRegion);
    const { shippingOptions, unknownWeights } = sums;
    if (shippingMethodId !== null && !shippingOptions.some((option) => option.methodId === shippingMethodId))
      throw new DomainError(
        'SHIPPING_UNAVAILABLE',
        whyNotShipped({ unknownWeights }, lines, 'This shipping method does not deliver this cart to this address.'),
        { details: { options: shippingOptions, unknownWeights } },
      );
    return describeCart(tx, { ...moved, ...(await setCartDestination(tx, moved)) }, lines, sums);
  });
