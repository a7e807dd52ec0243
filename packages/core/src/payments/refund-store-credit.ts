import { issueCreditNote } from '../invoicing/index.ts';
import { requireScope, type Actor, type Tx } from '../kernel/index.ts';
import type { RefundedMoney, OrderRow } from '../orders/index.ts';
import { readSpentCredit, restoreCredit } from '../store-credit/index.ts';

/**
 * Tx step on a locked order: the money that a change returns to the buyer, for its event, after the refunds of payments are created.
 * `refundStoreCredit` with the same limit then restores `creditCents`.
 */
export const readRefundedMoney = async (
  tx: Tx,
  order: Pick<OrderRow, 'id' | 'storeCreditCents'>,
  { refundCents, upToCents = Number.MAX_SAFE_INTEGER }: { readonly refundCents: number; readonly upToCents?: number },
): Promise<RefundedMoney> => {
  const left = order.storeCreditCents === 0 ? 0 : await readSpentCredit(tx, order.id);
  const creditCents = Math.min(upToCents - refundCents, left);
  return { refundCents: refundCents + creditCents, creditCents };
};

/**
 * Tx step on a locked order: restores up to `upToCents` of the store credit that paid it, and corrects its invoice.
 * Returns the restored amount. Must be the last step of its transaction: it locks the credit and then the series of
 * credit notes. Throws `FORBIDDEN` when credit is restored by an actor who may not refund.
 */
export const refundStoreCredit = async (
  tx: Tx,
  order: Pick<OrderRow, 'id' | 'storeCreditCents'>,
  back: { readonly upToCents?: number; readonly reason: string; readonly actor: Actor },
): Promise<number> => {
  if (order.storeCreditCents === 0 || back.upToCents === 0) return 0;
  const given = await restoreCredit(tx, order.id, back);
  if (given.length > 0) requireScope(back.actor, 'payments:refund');
  for (const part of given) await issueCreditNote(tx, { ...part, orderId: order.id });
  return given.reduce((sum, { amountCents }) => sum + amountCents, 0);
};
