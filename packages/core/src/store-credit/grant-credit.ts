import type { ShopContract, StoreCredit } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readCreditTarget } from '../read-models/credit-target.ts';
import { readStoreCredit } from './credit.queries.ts';
import { ensureAccountCredit, moveCredit } from './credit.store.ts';

type Input = z.output<ShopContract['storeCredit']['grant']['input']>;

/**
 * Adds store credit in a currency to an account, on top of what it has. Throws `NOT_FOUND` for an unknown account or order, and
 * `INVALID_PRICE` for a balance that would become too large.
 */
export const grantCredit = (core: Core, actor: Actor, input: Input): Promise<StoreCredit> => {
  requireScope(actor, 'store-credit:manage');
  return transact(
    core,
    { once: { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => readStoreCredit(tx, subject) } },
    async (tx) => {
      await assertKnown(tx, input);
      const creditId = await ensureAccountCredit(tx, input);
      const { amountCents, reason, orderId = null } = input;
      const moved = await moveCredit(tx, { creditId, kind: 'grant', amountCents, actor, reason, orderId });
      if (!moved) throw balanceTooLarge();
      return readStoreCredit(tx, creditId);
    },
  );
};

/** The error for a balance beyond the numbers that are exact. */
export const balanceTooLarge = (): DomainError =>
  new DomainError('INVALID_PRICE', 'The balance would become too large to be calculated exactly. Add less.');

const assertKnown = async (tx: Tx, { userId, ...input }: Input): Promise<void> => {
  const orderId = input.orderId ?? null;
  const known = await readCreditTarget(tx, userId, orderId);
  if (!known.account) throw notFound('This account', userId);
  if (orderId !== null && !known.order) throw notFound('This order', orderId);
};
