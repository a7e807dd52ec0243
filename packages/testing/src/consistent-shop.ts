/** One shop for all tests of a file, with a consistency check after the last one. */
import { expireOrders } from '@cartwright/core/order-cancellations';
import { relayOutbox } from '@cartwright/core/events';
import { checkInvariants } from '@cartwright/core/operations';
import { system, type Core, type CoreConfig } from '@cartwright/core/kernel';
import { reconcilePayments } from '@cartwright/core/payments';
import type { CoreOverrides } from '@cartwright/core/composition';
import { afterAll, expect } from 'vitest';
import { createTestShop, type TestShop } from './test-core.ts';

/** How the shop differs from the usual test shop. */
export interface ConsistentShopOptions {
  readonly config?: Partial<CoreConfig>;
  readonly overrides?: CoreOverrides;
  /** The work that the worker would have finished before the consistency check. */
  readonly settle?: (core: Core) => Promise<unknown>;
}

/** For `settle`: expires overdue orders and queries the providers about undecided payments, as the worker does. */
export const settlePayments = async (core: Core): Promise<void> => {
  await expireOrders(core);
  await reconcilePayments(core, 0);
};

/** The ids of the invariants that a shop breaks. First relays its events, as the worker does at once, so that none is overdue. */
export const brokenInvariants = async (core: Core): Promise<string[]> => {
  while ((await relayOutbox(core)).relayed > 0);
  const { results } = await checkInvariants(core, system('test'));
  return results.filter(({ violations }) => violations > 0).map(({ id }) => id);
};

/** Opens a shop at the top of a test file. After the last test it checks every invariant and closes the shop. */
export const aConsistentShop = async ({ config, overrides, settle }: ConsistentShopOptions = {}): Promise<TestShop> => {
  const shop = await createTestShop(config, overrides);
  afterAll(async () => {
    await settle?.(shop.core);
    expect(await brokenInvariants(shop.core)).toEqual([]);
    await shop.close();
  });
  return shop;
};
