import type { OrderEditId, PaymentId, PaymentMethodInput, PaymentProvider } from '@cartwright/contracts';
import { DomainError, transact, type Core, type Tx } from '../kernel/index.ts';
import { lockOrder, type OrderRow } from '../orders/index.ts';
import { chargePayment, createPayment, findPaidMethod, lockActivePayment, providerPage, type PaymentRequest } from '../payments/index.ts';
import { findLatestAttempt } from '../read-models/edit-payment.ts';
import { editLink } from './edit.link.ts';
import { findOpenEdit } from './steps/edit.queries.ts';

/**
 * The payment method that an order was paid with, if it can be charged again without the buyer, otherwise the page of
 * the provider. Throws `NO_PAYMENT_PROVIDER` when no provider is set up.
 */
export const findPaymentMethod = async (core: Core, orderId: string): Promise<PaymentMethodInput> => {
  const saved = await findPaidMethod(core, orderId);
  const gateway = saved && core.gateways.get(saved.provider);
  if (saved && gateway?.chargesAgain(saved.token)) return saved;
  return pageOf(core, gateway?.provider);
};

/** The payment page of a provider, by default the first that is set up. */
export const pageOf = (core: Core, wanted: PaymentProvider | undefined): PaymentMethodInput => {
  const provider = wanted ?? [...core.gateways.keys()][0];
  if (!provider)
    throw new DomainError('NO_PAYMENT_PROVIDER', 'The price difference cannot be charged, because this shop has no payment provider.');
  return { provider, method: 'credit_card', token: providerPage };
};

/**
 * Continues the payment of an edit from its present state: makes the intended charge, and opens a payment page for the
 * buyer when the saved payment method was declined. Safe to call again; does nothing for an edit that is decided, or
 * that waits for the buyer.
 */
export const collectDifference = async (core: Core, editId: OrderEditId): Promise<void> => {
  const attempt = await findLatestAttempt(core, editId, providerPage);
  if (!attempt || attempt.waits) return;
  const outcome = attempt.failed ? 'declined' : (await chargePayment(core, attempt.id)).outcome;
  if (outcome !== 'declined' || attempt.hadPage) return;
  const page = await transact(core, (tx) => startPage(tx, editId, pageOf(core, attempt.provider)));
  if (page) await chargePayment(core, page);
};

/** Tx step: creates a payment on the page of the provider; null when the edit is decided or has an active payment. */
export const startPage = async (tx: Tx, editId: OrderEditId, paymentMethod: PaymentMethodInput): Promise<PaymentId | null> => {
  const { orderId } = await tx.db.selectFrom('order_edits').select('orderId').where('id', '=', editId).executeTakeFirstOrThrow();
  const order = await lockOrder(tx, orderId);
  const edit = await findOpenEdit(tx, order.id);
  if (edit?.id !== editId || (await lockActivePayment(tx, order.id, editId))) return null;
  return startAttempt(tx, order, edit, paymentMethod);
};

/**
 * Tx step on a locked order: creates another payment attempt for its edit. A buyer who is sent to the provider returns
 * by the link of the edit.
 */
export const startAttempt = (
  tx: Tx,
  { id, currency }: OrderRow,
  edit: { id: OrderEditId; plan: { differenceCents: number } },
  paymentMethod: PaymentMethodInput,
  request: Partial<PaymentRequest> = {},
): Promise<PaymentId> =>
  createPayment(
    tx,
    { id, currency, orderEditId: edit.id, dueCents: edit.plan.differenceCents },
    { returnUrl: editLink(tx, edit.id), ...paymentMethod },
    { requestKey: `edit|${edit.id}|${tx.ids.next()}`, ip: null, ...request },
  );
