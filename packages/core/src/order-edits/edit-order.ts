import type { Order, OrderEditId, PaymentMethodInput, RefundId } from '@cartwright/contracts';
import { DomainError, requireScope, transact, versionMismatch, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { assertNoOpenEdit, assertStillPaid, lockOrder, readOrder, readOrderVersion, type OrderRow } from '../orders/index.ts';
import { readRefundedMoney, createRefundsUpTo, findRefundsOfRequest, processRefund, refundStoreCredit } from '../payments/index.ts';
import { collectDifference, findPaymentMethod, startAttempt } from './collect-difference.ts';
import { assertUnsent, planEdit, type EditInput } from './plan-edit.ts';
import { changeOrder } from './steps/change-order.ts';
import { changedLines, type EditPlan } from './steps/edit.plan.ts';
import { proposeEdit } from './steps/propose-edit.ts';

interface Edited {
  readonly refundIds: readonly RefundId[];
  /** The edit that waits for its payment. */
  readonly editId: OrderEditId | null;
}

/**
 * Changes the lines or the address of a paid order with no shipped items. A lower total is refunded after the commit,
 * and a credit note corrects the invoice. A higher total is charged to the payment method of the order, or paid by the
 * buyer on the page of the provider; added units are held, and the edit takes effect with the payment. Throws
 * `VERSION_MISMATCH` when the order has changed since `expectedUpdatedAt`, `INSUFFICIENT_STOCK`, `FORBIDDEN` when a
 * refund is needed and the actor may not refund, `ORDER_REFUNDED` or `PAYMENT_DISPUTED`, and `ORDER_NOT_EDITABLE` for
 * an order in another state, or `ORDER_EDIT_PENDING`.
 */
export const editOrder = async (core: Core, actor: Actor, input: EditInput): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  const paymentMethod = await findPaymentMethod(core, input.orderId);
  const { refundIds, editId } = await transact(core, { once: { answers: false, again: editedBefore } }, (tx) =>
    edit(tx, actor, input, paymentMethod),
  );
  for (const refundId of refundIds) await processRefund(core, refundId);
  if (editId) await collectDifference(core, editId);
  return readOrder(core, input.orderId, actor);
};

/** An earlier request with the key has made its change; the worker continues an edit that waits for its payment. */
const editedBefore = async (tx: Tx, { requestKey }: { readonly requestKey: string }): Promise<Edited> => ({
  refundIds: (await findRefundsOfRequest(tx, requestKey)).map(({ id }) => id),
  editId: null,
});

const edit = async (tx: Tx, actor: Actor, input: EditInput, paymentMethod: PaymentMethodInput): Promise<Edited> => {
  const order = await lockOrder(tx, input.orderId);
  await assertEditable(tx, order, input.expectedUpdatedAt);
  await assertStillPaid(tx, order.id);
  const plan = await planEdit(tx, order.id, input);
  assertChanges(plan, input);
  const by = { actor, reason: input.reason ?? null };
  if (plan.differenceCents > 0) return propose(tx, order, plan, paymentMethod, by);
  const reason = `order ${order.orderNumber} edited`;
  const { refundIds, refundCents } = await createRefundsUpTo(tx, order.id, -plan.differenceCents, reason, actor);
  const money = await readRefundedMoney(tx, order, { refundCents, upToCents: -plan.differenceCents });
  await changeOrder(tx, order, plan, { ...by, editId: null, money });
  await refundStoreCredit(tx, order, { upToCents: -plan.differenceCents - refundCents, reason, actor });
  return { refundIds, editId: null };
};

const propose = async (
  tx: Tx,
  order: OrderRow,
  plan: EditPlan,
  paymentMethod: PaymentMethodInput,
  by: { actor: Actor; reason: string | null },
): Promise<Edited> => {
  const editId = await proposeEdit(tx, order, plan, by);
  await startAttempt(tx, order, { id: editId, plan }, paymentMethod);
  return { refundIds: [], editId };
};

const assertEditable = async (tx: Tx, order: OrderRow, expectedUpdatedAt: string): Promise<void> => {
  assertUnsent(order);
  const updatedAt = await readOrderVersion(tx, order.id);
  if (updatedAt.getTime() !== Date.parse(expectedUpdatedAt))
    throw versionMismatch('this order', expectedUpdatedAt, updatedAt.toISOString());
  await assertNoOpenEdit(tx, order.id);
};

const assertChanges = (plan: EditPlan, input: EditInput): void => {
  if (changedLines(plan).length === 0 && plan.shippingAddress === null && input.shippingMethodId === undefined)
    throw new DomainError('ORDER_EDIT_EMPTY', 'The edit changes nothing. Change a quantity, an item, the address or the shipping method.');
};
