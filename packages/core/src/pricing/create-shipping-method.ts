import type { ShippingMethod, ShippingMethodId } from '@cartwright/contracts';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing } from './pricing.changes.ts';
import { withRegionCodes } from './region.policy.ts';
import { assertSensibleBands, type ShippingMethodFields } from './shipping-method.policy.ts';
import { getShippingMethod } from './shipping-method.queries.ts';
import { insertShippingMethod } from './shipping-method.store.ts';

/** Adds a method. Throws `INVALID_PRICE` for invalid bands, `INVALID_INPUT` for an unknown region. */
export const createShippingMethod = (core: Core, actor: Actor, input: ShippingMethodFields): Promise<ShippingMethod> => {
  requireScope(actor, 'pricing:write');
  assertSensibleBands(input);
  return transact(
    core,
    { once: { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => getShippingMethod(tx, subject as ShippingMethodId) } },
    async (tx) => {
      const id = await insertShippingMethod(tx, withRegionCodes(input));
      announcePricing(tx, id);
      return getShippingMethod(tx, id);
    },
  );
};
