import { issueInvoices } from '../invoicing/index.ts';
import type { Tx } from '../kernel/index.ts';
import { markOrdersPaid, type ChangedOrder, type Confirmation } from '../orders/index.ts';

/**
 * Tx step on locked pending orders of which nothing is left to pay: confirms them, sells their held units and issues their invoices,
 * numbered in the given order. A fixed number of statements for any number of orders, none without orders.
 */
export const confirmOrders = async (tx: Tx, orders: readonly ChangedOrder[]): Promise<Confirmation[]> => {
  if (orders.length === 0) return [];
  const confirmed = await markOrdersPaid(tx, orders);
  const invoices = await issueInvoices(tx, confirmed);
  return orders.map(({ actor }, i) => {
    const [order, invoice] = [confirmed[i], invoices[i]];
    if (!order || !invoice) throw new Error('An order was confirmed without an invoice');
    return { actor, confirmedAt: order.changedAt, invoice };
  });
};
