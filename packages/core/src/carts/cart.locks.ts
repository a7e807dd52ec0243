/** Locks and ownership of carts. Somebody else's cart is reported as missing. */
import type { Currency, CartId, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, guestTokenHash, notFound, type Actor, type Reader, type Tx } from '../kernel/index.ts';
import { appliedCreditsColumn, type AppliedCredit } from '../store-credit/index.ts';

export interface CartRow {
  readonly id: CartId;
  readonly userId: UserId | null;
  readonly guestTokenHash: string | null;
  readonly status: 'active' | 'converted' | 'merged';
  readonly currency: Currency;
  readonly countryCode: string | null;
  readonly region: string | null;
  readonly shippingMethodId: string | null;
  readonly promoCode: string | null;
  /** The gift cards and store credit to pay with. */
  readonly credits: readonly AppliedCredit[];
  readonly noteSealed: string | null;
  readonly emailSealed: string | null;
  readonly shippingAddressSealed: string | null;
  readonly mergedInto: CartId | null;
  /** The owner's customer group, which some prices apply to. */
  readonly customerGroup: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Columns of `CartRow`, for `carts`. */
export const cartColumns = sql`id, user_id as "userId", guest_token_hash as "guestTokenHash", status, currency, country_code as "countryCode", region, shipping_method_id as "shippingMethodId", promo_code as "promoCode",
  note_sealed as "noteSealed", email_sealed as "emailSealed", shipping_address_sealed as "shippingAddressSealed", merged_into as "mergedInto",
  (select u.customer_group from users u where u.id = carts.user_id) as "customerGroup", ${appliedCreditsColumn},
  version, created_at as "createdAt", updated_at as "updatedAt"`;

const mayUse = (cart: CartRow, actor: Actor): boolean => {
  if (actor.kind === 'system') return true;
  if (actor.kind === 'user' && cart.userId === actor.userId) return true;
  return cart.guestTokenHash !== null && cart.guestTokenHash === guestTokenHash(actor);
};

/** Reads a cart this actor may use. Throws `NOT_FOUND`. */
export const getCartRow = async ({ db }: Pick<Reader, 'db'>, cartId: string, actor: Actor): Promise<CartRow> => {
  const { rows } = await sql<CartRow>`select ${cartColumns} from carts where id = ${cartId}`.execute(db);
  if (!rows[0] || !mayUse(rows[0], actor)) throw notFound('This cart');
  return rows[0];
};

/** Locks a cart this actor may use; a second request on the same cart waits here. Throws `NOT_FOUND`. */
export const lockCart = async (tx: Tx, cartId: string, actor: Actor): Promise<CartRow> => {
  const { rows } = await sql<CartRow>`select ${cartColumns} from carts where id = ${cartId} for no key update`.execute(tx.db);
  if (!rows[0] || !mayUse(rows[0], actor)) throw notFound('This cart');
  return rows[0];
};

interface WantedCart {
  readonly cartId: string;
  readonly actor: Actor;
}
const freeCarts = (wanted: readonly WantedCart[]) =>
  sql`select ${cartColumns} from carts where id = any(${wanted.map((w) => w.cartId)}::uuid[]) order by id for no key update skip locked`;

/** For each request its cart, if it exists, belongs to the requester, and was not named by an earlier request. */
const giveTo = <T extends CartRow>(wanted: readonly WantedCart[], rows: readonly T[]): (T | null)[] => {
  const free = new Map(rows.map((row) => [row.id as string, row]));
  return wanted.map(({ cartId, actor }) => {
    const row = free.get(cartId);
    if (!row || !mayUse(row, actor)) return null;
    free.delete(cartId);
    return row;
  });
};

/**
 * Locks those of the wanted carts that are not locked, without waiting (`SKIP LOCKED`). Returns a row for each wanted
 * cart: null when the cart is locked, belongs to another actor, or was named before.
 */
export const lockFreeCarts = async (tx: Tx, wanted: readonly WantedCart[]): Promise<(CartRow | null)[]> =>
  giveTo(wanted, (await sql<CartRow>`${freeCarts(wanted)}`.execute(tx.db)).rows);

/**
 * `lockFreeCarts` for carts that are to be changed, each with its owner as `lockOpenCart` does. Also null when the cart
 * can no longer be changed, or when its owner is locked.
 */
export const lockFreeOpenCarts = async (tx: Tx, wanted: readonly WantedCart[]): Promise<(CartRow | null)[]> => {
  const { rows } = await sql<CartRow & { ownerLocked: boolean }>`
    select c.*, pg_try_advisory_xact_lock(hashtextextended(coalesce('user:' || "userId", 'guest:' || "guestTokenHash"), 0)) as "ownerLocked"
    from (${freeCarts(wanted)}) c`.execute(tx.db);
  return giveTo(wanted, rows).map((row) => {
    if (!row?.ownerLocked || row.status !== 'active') return null;
    const { ownerLocked: _, ...cart } = row;
    return cart;
  });
};

/** The buyer's note on the cart; null without one. */
export const noteOf = ({ sealer }: Pick<Reader, 'sealer'>, { id, noteSealed }: Pick<CartRow, 'id' | 'noteSealed'>): string | null =>
  noteSealed === null ? null : sealer.open(['carts', 'note_sealed', id], noteSealed);

/** Whose cart it is, as holds and limits name it: `user:<id>`, or `guest:<hash of the token>`. */
export const ownerOf = (cart: Pick<CartRow, 'userId' | 'guestTokenHash'>): string =>
  cart.userId === null ? `guest:${cart.guestTokenHash ?? ''}` : `user:${cart.userId}`;

/** Locks all holds of the owner of locked carts, as `lockOpenCart` does. */
export const lockOwner = async (tx: Tx, cart: Pick<CartRow, 'userId' | 'guestTokenHash'>): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtextextended(${ownerOf(cart)}, 0))`.execute(tx.db);
};

/**
 * Locks a cart that can still be changed, and then its owner, so that what one buyer holds in several
 * carts can be counted exactly. Throws `NOT_FOUND`, or `CART_ALREADY_ORDERED`, or `CART_MERGED`.
 */
export const lockOpenCart = async (tx: Tx, cartId: string, actor: Actor): Promise<CartRow> => {
  const { rows } = await sql<CartRow & { ownerLocked: unknown }>`
    select c.*, pg_advisory_xact_lock(hashtextextended(coalesce('user:' || "userId", 'guest:' || "guestTokenHash"), 0)) as "ownerLocked"
    from (select ${cartColumns} from carts where id = ${cartId} for no key update) c`.execute(tx.db);
  if (!rows[0] || !mayUse(rows[0], actor)) throw notFound('This cart');
  const { ownerLocked: _, ...cart } = rows[0];
  assertOpen(cart);
  return cart;
};

/** Throws `CART_ALREADY_ORDERED` or `CART_MERGED` for a cart that can no longer be changed. */
export const assertOpen = ({ status, mergedInto }: CartRow): void => {
  if (status === 'converted')
    throw new DomainError('CART_ALREADY_ORDERED', 'This cart has already been ordered. Create a new cart.', { details: { status } });
  if (status === 'merged')
    throw new DomainError('CART_MERGED', "This cart was merged into the account's cart.", { details: { status, cartId: mergedInto } });
};
