import { issueInvoices } from '../invoicing/index.ts';
import type { Tx } from '../kernel/index.ts';
import { markOrdersPaid, type ChangedOrder, type Confirmation, type OrderRow } from '../orders/index.ts';

/**
 * Tx step on locked pending orders of which nothing is left to pay: confirms them, sells their held units and issues their invoices,
 * numbered in the given order. A fixed number of statements for any number of orders, none without orders.
 * Returns what was written of each order.
 */
export const confirmOrders = async (tx: Tx, orders: readonly ChangedOrder[]): Promise<Map<OrderRow, Confirmation>> => {
  if (orders.length === 0) return new Map();
  const confirmed = await markOrdersPaid(tx, orders);
  const invoices = await issueInvoices(tx, confirmed);
  return new Map(
    orders.map(({ order, actor }, i) => {
      const [changed, invoice] = [confirmed[i], invoices[i]];
      if (!changed || !invoice) throw new Error('An order was confirmed without an invoice');
      return [order, { actor, confirmedAt: changed.changedAt, backordered: changed.backordered, invoice }];
    }),
  );
};
