/** Locks of carts. Somebody else's cart is reported as missing. */
import type { CartId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type Expression, type QueryCreator, type RawBuilder } from 'kysely';
import {
  anyId,
  isRefusal,
  lockedElsewhere,
  notFound,
  onlyAnswer,
  type Actor,
  type Answer,
  type LockWaitPolicy,
  type Tx,
} from '../kernel/index.ts';
import { findRefusals } from './cart.closed.ts';
import { isAbandoned, mayUse } from './cart.policy.ts';
import { cartColumns, type CartRow } from './cart.row.ts';

/** A cart, and the actor who wants to use it. */
export interface WantedCart {
  readonly cartId: string;
  readonly actor: Actor;
}

/** SQL: locks carts in ascending order of their ids. */
const cartsToLock = (wanted: readonly WantedCart[], { skipLocked }: LockWaitPolicy): RawBuilder<CartRow> => sql<CartRow>`
  select ${cartColumns} from carts where id = any(${wanted.map((w) => w.cartId)}::uuid[]) order by id
  for no key update ${sql.raw(skipLocked ? 'skip locked' : '')}`;

/** For each request its cart: a cart goes to the first request that names it. */
const cartOfEach = <T extends CartRow>(wanted: readonly WantedCart[], rows: readonly T[], { skipLocked }: LockWaitPolicy): Answer<T>[] => {
  const free = new Map(rows.map((row) => [row.id as string, row]));
  return wanted.map(({ cartId, actor }) => {
    const row = free.get(cartId);
    if (!row) return skipLocked ? lockedElsewhere : notFound('This cart', cartId, actor);
    if (!mayUse(row, actor)) return notFound('This cart', cartId, actor);
    free.delete(cartId);
    return row;
  });
};

/** Locks carts that their actors may use; a second request on the same cart waits here. Refuses with `NOT_FOUND`. */
export const lockCarts = async (tx: Tx, wanted: readonly WantedCart[], waitPolicy: LockWaitPolicy): Promise<Answer<CartRow>[]> =>
  cartOfEach(wanted, (await cartsToLock(wanted, waitPolicy).execute(tx.db)).rows, waitPolicy);

/** `lockCarts` for one, waiting for it. Throws `NOT_FOUND`. */
export const lockCart = async (tx: Tx, cartId: string, actor: Actor): Promise<CartRow> =>
  onlyAnswer(await lockCarts(tx, [{ cartId, actor }], { skipLocked: false }));

/**
 * Locks carts that can still be changed, each with its owner, so that what one buyer holds in several carts can be counted exactly. Refuses
 * with `NOT_FOUND`, or `CART_ALREADY_ORDERED`, or `CART_MERGED`.
 */
export const lockOpenCarts = async (tx: Tx, wanted: readonly WantedCart[], waitPolicy: LockWaitPolicy): Promise<Answer<CartRow>[]> => {
  const lock = sql.raw(waitPolicy.skipLocked ? 'pg_try_advisory_xact_lock' : 'pg_advisory_xact_lock');
  const { rows } = await sql<CartRow & { locked: boolean | '' }>`
    select c.*, ${lock}(hashtextextended(owner, 0)) as locked
    from (${cartsToLock(wanted, waitPolicy)}) c`.execute(tx.db);
  const refusals = await findRefusals(tx, rows);
  return cartOfEach(wanted, rows, waitPolicy).map((row): Answer<CartRow> => {
    if (row === lockedElsewhere || isRefusal(row)) return row;
    const { locked, ...cart } = row;
    if (locked === false) return lockedElsewhere;
    return refusals.get(cart.id) ?? cart;
  });
};

/** Tx step, part of a statement: locks those of the carts that are to be announced as abandoned and that nobody else has locked. */
export const lockAbandonedCarts = (
  db: QueryCreator<Database>,
  cartIds: readonly CartId[],
  afterHours: number,
): Expression<{ id: string }> =>
  db
    .selectFrom('carts as c')
    .select('c.id')
    .where(isAbandoned(afterHours))
    .where('c.id', '=', anyId(cartIds))
    .orderBy('c.id')
    .forNoKeyUpdate()
    .skipLocked();

/** `lockOpenCarts` for one, waiting for it. Throws the refusal. */
export const lockOpenCart = async (tx: Tx, cartId: string, actor: Actor): Promise<CartRow> =>
  onlyAnswer(await lockOpenCarts(tx, [{ cartId, actor }], { skipLocked: false }));

/** Locks all holds of the owner of locked carts, as `lockOpenCarts` does. */
export const lockOwner = async (tx: Tx, { owner }: Pick<CartRow, 'owner'>): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${owner}, 0))`.execute(tx.db);
};
