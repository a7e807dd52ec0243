import type { PaymentId } from '@cartwright/contracts';
import { lockStockOfOrders } from '../inventory/index.ts';
import { createGroupCommit, perCore, transact, type ChargeOutcome, type Core } from '../kernel/index.ts';
import { lockOrdersOfPayments } from '../orders/index.ts';
import { lockPaymentsOfOrders } from './payment.locks.ts';
import { settleCharge, settlePlainCaptures, type Settlement } from './settle-charge.ts';

/**
 * All settlements end at the row that numbers invoices, so they can only be written one after the other. In one
 * transaction they share its flush, and none waits for the lock of another.
 */
const settlementsOf = perCore((core) =>
  createGroupCommit<Settlement, true>(core, {
    maxBatch: 32,
    maxWaiting: 20_000,
    maxWaitMs: 30_000,
    concurrency: 1,
    write: (_key, settlements) =>
      transact(core, async (tx) => {
        // Locks every row of the settlements, kind by kind, before the first one locks the invoice series.
        const orders = await lockOrdersOfPayments(
          tx,
          settlements.map((s) => s.paymentId),
        );
        const orderIds = orders.map((order) => order.id);
        const payments = await lockPaymentsOfOrders(tx, orderIds);
        if (settlements.length > 1) await lockStockOfOrders(tx, orderIds);
        for (const { paymentId, outcome } of await settlePlainCaptures(tx, settlements, { orders, payments }))
          await settleCharge(tx, paymentId, outcome);
        return settlements.map(() => true as const);
      }),
  }),
);

/** `settleCharge` in a transaction that concurrent settlements share. */
export const settleInBatch = async (core: Core, paymentId: PaymentId, outcome: ChargeOutcome): Promise<void> => {
  await settlementsOf(core).submit('settlements', { paymentId, outcome });
};
