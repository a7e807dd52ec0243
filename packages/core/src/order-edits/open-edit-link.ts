import { notFound, system, type Core } from '../kernel/index.ts';
import { findPaymentAction, verifyPayment } from '../payments/index.ts';
import { findEditDifference } from '../read-models/edit-payment.ts';
import { editOfLink } from './edit.link.ts';
import { payEdit, type EditPayment } from './pay-edit.ts';

const holder = system('edit-link');

/** The state of the edit of a link, with a payment page while it waits for payment. Throws `NOT_FOUND` for an invalid link. */
export const openEditLink = async (core: Core, token: string): Promise<EditPayment & { orderNumber: string }> => {
  const found = await findEditDifference(core, editOfLink(core, token));
  if (!found) throw notFound('This link');
  const { editId, orderId, orderNumber } = found;
  // A buyer who returns from the page has often paid before the provider's event arrives.
  const waiting = await findPaymentAction(core, orderId, editId);
  if (waiting) await verifyPayment(core, holder, { paymentId: waiting.paymentId });
  const payment = await payEdit(core, holder, { orderId });
  return { ...payment, orderNumber };
};
