/** Tx steps on a locked order that decide its pending edit: exactly one of them happens, once. */
import type { OrderEditStatus } from '@cartwright/contracts';
import { sql } from 'kysely';
import { releaseEditHolds } from '../inventory/index.ts';
import type { Actor, Tx } from '../kernel/index.ts';
import { changeOrder } from './change-order.ts';
import type { OpenEdit } from './order.edits.ts';
import { logOrder } from './order.log.ts';
import type { OrderRow } from './order.locks.ts';

const decide = async (tx: Tx, edit: OpenEdit, status: Exclude<OrderEditStatus, 'awaiting_payment'>): Promise<void> => {
  const { rows } = await sql<{ id: string }>`
    update order_edits set status = ${status}, decided_at = now() where id = ${edit.id} and status = 'awaiting_payment' returning id`.execute(
    tx.db,
  );
  if (!rows[0]) throw new Error(`Edit ${edit.id} was already applied or closed`);
};

/** Applies an edit whose difference was paid. */
export const applyEdit = async (tx: Tx, order: OrderRow, edit: OpenEdit, actor: Actor): Promise<void> => {
  await decide(tx, edit, 'applied');
  await changeOrder(tx, order, edit.plan, { actor, reason: edit.reason, editId: edit.id });
  if (edit.addressIsUnreadable)
    await logOrder(tx, order.id, actor, {
      kind: 'note',
      text: 'The new address of this change is damaged and cannot be read. The order keeps its address. Ask the customer for the new one.',
      customerVisible: false,
    });
};

/**
 * Closes an edit that was not paid or was withdrawn: releases its units and leaves the order unchanged. A later payment
 * for it is refunded.
 */
export const closeEdit = async (tx: Tx, order: OrderRow, edit: OpenEdit, outcome: 'lapsed' | 'withdrawn'): Promise<void> => {
  await decide(tx, edit, outcome);
  await releaseEditHolds(tx, edit.id);
  await sql`update orders set updated_at = clock_timestamp() where id = ${order.id}`.execute(tx.db);
  const { id: orderId, orderNumber, userId, currency } = order;
  const { differenceCents } = edit.plan;
  tx.outbox.add('order.edit_closed', orderId, { orderId, orderNumber, userId, editId: edit.id, differenceCents, currency, outcome });
};
