import type { ShopContract, StoreCredit } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { readStoreCredit } from './credit.queries.ts';
import { writeCreditState } from './credit.store.ts';

type Input = z.output<ShopContract['storeCredit']['setState']['input']>;

/** Disables or enables a gift card or store credit. The balance stays. Throws `NOT_FOUND`. */
export const setCreditState = (core: Core, actor: Actor, { creditId, state }: Input): Promise<StoreCredit> => {
  requireScope(actor, 'store-credit:manage');
  return transact(core, async (tx) => {
    await writeCreditState(tx, creditId, state);
    return readStoreCredit(tx, creditId);
  });
};
