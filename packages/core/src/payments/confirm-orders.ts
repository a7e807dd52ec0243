import { issueInvoices } from '../invoicing/index.ts';
import type { Tx } from '../kernel/index.ts';
import { markOrdersPaid, type ChangedOrder } from '../orders/index.ts';

/**
 * Tx step on locked pending orders of which nothing is left to pay: confirms them, sells their held units and issues their invoices,
 * numbered in the given order. A fixed number of statements for any number of orders.
 */
export const confirmOrders = async (tx: Tx, orders: readonly ChangedOrder[]): Promise<void> => {
  await markOrdersPaid(tx, orders);
  await issueInvoices(
    tx,
    orders.map(({ order }) => order),
  );
};
