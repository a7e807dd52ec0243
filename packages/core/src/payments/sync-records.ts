import { transact, type Core, type Tx } from '../kernel/index.ts';
import { lockOrderOfPayment } from '../orders/index.ts';
import { lockPayment } from './payment.locks.ts';
import type { PaymentRow } from './payment.row.ts';
import { createProviderReads, type ChargeRecords } from './read-records.ts';
import { settleDisputes } from './settle-disputes.ts';
import { settleProviderRefunds, type RecordProblem } from './settle-provider-refunds.ts';

/** Tx step on a locked order and payment: brings the refunds and disputes of a captured payment in line with the provider. */
export const applyRecords = async (
  tx: Tx,
  payment: PaymentRow,
  records: ChargeRecords,
  options: { readonly acceptUnknown?: boolean } = {},
): Promise<RecordProblem[]> => {
  const disputes = await settleDisputes(tx, payment, records.disputes, records.seenAt);
  // A dispute may have changed the payment.
  return [...disputes, ...(await settleProviderRefunds(tx, await lockPayment(tx, payment.id), records.refunds, options))];
};

/** Reads the refunds and disputes of a captured payment from the provider and imports them. Returns what could not be imported. */
export const syncRecords = async (core: Core, payment: PaymentRow): Promise<RecordProblem[]> => {
  if (payment.gatewayReference === null) return [];
  const records = await createProviderReads(core).records(payment, payment.gatewayReference);
  return transact(core, async (tx) => {
    await lockOrderOfPayment(tx, payment.id);
    return applyRecords(tx, await lockPayment(tx, payment.id), records);
  });
};
