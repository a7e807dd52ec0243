import type { ShippingMethod, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing, assertVersion } from './pricing.changes.ts';
import { lockShippingMethod } from './pricing.locks.ts';
import { assertSensibleBands } from './shipping-method.policy.ts';
import { getShippingMethod } from './shipping-method.queries.ts';
import { toShippingMethodRow, writeBands } from './shipping-method.store.ts';

type C = ShopContract['shipping'];

/** Replaces a method. Throws `VERSION_MISMATCH` when somebody else changed it first. */
export const updateShippingMethod = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<ShippingMethod> => {
  requireScope(actor, 'pricing:write');
  assertSensibleBands(input);
  return transact(core, async (tx) => {
    const { id, version } = input;
    assertVersion('shipping method', await lockShippingMethod(tx, id), version);
    await tx.db
      .updateTable('shipping_methods')
      .set({ ...toShippingMethodRow(input), version: version + 1, updated_at: sql`now()` })
      .where('id', '=', id)
      .execute();
    await writeBands(tx, id, input);
    announcePricing(tx, id);
    return getShippingMethod(tx, id);
  });
};
