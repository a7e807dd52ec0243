import type { ShopContract, StoreCredit } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { moveCredit } from './credit.store.ts';
import { readStoreCredit } from './credit.queries.ts';
import { insufficientCredit } from './claim-credits.ts';
import { balanceTooLarge } from './grant-credit.ts';

type Input = z.output<ShopContract['storeCredit']['adjust']['input']>;

/** Corrects a balance, with a reason. Throws `NOT_FOUND`, `INSUFFICIENT_CREDIT` below zero, and `INVALID_PRICE` above what is exact. */
export const adjustCredit = (core: Core, actor: Actor, { creditId, amountCents, reason }: Input): Promise<StoreCredit> => {
  requireScope(actor, 'store-credit:manage');
  return transact(core, { once: { answers: true, again: (tx) => readStoreCredit(tx, creditId) } }, async (tx) => {
    const moved = await moveCredit(tx, { creditId, kind: 'adjust', amountCents, actor, reason });
    const credit = await readStoreCredit(tx, creditId);
    if (!moved && amountCents > 0) throw balanceTooLarge();
    if (!moved)
      throw insufficientCredit({ creditId, neededCents: -amountCents, leftCents: credit.balanceCents, currency: credit.currency });
    return credit;
  });
};
