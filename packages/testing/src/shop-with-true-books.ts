/** One shop for all tests of a file, whose books are checked when they are done. */
import { expireOrders } from '@cartwright/core/checkout';
import { checkInvariants } from '@cartwright/core/operations';
import { system, type Core, type CoreConfig } from '@cartwright/core/kernel';
import { reconcilePayments } from '@cartwright/core/payments';
import type { CoreOverrides } from '@cartwright/core/composition';
import { afterAll, expect } from 'vitest';
import { createTestShop, type TestShop } from './test-core.ts';

export interface TrueBooks {
  readonly config?: Partial<CoreConfig>;
  readonly overrides?: CoreOverrides;
  /** What the worker would have finished by the time the books are looked at. */
  readonly settle?: (core: Core) => Promise<unknown>;
}

/** For `settle`: the worker ends the orders whose time is up and asks the providers about undecided payments. */
export const settlePayments = async (core: Core): Promise<void> => {
  await expireOrders(core);
  await reconcilePayments(core, 0);
};

/** The invariants that a shop breaks. Not that events wait (I28): nothing relays them here. */
export const brokenInvariants = async (core: Core): Promise<string[]> => {
  const { results } = await checkInvariants(core, system('test'));
  return results.filter(({ id, violations }) => violations > 0 && id !== 'I28').map(({ id }) => id);
};

/** Opens a shop at the top of a test file; after its last test every invariant must hold, and the shop is closed. */
export const aShopWithTrueBooks = async ({ config, overrides, settle }: TrueBooks = {}): Promise<TestShop> => {
  const shop = await createTestShop(config, overrides);
  afterAll(async () => {
    await settle?.(shop.core);
    expect(await brokenInvariants(shop.core)).toEqual([]);
    await shop.close();
  });
  return shop;
};
