import type { OrderEditId, OrderItemId } from '@cartwright/contracts';
import { lockStock, returnUnshipped, sellEditHolds, sellMore } from '../../inventory/index.ts';
import type { Actor, Tx } from '../../kernel/index.ts';
import {
  changeOrderLines,
  logOrder,
  clearPromoCode,
  setOrderTotals,
  writeAddress,
  type RefundedMoney,
  type OrderRow,
} from '../../orders/index.ts';
import { changePromoUse, releasePromo, type CodeUse } from '../../pricing/index.ts';
import { changedLines, type EditedLine, type EditPlan } from './edit.plan.ts';

interface AppliedEdit {
  readonly actor: Actor;
  readonly reason: string | null;
  /** The edit that waited for its payment; null for one that costs nothing more. */
  readonly editId: OrderEditId | null;
  readonly money: RefundedMoney;
}

/**
 * Tx step on a locked order: applies an edit plan. Removed units go back into stock; added units are sold, from the
 * holds of the edit if it waited for a payment. Each change has its own ledger rows. The caller moves the money, and names what it
 * refunds. No units move for a line whose variant was untracked when it was sold.
 */
export const changeOrder = async (
  tx: Tx,
  order: OrderRow,
  plan: EditPlan,
  { actor, reason, editId, money }: AppliedEdit,
): Promise<void> => {
  const changed = changedLines(plan);
  if (plan.shippingAddress) await writeAddress(tx, order, actor, plan.shippingAddress);
  const changeId = await logOrder(tx, order.id, actor, { kind: 'edit', text: describe(changed, reason), customerVisible: true });
  const lines = await writeLines(tx, order, plan.lines);
  await writeSums(tx, order, plan);
  const moved = lines.map((line) => ({ ...line, delta: line.quantity - line.quantityBefore }));
  const stockChange = { reason: `order ${order.orderNumber} edited`, changeId, actor };
  const going = moved.filter((line) => line.tracked).map((line) => ({ ...line, quantity: -line.delta }));
  const coming = moved.map((line) => ({ ...line, quantity: line.delta }));
  // Removing and adding both change stock: all stock rows are locked in order before the first change.
  await lockStock(
    tx,
    changed.map((line) => line.variantId),
  );
  await returnUnshipped(tx, order.id, going, stockChange);
  await (editId ? sellEditHolds(tx, { editId, orderId: order.id }, coming, stockChange) : sellMore(tx, coming, stockChange));
  if (plan.codeUse !== undefined) await writeCodeUse(tx, order, plan.codeUse);
  const { id: orderId, orderNumber, userId, currency } = order;
  const { differenceCents } = plan;
  const { totalCents } = plan.totals;
  tx.outbox.add('order.edited', orderId, { orderId, orderNumber, userId, currency, totalCents, differenceCents, ...money });
};

/** Writes the changed lines; returns them all with their ids. */
const writeLines = async (
  tx: Tx,
  order: OrderRow,
  lines: readonly EditedLine[],
): Promise<(EditedLine & { orderItemId: OrderItemId })[]> => {
  const named = lines.map((line) => ({
    ...line,
    isNew: line.orderItemId === null,
    taxRatePpm: line.taxRatePpm ?? null,
    orderItemId: line.orderItemId ?? tx.ids.next<OrderItemId>(),
  }));
  await changeOrderLines(tx, order.id, named);
  return named;
};

/** The new totals of an order. A lower total is recorded as credited; a higher one gets an invoice of its own for the difference. */
const writeSums = (tx: Tx, order: OrderRow, plan: EditPlan): Promise<void> => {
  const { lines, totals, totalsBefore, differenceCents, shippingMethod, shippingTaxCents, taxes } = plan;
  const cheaper = differenceCents <= 0;
  return setOrderTotals(tx, order.id, {
    totals,
    shippingMethod,
    shippingTaxCents,
    taxes,
    itemCount: lines.reduce((units, line) => units + line.quantity, 0),
    creditedCents: cheaper ? -differenceCents : 0,
    creditedTaxCents: cheaper ? totalsBefore.taxCents - totals.taxCents : 0,
  });
};

/** An order that its promo code no longer reduces releases the use and loses the code. */
const writeCodeUse = async (tx: Tx, order: OrderRow, codeUse: CodeUse | null): Promise<void> => {
  if (codeUse) return changePromoUse(tx, order.id, codeUse);
  await clearPromoCode(tx, order.id);
  await releasePromo(tx, order.id);
};

const describe = (changed: readonly EditedLine[], reason: string | null): string => {
  const lines = changed.map((line) => `${line.quantityBefore} → ${line.quantity} × ${line.productName}`).join(', ');
  return [lines, reason].filter(Boolean).join(': ');
};
