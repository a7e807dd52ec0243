/** Writes `order_views`, the saved views of the order list. */
import { maxOrderViews, type OrderView, type OrderViewId, type UserId } from '@cartwright/contracts';
import { isUniqueViolation, takenField, takenValue, json, rowCount, type Tx } from '../kernel/index.ts';
import { orderViewColumns } from './order-view.queries.ts';

type ViewContent = Pick<OrderView, 'name' | 'filters' | 'sort'>;

/** Converts a taken name into `NAME_TAKEN`; returns every other error unchanged. */
export const explainTakenName = (error: unknown): unknown =>
  isUniqueViolation(error, 'order_views_name_unique')
    ? takenField('NAME_TAKEN', { thing: 'view', field: 'name', value: takenValue(error), among: 'of yours' }, { cause: error })
    : error;

/** Tx step on a locked account: inserts a view; returns null when the account has the maximum number of views. */
export const insertOrderView = async (tx: Tx, userId: UserId, { name, filters, sort }: ViewContent): Promise<OrderView | null> => {
  const view = await tx.db
    .insertInto('order_views')
    .columns(['id', 'userId', 'name', 'filters', 'sort'])
    .expression(
      tx.db
        .selectNoFrom(({ val }) => [
          val(tx.ids.next<OrderViewId>()).as('id'),
          val(userId).as('userId'),
          val(name).as('name'),
          json(filters).as('filters'),
          val(sort).as('sort'),
        ])
        .where((eb) => eb(eb.selectFrom('order_views').select(rowCount.as('n')).where('userId', '=', userId), '<', maxOrderViews)),
    )
    .returning(orderViewColumns)
    .$narrowType<{ id: OrderViewId }>()
    .executeTakeFirst();
  return view ?? null;
};

/** Tx step: changes what is given of a view of this account; returns null when it has no such view. */
export const changeOrderView = async (
  { db }: Pick<Tx, 'db'>,
  { id, userId }: { readonly id: OrderViewId; readonly userId: UserId },
  { name, filters, sort }: { readonly [Field in keyof ViewContent]?: ViewContent[Field] | undefined },
): Promise<OrderView | null> => {
  const view = await db
    .updateTable('order_views')
    .set(({ fn, val, ref }) => ({
      name: fn.coalesce(val(name ?? null), ref('name')),
      filters: fn.coalesce(filters ? json(filters) : val(null), ref('filters')),
      sort: fn.coalesce(val(sort ?? null), ref('sort')),
    }))
    .where('id', '=', id)
    .where('userId', '=', userId)
    .returning(orderViewColumns)
    .$narrowType<{ id: OrderViewId }>()
    .executeTakeFirst();
  return view ?? null;
};

/** Tx step: removes a view of this account; returns false when it has no such view. */
export const removeOrderView = async ({ db }: Pick<Tx, 'db'>, id: OrderViewId, userId: UserId): Promise<boolean> => {
  const { numDeletedRows } = await db.deleteFrom('order_views').where('id', '=', id).where('userId', '=', userId).executeTakeFirst();
  return numDeletedRows > 0n;
};
