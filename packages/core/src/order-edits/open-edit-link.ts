import type { OrderEditId, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, system, type Core } from '../kernel/index.ts';
import { findPaymentAction, verifyPayment } from '../payments/index.ts';
import { editOfLink } from './edit.link.ts';
import { payEdit, type EditPayment } from './pay-edit.ts';

const holder = system('edit-link');

/** The state of the edit of a link, with a payment page while it waits for payment. Throws `NOT_FOUND` for an invalid link. */
export const openEditLink = async (core: Core, token: string): Promise<EditPayment & { orderNumber: string }> => {
  const { rows } = await sql<{ editId: OrderEditId; orderId: OrderId; orderNumber: string }>`
    select e.id as "editId", o.id as "orderId", o.order_number as "orderNumber" from order_edits e join orders o on o.id = e.order_id
    where e.id = ${editOfLink(core, token)}`.execute(core.db);
  const found = rows[0];
  if (!found) throw notFound('This link');
  const { editId, orderId, orderNumber } = found;
  // A buyer who returns from the page has often paid before the provider's event arrives.
  const waiting = await findPaymentAction(core, orderId, editId);
  if (waiting) await verifyPayment(core, holder, { paymentId: waiting.paymentId });
  const payment = await payEdit(core, holder, { orderId });
  return { ...payment, orderNumber };
};
