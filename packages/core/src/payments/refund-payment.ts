/** Refunds: claiming an amount of a payment. */
import {
  formatMoney,
  type Currency,
  type OrderId,
  type PaymentId,
  type Refund,
  type RefundId,
  type ShopContract,
} from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, transact, type Actor, type Core, type Reader, type Tx, answerGone } from '../kernel/index.ts';
import { lockOrderOfPayment } from '../orders/index.ts';
import { announceRefund } from './announce-refund.ts';
import { lockPayment } from './payment.locks.ts';
import type { PaymentRow } from './payment.row.ts';
import { findRefundsOfRequest } from './refund.queries.ts';
import { claimRefundRoom } from './payment.store.ts';
import { processRefund } from './process-refund.ts';
import { insertRefund } from './refund.store.ts';

type C = ShopContract['payments']['refund'];

/**
 * Refunds an amount of a captured payment. Throws `REFUND_EXCEEDS_CAPTURED`, `PAYMENT_DISPUTED`, or
 * `PAYMENT_NOT_CAPTURED` when nothing was captured. When the provider does not respond, the refund stays `pending` and
 * is retried with the same key.
 */
export const refundPayment = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<Refund> => {
  requireScope(actor, 'payments:refund');
  const refundId = await transact(core, { once: { answers: false, again: refundedBefore } }, async (tx) => {
    const { id: orderId } = await lockOrderOfPayment(tx, input.paymentId);
    const payment = await lockPayment(tx, input.paymentId);
    const refund = await createRefund(tx, payment, input.amountCents, input.reason, actor);
    announceRefund(tx, orderId, payment.currency, { refundCents: input.amountCents, creditCents: 0 });
    return refund;
  });
  await processRefund(core, refundId);
  return readRefund(core, refundId);
};

const refundedBefore = async (tx: Tx, { requestKey }: { readonly requestKey: string }): Promise<RefundId> => {
  const [refund] = await findRefundsOfRequest(tx, requestKey);
  if (!refund) throw answerGone();
  return refund.id;
};

/** Throws `PAYMENT_DISPUTED` while a dispute is open or after it was lost. */
export const assertNotDisputed = ({ status }: PaymentRow): void => {
  if (status === 'disputed')
    throw new DomainError('PAYMENT_DISPUTED', 'The payment is disputed. It cannot be refunded until the bank has decided.');
};

/**
 * Tx step on a locked payment: claims the amount of a refund and writes its row. `processRefund` moves the money. Every
 * refund is created here, so every refund needs the scope `payments:refund`: throws `FORBIDDEN` without it.
 */
export const createRefund = async (tx: Tx, payment: PaymentRow, amountCents: number, reason: string, actor: Actor): Promise<RefundId> => {
  requireScope(actor, 'payments:refund');
  assertNotDisputed(payment);
  if (!(await claimRefundRoom(tx, payment.id, amountCents))) {
    if (payment.capturedCents === 0)
      throw new DomainError('PAYMENT_NOT_CAPTURED', 'This payment was not captured, so there is nothing to refund.');
    const left = payment.capturedCents - payment.refundClaimedCents;
    throw new DomainError(
      'REFUND_EXCEEDS_CAPTURED',
      `Only ${formatMoney(left, payment.currency)} is left to refund on this payment, less than the ` +
        `${formatMoney(amountCents, payment.currency)} requested.`,
      {
        details: { refundableCents: left, requestedCents: amountCents, currency: payment.currency },
      },
    );
  }
  return insertRefund(tx, { paymentId: payment.id, amountCents, currency: payment.currency, reason }, actor);
};

const readRefund = async ({ db }: Pick<Reader, 'db'>, refundId: RefundId): Promise<Refund> => {
  const row = await db
    .selectFrom('refunds as r')
    .innerJoin('payments as p', 'p.id', 'r.paymentId')
    .select([
      'r.id',
      'r.paymentId',
      'p.orderId',
      'r.amountCents',
      'r.currency',
      'r.reason',
      'r.status',
      'r.origin',
      'r.createdAt',
      'r.processedAt',
    ])
    .where('r.id', '=', refundId)
    .$narrowType<{ id: RefundId; paymentId: PaymentId; orderId: OrderId; currency: Currency }>()
    .executeTakeFirst();
  if (!row) throw notFound('This refund', refundId);
  return { ...row, createdAt: row.createdAt.toISOString(), processedAt: row.processedAt?.toISOString() ?? null };
};
