import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { assertOpen, getCartRow, readCartLines, totalCartRow } from '../carts/index.ts';
import type { Actor, Core } from '../kernel/index.ts';
import { assertGivenRegion } from '../pricing/index.ts';

type C = ShopContract['checkout']['shippingOptions'];

/** The shipping methods for a cart to its own or another address, cheapest first. Throws `REGION_REQUIRED`. */
export const listShippingOptions = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const cart = await getCartRow(core, input.cartId, actor);
  await assertOpen(core, cart);
  const to = input.countryCode ? { countryCode: input.countryCode, region: input.region ?? null } : {};
  const sums = await totalCartRow(core, { ...cart, ...to, shippingMethodId: null }, await readCartLines(core, cart.id));
  assertGivenRegion(sums.unknownRegion);
  const { shippingOptions: options, shippingUnavailable, unknownWeights } = sums;
  return { options, shippingUnavailable, unknownWeights };
};
