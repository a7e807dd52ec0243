import { system, transact, workOff, type Core } from '../kernel/index.ts';
import { lockOrder, markOrderCancelled } from '../orders/index.ts';
import { cancelCharges } from '../payments/index.ts';
import { readUnpaidOrders, type UnpaidOrder } from '../read-models/unpaid-orders.ts';

/** The most orders that one run examines, which is hours of a standstill at any pace of sales. */
const most = 20_000;
/** How long an order is kept beyond its expiry while a provider does not report whether it captured the charge. */
const silenceMinutes = 15;
/** Without this limit a silent provider would delay the next run, and with it orders that need no provider. */
const askForMs = 10_000;

/**
 * Cancels the orders that were not paid in time. The charge is cancelled at the provider before the stock is released;
 * an order whose provider does not respond keeps both for at most 15 minutes, and a later capture is refunded. Orders
 * without a charge come first, the others in random order, so that unresponsive providers do not delay the rest.
 * Returns how many expired.
 */
export const expireOrders = (core: Core): Promise<number> => expireDue(core, null);

/**
 * `expireOrders` for the orders that hold units of one allocation only, such as those of one item of a flash sale: a
 * request of a buyer never works off the other orders of the shop.
 */
export const expireOrdersOfAllocation = (core: Core, allocationId: string): Promise<number> => expireDue(core, allocationId);

const expireDue = async (core: Core, allocationId: string | null): Promise<number> => {
  const rows = await readUnpaidOrders(core, { overdueMinutes: silenceMinutes, allocationId, most });
  const expire = async ({ id, overdue }: UnpaidOrder): Promise<boolean> => {
    if (!(await cancelCharges(core, id)) && !overdue) return false;
    return transact(core, async (tx) => {
      const order = await lockOrder(tx, id);
      if (order.status !== 'pending') return false;
      await markOrderCancelled(tx, order, 'expired', system('expiry'));
      return true;
    });
  };
  const what = 'the expiry of an order';
  const plain = await workOff(
    core,
    rows.filter((due) => !due.asks),
    { what, atOnce: 4 },
    expire,
  );
  const asking = rows.filter((due) => due.asks);
  return plain + (await workOff(core, asking, { what, atOnce: 8, forMs: askForMs }, expire));
};
