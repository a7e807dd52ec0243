import { instantRange, maxOrderViews, type OrderView, type OrderViewId, type ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  DomainError,
  isUniqueViolation,
  json,
  notFound,
  requireScope,
  requireUser,
  transact,
  transactOnce,
  type Actor,
  type Core,
  type UserActor,
  type Tx,
} from '../kernel/index.ts';

type C = ShopContract['orderViews'];
const columns = sql`id, name, filters, sort`;

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

const ownerOf = (actor: Actor): UserActor => {
  requireScope(actor, 'orders:read');
  return requireUser(actor);
};
const explain = (error: unknown): unknown =>
  isUniqueViolation(error, 'order_views_name_unique')
    ? new DomainError('CONFLICT', 'You already have a view with this name.', { cause: error })
    : error;

/** The saved views of the caller, oldest first. */
export const listOrderViews = async (core: Core, actor: Actor): Promise<{ items: OrderView[] }> => {
  const { userId } = ownerOf(actor);
  const { rows } = await sql<OrderView>`
    select ${columns} from order_views where user_id = ${userId} order by created_at, id limit ${maxOrderViews}`.execute(core.db);
  return { items: rows.map(toView) };
};

const readView = async ({ db }: Pick<Tx, 'db'>, userId: string, id: string): Promise<OrderView> => {
  const { rows } = await sql<OrderView>`select ${columns} from order_views where id = ${id} and user_id = ${userId}`.execute(db);
  if (!rows[0]) throw notFound('This view');
  return toView(rows[0]);
};

/**
 * Saves a view under a name. Throws `CONFLICT` when the name is taken, `LIMIT_REACHED` when the account has the maximum
 * number of views.
 */
export const createOrderView = (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<OrderView> => {
  const { userId } = ownerOf(actor);
  const answer = transactOnce(
    core,
    { answers: true, subject: (view: OrderView) => view.id, again: (tx, { subject }) => readView(tx, userId, subject) },
    async (tx) => {
      // Additions to one account run one after the other: two concurrent ones would each miss the other in their count.
      await sql`select 1 from users where id = ${userId} for no key update`.execute(tx.db);
      const { rows } = await sql<OrderView>`
      insert into order_views (id, user_id, name, filters, sort)
      select ${tx.ids.next<OrderViewId>()}, ${userId}, ${input.name}, ${json(input.filters)}, ${input.sort}
      where (select count(*) from order_views where user_id = ${userId}) < ${maxOrderViews}
      returning ${columns}`.execute(tx.db);
      if (!rows[0])
        throw new DomainError('LIMIT_REACHED', `You have reached the limit of ${maxOrderViews} saved views. Delete one first.`, {
          details: { limit: maxOrderViews },
        });
      return rows[0];
    },
  );
  return answer.catch((error: unknown) => Promise.reject(explain(error)));
};

/** Renames a view or changes what it shows. Throws `NOT_FOUND`, also for somebody else's, and `CONFLICT` when the name is taken. */
export const updateOrderView = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<OrderView> => {
  const { userId } = ownerOf(actor);
  const { id, name, filters, sort } = input;
  const answer = transact(core, async (tx) => {
    const { rows } = await sql<OrderView>`
      update order_views set name = coalesce(${name ?? null}, name), filters = coalesce(${filters ? json(filters) : null}::jsonb, filters), sort = coalesce(${sort ?? null}, sort)
      where id = ${id} and user_id = ${userId} returning ${columns}`.execute(tx.db);
    if (!rows[0]) throw notFound('This view');
    return rows[0];
  });
  return answer.catch((error: unknown) => Promise.reject(explain(error)));
};

/** Deletes a view. Throws `NOT_FOUND`, also for somebody else's. */
export const deleteOrderView = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  const { userId } = ownerOf(actor);
  return transact(core, async (tx) => {
    const { rows } = await sql`delete from order_views where id = ${id} and user_id = ${userId} returning 1`.execute(tx.db);
    if (rows.length === 0) throw notFound('This view');
    return { ok: true };
  });
};
