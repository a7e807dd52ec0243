/** Reads of refunds. */
import type { Currency, PaymentId, RefundId, RefundStatus } from '@cartwright/contracts';
import type { Reader } from '../kernel/index.ts';

/** A refund, as rules read it. */
export interface RefundRow {
  readonly id: RefundId;
  readonly paymentId: PaymentId;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly reason: string;
  readonly status: RefundStatus;
  /** Whether the refund was processed before it failed. */
  readonly processedBefore: boolean;
}

/** The refunds that a keyed call requested, oldest first. */
export const findRefundsOfRequest = ({ db }: Pick<Reader, 'db'>, requestKey: string): Promise<Pick<RefundRow, 'id' | 'amountCents'>[]> =>
  db
    .selectFrom('refunds')
    .select(['id', 'amountCents'])
    .where('requestKey', '=', requestKey)
    .orderBy('id')
    .$narrowType<{ id: RefundId }>()
    .execute();

/** The payment that a refund belongs to; null for an id that no refund has. */
export const findPaymentOfRefund = async ({ db }: Pick<Reader, 'db'>, refundId: RefundId): Promise<PaymentId | null> => {
  const row = await db
    .selectFrom('refunds')
    .select('paymentId')
    .where('id', '=', refundId)
    .$narrowType<{ paymentId: PaymentId }>()
    .executeTakeFirst();
  return row?.paymentId ?? null;
};
