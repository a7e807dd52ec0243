/** The statuses of an order: the allowed transitions, and the only function that writes `orders.status`. */
import type { CancellationReason, OrderStatus } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, transitionsOf, type Actor, type Tx } from '../kernel/index.ts';
import type { OrderRow } from './order.locks.ts';

export const orderTransitions = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered', 'cancelled'],
  delivered: [],
  cancelled: [],
} as const satisfies Record<OrderStatus, readonly OrderStatus[]>;

export const { mayBecome, assertTransition } = transitionsOf<OrderStatus>('An order', orderTransitions);

/** A step to a status, with the cancellation reason for `cancelled`. */
export type StatusStep =
  | { readonly to: 'cancelled'; readonly reason: CancellationReason }
  | { readonly to: Exclude<OrderStatus, 'pending' | 'cancelled'> };

/** Tx step on locked orders: writes the status and its history row in one statement, and checks the table of transitions. */
export const changeOrderStatuses = async (
  tx: Tx,
  orders: readonly OrderRow[],
  step: StatusStep,
  actor: Actor,
  note: string | null = null,
): Promise<OrderRow[]> => {
  for (const order of orders) assertTransition(order.status, step.to);
  const reason = step.to === 'cancelled' ? step.reason : null;
  await sql`
    with changed as (
      update orders set status = ${step.to}, cancellation_reason = ${reason}, expires_at = null, updated_at = now(),
        paid_at = case when ${step.to} = 'confirmed' then now() else paid_at end
      from unnest(${orders.map((o) => o.id)}::uuid[], ${orders.map((o) => o.status)}::text[]) as was(id, status)
      where orders.id = was.id returning orders.id, was.status as before)
    insert into order_status_changes (order_id, position, from_status, to_status, actor, note)
    select id, (select coalesce(max(position), 0) + 1 from order_status_changes c where c.order_id = changed.id), before, ${step.to}, ${actorName(actor)}, ${note} from changed`.execute(
    tx.db,
  );
  return orders.map((order) => ({ ...order, status: step.to, cancellationReason: reason }));
};

/** `changeOrderStatuses` for one. */
export const changeOrderStatus = async (
  tx: Tx,
  order: OrderRow,
  step: StatusStep,
  actor: Actor,
  note: string | null = null,
): Promise<OrderRow> => {
  const [changed] = await changeOrderStatuses(tx, [order], step, actor, note);
  return changed ?? order;
};
