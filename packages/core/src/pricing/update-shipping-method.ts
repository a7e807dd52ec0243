import type { ShippingMethod, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing, assertVersion } from './pricing.changes.ts';
import { lockShippingMethod } from './pricing.locks.ts';
import { withRegionCodes } from './region.policy.ts';
import { assertSensibleBands } from './shipping-method.policy.ts';
import { getShippingMethod } from './shipping-method.queries.ts';
import { changeShippingMethod } from './shipping-method.store.ts';

type C = ShopContract['shipping'];

/** Replaces a method. Throws `VERSION_MISMATCH` when somebody else changed it first, `INVALID_INPUT` for an unknown region. */
export const updateShippingMethod = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<ShippingMethod> => {
  requireScope(actor, 'pricing:write');
  assertSensibleBands(input);
  return transact(core, async (tx) => {
    const { id, version } = input;
    assertVersion('shipping method', await lockShippingMethod(tx, id), version);
    const { regions } = await getShippingMethod(tx, id);
    await changeShippingMethod(tx, { id, version }, withRegionCodes(input, regions));
    announcePricing(tx, id);
    return getShippingMethod(tx, id);
  });
};
