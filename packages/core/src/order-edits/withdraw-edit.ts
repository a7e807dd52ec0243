import type { Order, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, hasScope, nameCall, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { assertMaySee, getOrderRow, lockOrder, ownsOrder, readOrder, type OrderRow } from '../orders/index.ts';
import { cancelCharges, lockActivePayment, supersedePayment } from '../payments/index.ts';
import { closeEdit } from './steps/close-edit.ts';
import { findOpenEdit, type OpenEdit } from './steps/edit.queries.ts';

/**
 * Withdraws the pending edit of an order, for staff or the buyer. Its charge is cancelled at the provider first. Throws
 * `NO_PENDING_EDIT` when no edit is pending, also when it has just been paid: then it stays in effect.
 */
export const withdrawEdit = async (
  core: Core,
  actor: Actor,
  input: z.output<ShopContract['orders']['withdrawEdit']['input']>,
): Promise<Order> => {
  const seen = await getOrderRow(core, input.orderId, actor);
  assertMaySee(seen, actor);
  if (!ownsOrder(seen, actor) && !hasScope(actor, 'orders:manage'))
    throw new DomainError('FORBIDDEN', 'This account can view the order but cannot change it.', { details: { scope: 'orders:manage' } });
  if (seen.status === 'confirmed') await cancelCharges(core, seen.id);
  return transact(core, { once: { answers: true, again: (tx) => readOrder(tx, input.orderId, actor) } }, async (tx) => {
    const order = await lockOrder(tx, input.orderId);
    const edit = await findOpenEdit(tx, order.id);
    if (!edit)
      throw new DomainError(
        'NO_PENDING_EDIT',
        `Order ${order.orderNumber} has no edit that waits for payment. ${nameCall('orders.get')} shows which took effect.`,
      );
    await endEdit(tx, order, edit, 'withdrawn');
    return readOrder(tx, order.id, actor);
  });
};

/** Tx step on a locked order: ends the edit without payment; a later capture of its charge is refunded. */
export const endEdit = async (tx: Tx, order: OrderRow, edit: OpenEdit, outcome: 'lapsed' | 'withdrawn'): Promise<void> => {
  const active = await lockActivePayment(tx, order.id, edit.id);
  if (active) await supersedePayment(tx, active.id);
  await closeEdit(tx, order, edit, outcome);
};
