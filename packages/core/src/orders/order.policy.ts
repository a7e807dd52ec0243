/** Who may see an order and act on it. Pure. */
import { guestTokenHash, hasScope, notFound, type Actor } from '../kernel/index.ts';
import type { OrderRow } from './order.row.ts';

type Owned = Pick<OrderRow, 'userId' | 'guestTokenHash' | 'archivedAt'>;

/** Whether the actor is the buyer of the order. A deleted order has no buyer: it is kept for staff only. */
export const ownsOrder = (order: Owned, actor: Actor): boolean => {
  if (order.archivedAt !== null) return false;
  if (actor.kind === 'user' && order.userId === actor.userId) return true;
  return order.guestTokenHash !== null && order.guestTokenHash === guestTokenHash(actor);
};

/** The status of an order in a message: `partly shipped` for a paid order of which some units have shipped. */
export const statusInWords = ({ status, shippedCount }: Pick<OrderRow, 'status' | 'shippedCount'>): string =>
  status === 'confirmed' ? (shippedCount > 0 ? 'partly shipped' : 'paid') : status;

/** Throws `NOT_FOUND`, the same answer as for an order that does not exist. */
export const assertMaySee = (order: Owned & Pick<OrderRow, 'id'>, actor: Actor): void => {
  if (!ownsOrder(order, actor) && !hasScope(actor, 'orders:read')) throw notFound('This order', order.id, actor);
};
