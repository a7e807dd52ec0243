import { formatMoney, type RefundId, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockOrder } from '../orders/index.ts';
import { announceRefund } from './announce-refund.ts';
import { createRefundsUpTo } from './create-refunds-up-to.ts';
import { findRefundsOfRequest } from './refund.queries.ts';
import { processRefund } from './process-refund.ts';
import { refundStoreCredit } from './refund-store-credit.ts';

type C = ShopContract['payments']['refundOrder'];

/**
 * Refunds an amount of a paid order: its charges first, newest first, and then the store credit that paid the rest.
 * Throws `REFUND_EXCEEDS_CAPTURED` for more than is left of both, and `ORDER_NOT_PAID` for an order that was not paid.
 */
export const refundOrder = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'payments:refund');
  const back = await transact(core, { once: { answers: false, again: (tx, before) => refundedBefore(tx, input, before) } }, (tx) =>
    refundAmount(tx, actor, input),
  );
  for (const refundId of back.refundIds) await processRefund(core, refundId);
  return { orderId: input.orderId, ...back };
};

/** The charges' part is on their refunds; the rest of the amount was store credit. */
const refundedBefore = async (tx: Tx, { amountCents }: z.output<C['input']>, { requestKey }: { readonly requestKey: string }) => {
  const refunds = await findRefundsOfRequest(tx, requestKey);
  const refundCents = refunds.reduce((sum, refund) => sum + refund.amountCents, 0);
  return { refundIds: refunds.map(({ id }) => id), refundCents, creditCents: amountCents - refundCents };
};

const refundAmount = async (
  tx: Tx,
  actor: Actor,
  { orderId, amountCents, reason }: z.output<C['input']>,
): Promise<{ refundIds: RefundId[]; refundCents: number; creditCents: number }> => {
  const order = await lockOrder(tx, orderId);
  if (!order.paid) throw new DomainError('ORDER_NOT_PAID', 'The order was not paid, so there is nothing to refund.');
  const paid = await createRefundsUpTo(tx, order.id, amountCents, reason, actor);
  const creditCents = await refundStoreCredit(tx, order, { upToCents: amountCents - paid.refundCents, reason, actor });
  const refundableCents = paid.refundCents + creditCents;
  if (refundableCents < amountCents)
    throw new DomainError(
      'REFUND_EXCEEDS_CAPTURED',
      `Only ${formatMoney(refundableCents, order.currency)} is left to refund on this order, less than the ` +
        `${formatMoney(amountCents, order.currency)} requested.`,
      {
        details: { refundableCents, requestedCents: amountCents, currency: order.currency },
      },
    );
  announceRefund(tx, orderId, order.currency, { refundCents: refundableCents, creditCents });
  return { ...paid, creditCents };
};
