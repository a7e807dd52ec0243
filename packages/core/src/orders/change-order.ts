import type { OrderEditId, OrderItemId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { lockStock, restockLines, sellEditHolds, sellMore } from '../inventory/index.ts';
import type { Actor, Tx } from '../kernel/index.ts';
import { changePromoUse, releasePromo, type CodeUse } from '../pricing/index.ts';
import { changedLines, type EditedLine, type EditPlan } from './order.edits.ts';
import type { OrderRow } from './order.locks.ts';
import { logOrder } from './order.log.ts';
import { writeAddress } from './update-order-address.ts';

/**
 * Tx step on a locked order: applies an edit plan. Removed units go back into stock; added units are sold, from the
 * holds of the edit if it waited for a payment. Each change has its own ledger rows. The caller moves the money.
 */
export const changeOrder = async (
  tx: Tx,
  order: OrderRow,
  plan: EditPlan,
  { actor, reason, editId }: { readonly actor: Actor; readonly reason: string | null; readonly editId: OrderEditId | null },
): Promise<void> => {
  const changed = changedLines(plan);
  if (plan.shippingAddress) await writeAddress(tx, order, actor, plan.shippingAddress);
  const changeId = await logOrder(tx, order.id, actor, { kind: 'edit', text: describe(changed, reason), customerVisible: true });
  const lines = await writeLines(tx, order, plan.lines);
  await writeSums(tx, order, plan);
  if (plan.codeUse !== undefined) await writeCodeUse(tx, order, plan.codeUse);
  const moved = lines.map((line) => ({ ...line, delta: line.quantity - line.quantityBefore }));
  const stockChange = { reason: `order ${order.orderNumber} changed`, changeId, actor };
  const going = moved.map((line) => ({ ...line, quantity: -line.delta }));
  const coming = moved.map((line) => ({ ...line, quantity: line.delta }));
  // Removing and adding both change stock: all stock rows are locked in order before the first change.
  await lockStock(
    tx,
    changed.map((line) => line.variantId),
  );
  await restockLines(tx, going, stockChange);
  await (editId ? sellEditHolds(tx, editId, coming, stockChange) : sellMore(tx, coming, stockChange));
  const { id: orderId, orderNumber, userId, currency } = order;
  const { differenceCents } = plan;
  tx.outbox.add('order.edited', orderId, { orderId, orderNumber, userId, currency, totalCents: plan.totals.totalCents, differenceCents });
};

/** Writes the changed lines, new ones after the others; returns them all with their ids. */
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

/** The new totals of an order. A lower total is recorded as credited; a higher one gets an invoice of its own for the difference. */
const writeSums = async (tx: Tx, order: OrderRow, plan: EditPlan): Promise<void> => {
  const { lines, totals, totalsBefore, differenceCents } = plan;
  const cheaper = differenceCents <= 0;
  await sql`
    update orders set subtotal_cents = ${totals.subtotalCents}, discount_cents = ${totals.discountCents}, shipping_cents = ${totals.shippingCents}, tax_cents = ${totals.taxCents},
      total_cents = ${totals.totalCents}, shipping_tax_cents = ${plan.shippingTaxCents}, shipping_method = ${plan.shippingMethod}, tax_basis_points = ${plan.taxBasisPoints},
      item_count = ${lines.reduce((units, line) => units + line.quantity, 0)}, credited_cents = credited_cents + ${cheaper ? -differenceCents : 0},
      credited_tax_cents = credited_tax_cents + ${cheaper ? totalsBefore.taxCents - totals.taxCents : 0}, updated_at = clock_timestamp()
    where id = ${order.id}`.execute(tx.db);
};

/** An order that its promo code no longer reduces releases the use and loses the code. */
const writeCodeUse = async (tx: Tx, order: OrderRow, codeUse: CodeUse | null): Promise<void> => {
  if (codeUse) return changePromoUse(tx, order.id, codeUse);
  await sql`update orders set promo_code = null where id = ${order.id}`.execute(tx.db);
  await releasePromo(tx, order.id);
};

const describe = (changed: readonly EditedLine[], reason: string | null): string => {
  const lines = changed.map((line) => `${line.quantityBefore} → ${line.quantity} × ${line.productName}`).join(', ');
  return [lines, reason].filter(Boolean).join(': ');
};
