import type { Order, OrderItemId, RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { restockLines, sellMore } from '../inventory/index.ts';
import { DomainError, requireScope, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockOrder, logOrder, readOrder, type OrderRow } from '../orders/index.ts';
import { createRefundsUpTo, processRefund, returnCredit } from '../payments/index.ts';
import { planEdit, type EditedLine, type EditInput, type EditPlan } from './plan-edit.ts';

/**
 * Changes the lines of a paid order that nothing has left of. Units move between shelf and order with the change;
 * what it has become cheaper by is refunded after the commit, and the credit note corrects the invoice. Throws
 * `VERSION_MISMATCH` when the order has changed since `expectedUpdatedAt`, `INSUFFICIENT_STOCK`, and
 * `INVALID_STATE` for an order in another state or for an edit that would cost the buyer more.
 */
export const editOrder = async (core: Core, actor: Actor, input: EditInput): Promise<Order> => {
  requireScope(actor, 'orders:manage');
  const refundIds = await transactOnce(core, { answers: false }, (tx) => applyEdit(tx, actor, input));
  for (const refundId of refundIds) await processRefund(core, refundId);
  return readOrder(core, input.orderId, actor);
};

const applyEdit = async (tx: Tx, actor: Actor, input: EditInput): Promise<RefundId[]> => {
  const order = await lockOrder(tx, input.orderId);
  await assertEditable(tx, order, input.expectedUpdatedAt);
  const plan = await planEdit(tx, order.id, input.lines);
  if (plan.differenceCents > 0)
    throw new DomainError('INVALID_STATE', 'The order would cost more than was paid. Sell what is added with an order of its own.', {
      details: { differenceCents: plan.differenceCents },
    });
  const changed = plan.lines.filter((line) => line.quantity !== line.quantityBefore);
  if (changed.length === 0) throw new DomainError('INVALID_STATE', 'The edit changes nothing.');
  const reason = `order ${order.orderNumber} changed`;
  const { refundIds, refundCents } = await createRefundsUpTo(tx, order.id, -plan.differenceCents, reason, actor);
  const lines = await writeLines(tx, order, plan.lines);
  await writeSums(tx, order, plan);
  const changeId = await logOrder(tx, order.id, actor, { kind: 'edit', text: describe(changed, input.reason), customerVisible: true });
  const moved = lines.map((line) => ({ ...line, delta: line.quantity - line.quantityBefore }));
  const stockChange = { reason, changeId, actor };
  await restockLines(
    tx,
    moved.map((line) => ({ ...line, quantity: -line.delta })),
    stockChange,
  );
  await sellMore(
    tx,
    moved.map((line) => ({ ...line, quantity: line.delta })),
    stockChange,
  );
  await returnCredit(tx, order, { upToCents: -plan.differenceCents - refundCents, reason, actor });
  const { id: orderId, orderNumber, userId, currency } = order;
  tx.outbox.add('order.edited', orderId, { orderId, orderNumber, userId, currency, totalCents: plan.totals.totalCents });
  return refundIds;
};

const assertEditable = async (tx: Tx, order: OrderRow, expectedUpdatedAt: string): Promise<void> => {
  if (order.status !== 'confirmed' || order.shippedCount > 0)
    throw new DomainError('INVALID_STATE', 'An order can be changed while it is paid and nothing of it has left.', {
      details: { status: order.status },
    });
  const { rows } = await sql<{ updatedAt: Date }>`select updated_at as "updatedAt" from orders where id = ${order.id}`.execute(tx.db);
  if (rows[0]?.updatedAt.getTime() !== Date.parse(expectedUpdatedAt))
    throw new DomainError('VERSION_MISMATCH', 'The order was changed meanwhile. Look at it again.', {
      details: { updatedAt: rows[0]?.updatedAt.toISOString() },
    });
};

/** Writes what lines have become, new ones behind the others; answers them all with their ids. */
const writeLines = async (
  tx: Tx,
  order: OrderRow,
  lines: readonly EditedLine[],
): Promise<(EditedLine & { orderItemId: OrderItemId })[]> => {
  const named = lines.map((line) => ({
    ...line,
    isNew: line.orderItemId === null,
    orderItemId: line.orderItemId ?? tx.ids.next<OrderItemId>(),
  }));
  const rows = sql`json_to_recordset(${JSON.stringify(named)}::json) as l("orderItemId" uuid, "isNew" boolean, "variantId" uuid, "productId" uuid, sku text, "productName" text,
    "variantTitle" text, quantity int, "unitPriceCents" bigint, "lineTotalCents" bigint, "discountCents" bigint, "taxCents" bigint)`;
  await sql`
    update order_items i set quantity = l.quantity, unit_price_cents = l."unitPriceCents", line_total_cents = l."lineTotalCents", discount_cents = l."discountCents", tax_cents = l."taxCents"
    from ${rows} where i.id = l."orderItemId" and not l."isNew"`.execute(tx.db);
  await sql`
    insert into order_items (id, order_id, product_id, variant_id, product_name, variant_title, sku, quantity, unit_price_cents, line_total_cents, discount_cents, tax_cents, position)
    select l."orderItemId", ${order.id}, l."productId", l."variantId", l."productName", l."variantTitle", l.sku, l.quantity, l."unitPriceCents", l."lineTotalCents", l."discountCents", l."taxCents",
      (select max(position) from order_items where order_id = ${order.id}) + row_number() over ()
    from ${rows} where l."isNew"`.execute(tx.db);
  return named;
};

/** What the order costs now; what it was invoiced at beyond that is remembered as credited. */
const writeSums = async (tx: Tx, order: OrderRow, { lines, totals, totalsBefore, differenceCents }: EditPlan): Promise<void> => {
  await sql`
    update orders set subtotal_cents = ${totals.subtotalCents}, discount_cents = ${totals.discountCents}, tax_cents = ${totals.taxCents}, total_cents = ${totals.totalCents},
      item_count = ${lines.reduce((units, line) => units + line.quantity, 0)}, credited_cents = credited_cents - ${differenceCents},
      credited_tax_cents = credited_tax_cents + ${totalsBefore.taxCents - totals.taxCents}, updated_at = clock_timestamp()
    where id = ${order.id}`.execute(tx.db);
};

const describe = (changed: readonly EditedLine[], reason: string | undefined): string => {
  const lines = changed.map((line) => `${line.quantityBefore} → ${line.quantity} × ${line.productName}`).join(', ');
  return reason ? `${lines}: ${reason}` : lines;
};
