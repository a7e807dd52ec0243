/** Writes `order_views`, the saved views of the order list. */
import { maxOrderViews, type OrderView, type OrderViewId, type UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { isUniqueViolation, takenField, takenValue, json, type Tx } from '../kernel/index.ts';
import { orderViewColumns } from './order-view.queries.ts';

type ViewContent = Pick<OrderView, 'name' | 'filters' | 'sort'>;

/** Converts a taken name into `NAME_TAKEN`; returns every other error unchanged. */
export const explainTakenName = (error: unknown): unknown =>
  isUniqueViolation(error, 'order_views_name_unique')
    ? takenField('NAME_TAKEN', { thing: 'view', field: 'name', value: takenValue(error), among: 'of yours' }, { cause: error })
    : error;

/** Tx step on a locked account: inserts a view; returns null when the account has the maximum number of views. */
export const insertOrderView = async (tx: Tx, userId: UserId, { name, filters, sort }: ViewContent): Promise<OrderView | null> => {
  const { rows } = await sql<OrderView>`
      insert into order_views (id, user_id, name, filters, sort)
      select ${tx.ids.next<OrderViewId>()}, ${userId}, ${name}, ${json(filters)}, ${sort}
      where (select count(*) from order_views where user_id = ${userId}) < ${maxOrderViews}
      returning ${orderViewColumns}`.execute(tx.db);
  return rows[0] ?? null;
};

/** Tx step: changes what is given of a view of this account; returns null when it has no such view. */
export const changeOrderView = async (
  tx: Tx,
  { id, userId }: { readonly id: OrderViewId; readonly userId: UserId },
  { name, filters, sort }: { readonly [Field in keyof ViewContent]?: ViewContent[Field] | undefined },
): Promise<OrderView | null> => {
  const { rows } = await sql<OrderView>`
      update order_views set name = coalesce(${name ?? null}, name), filters = coalesce(${filters ? json(filters) : null}::jsonb, filters), sort = coalesce(${sort ?? null}, sort)
      where id = ${id} and user_id = ${userId} returning ${orderViewColumns}`.execute(tx.db);
  return rows[0] ?? null;
};

/** Tx step: removes a view of this account; returns false when it has no such view. */
export const removeOrderView = async (tx: Tx, id: OrderViewId, userId: UserId): Promise<boolean> => {
  const { rows } = await sql`delete from order_views where id = ${id} and user_id = ${userId} returning 1`.execute(tx.db);
  return rows.length > 0;
};
