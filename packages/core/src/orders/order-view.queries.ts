/** Saved views of the order list. Each belongs to one account, and nobody else sees it. */
import { instantRange, maxOrderViews, type OrderView, type OrderViewId } from '@cartwright/contracts';
import { notFound, requireScope, requireUser, type Actor, type Core, type Tx, type UserActor } from '../kernel/index.ts';

/** The columns of a view as its owner sees it. */
export const orderViewColumns = ['id', 'name', 'filters', 'sort'] as const;

/** A view saved before inputs had a range of years gets the nearest instant that the list of orders accepts. */
const inRange = (at: string | undefined): string | undefined => {
  if (at === undefined) return undefined;
  if (Date.parse(at) > Date.parse(instantRange.last)) return instantRange.last;
  return Date.parse(at) < Date.parse(instantRange.first) ? instantRange.first : at;
};
const toView = ({ filters, ...view }: OrderView): OrderView => {
  const [placedFrom, placedTo] = [inRange(filters.placedFrom), inRange(filters.placedTo)];
  return { ...view, filters: { ...filters, ...(placedFrom !== undefined && { placedFrom }), ...(placedTo !== undefined && { placedTo }) } };
};

/** The caller as the owner of views. Throws `FORBIDDEN`. */
export const requireViewOwner = (actor: Actor): UserActor => {
  requireScope(actor, 'orders:read');
  return requireUser(actor);
};

/** The saved views of the caller, oldest first. */
export const listOrderViews = async (core: Core, actor: Actor): Promise<{ items: OrderView[] }> => {
  const { userId } = requireViewOwner(actor);
  const rows = await core.db
    .selectFrom('order_views')
    .select(orderViewColumns)
    .$narrowType<{ id: OrderViewId }>()
    .where('userId', '=', userId)
    .orderBy('createdAt')
    .orderBy('id')
    .limit(maxOrderViews)
    .execute();
  return { items: rows.map(toView) };
};

/** A view of this account. Throws `NOT_FOUND`, also for somebody else's. */
export const readOrderView = async ({ db }: Pick<Tx, 'db'>, userId: string, id: string): Promise<OrderView> => {
  const row = await db
    .selectFrom('order_views')
    .select(orderViewColumns)
    .$narrowType<{ id: OrderViewId }>()
    .where('id', '=', id)
    .where('userId', '=', userId)
    .executeTakeFirst();
  if (!row) throw notFound('This view', id);
  return toView(row);
};
