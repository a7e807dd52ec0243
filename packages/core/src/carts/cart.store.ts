/**
 * Writes `carts`. An `active` cart ends once: as an order (`converted`), or in the cart of the account that its guest has signed in to
 * (`merged`). Except for `markAbandonedCarts`, the steps on existing carts expect that their caller has locked them.
 */
import type { Currency, CartId, StoreCreditId, UserId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type NotNull } from 'kysely';
import { anyId, json, now, rowCount, rowsAs, sumOf, type Tx } from '../kernel/index.ts';
import { lockAbandonedCarts } from './cart.locks.ts';
import { cartColumns, type CartRow } from './cart.row.ts';

/** The version of a cart after a change, and when it was changed. */
export interface CartVersion {
  readonly version: number;
  readonly updatedAt: Date;
}

/** A gift card or store credit on a cart, with its balance at the time. */
export interface SeenCredit {
  readonly creditId: StoreCreditId;
  readonly seenCents: number;
}

/** The JSON that a cart stores of its credits. */
const creditsJson = (credits: readonly SeenCredit[]) => json(credits.map(({ creditId, seenCents }) => ({ creditId, seenCents })));

/** A cart to create. */
export interface NewCart {
  readonly id: CartId;
  readonly userId: UserId | null;
  readonly guestTokenHash: string | null;
  readonly currency: Currency;
  readonly countryCode: string | null;
}

/** Inserts carts without lines. Returns their rows, in any order. */
export const insertCarts = async ({ db }: Pick<Tx, 'db'>, carts: readonly NewCart[]): Promise<CartRow[]> => {
  const { rows } = await sql<CartRow>`
    insert into carts (id, user_id, guest_token_hash, currency, country_code)
    select id, user_id, guest_token_hash, currency, country_code
    from ${rowsAs('c', carts, { id: 'uuid', userId: 'uuid', guestTokenHash: 'text', currency: 'text', countryCode: 'text' })}
    returning ${cartColumns}`.execute(db);
  return rows;
};

const nextVersion = expressionBuilder<Database, 'carts'>()('version', '+', sql.lit(1));
/** What every change of a cart does to its row. */
const changed = { version: nextVersion, updatedAt: now, abandonedAt: null };
const versionColumns = ['version', 'updatedAt'] as const;

/** Replaces the gift cards and store credits of a cart. */
export const setCartCredits = async ({ db }: Pick<Tx, 'db'>, cartId: CartId, credits: readonly SeenCredit[]): Promise<void> => {
  await db
    .updateTable('carts')
    .set({ ...changed, credits: creditsJson(credits) })
    .where('id', '=', cartId)
    .execute();
};

/** Sets or clears the promo code of a cart; the prices of its lines stay. */
export const setCartPromoCode = ({ db }: Pick<Tx, 'db'>, cartId: CartId, promoCode: string | null): Promise<CartVersion | undefined> =>
  db
    .updateTable('carts')
    .set({ ...changed, promoCode })
    .where('id', '=', cartId)
    .returning(versionColumns)
    .executeTakeFirst();

/** Sets the destination and the shipping method of a cart. */
export const setCartDestination = (
  { db }: Pick<Tx, 'db'>,
  { id, countryCode, region, shippingMethodId }: Pick<CartRow, 'id' | 'countryCode' | 'region' | 'shippingMethodId'>,
): Promise<CartVersion | undefined> =>
  db
    .updateTable('carts')
    .set({ ...changed, countryCode, region, shippingMethodId })
    .where('id', '=', id)
    .returning(versionColumns)
    .executeTakeFirst();

/** What a buyer may set on a cart at once. Personal fields are sealed for this cart. */
export type CartFields = Pick<
  CartRow,
  'noteSealed' | 'emailSealed' | 'shippingAddressSealed' | 'countryCode' | 'region' | 'currency' | 'shippingMethodId'
> & { readonly credits: readonly SeenCredit[] };

/** Sets the fields of a cart. */
export const setCartFields = ({ db }: Pick<Tx, 'db'>, cartId: CartId, fields: CartFields): Promise<CartVersion | undefined> => {
  const { noteSealed, emailSealed, shippingAddressSealed, countryCode, region, currency, shippingMethodId } = fields;
  const credits = creditsJson(fields.credits);
  return db
    .updateTable('carts')
    .set({ ...changed, noteSealed, emailSealed, shippingAddressSealed, countryCode, region, currency, shippingMethodId, credits })
    .where('id', '=', cartId)
    .returning(versionColumns)
    .executeTakeFirst();
};

/** What a cart may get from a cart that is merged into it. */
export type MergedFields = Omit<CartFields, 'currency'> & Pick<CartRow, 'promoCode'>;

/** Sets the fields of a cart that another one is merged into. Its version stays: the change of its lines increments it. */
export const setMergedFields = async ({ db }: Pick<Tx, 'db'>, cartId: CartId, fields: MergedFields): Promise<void> => {
  const { promoCode, noteSealed, emailSealed, shippingAddressSealed, countryCode, region, shippingMethodId } = fields;
  const credits = creditsJson(fields.credits);
  await db
    .updateTable('carts')
    .set({ promoCode, noteSealed, emailSealed, shippingAddressSealed, countryCode, region, shippingMethodId, credits })
    .where('id', '=', cartId)
    .execute();
};

/** Gives the cart of a guest to an account; the guest token ends. Returns the row as it is then. */
export const assignCart = async ({ db }: Pick<Tx, 'db'>, cartId: CartId, userId: UserId): Promise<CartRow> => {
  const { rows } = await sql<CartRow>`
    update carts set user_id = ${userId}, guest_token_hash = null, updated_at = now() where id = ${cartId}
    returning ${cartColumns}`.execute(db);
  const [cart] = rows;
  if (!cart) throw new Error(`Cart ${cartId} does not exist`);
  return cart;
};

/** What is announced of an abandoned cart. */
export interface AbandonedCart {
  readonly cartId: CartId;
  readonly userId: UserId | null;
  readonly currency: Currency;
  readonly lineCount: number;
  readonly subtotalCents: number;
}

/** Marks those of the carts as abandoned that are due and that nobody has locked, and returns them. */
export const markAbandonedCarts = async (
  { db }: Pick<Tx, 'db'>,
  cartIds: readonly CartId[],
  afterHours: number,
): Promise<AbandonedCart[]> => {
  return db
    .with('left_behind', (cte) => lockAbandonedCarts(cte, cartIds, afterHours))
    .updateTable('carts as c')
    .from('left_behind as l')
    .set({ abandonedAt: now })
    .whereRef('c.id', '=', 'l.id')
    .returning((eb) => [
      'c.id as cartId',
      'c.userId',
      'c.currency',
      eb.selectFrom('cart_items as i').select(rowCount.as('n')).whereRef('i.cartId', '=', 'c.id').as('lineCount'),
      eb
        .selectFrom('cart_items as i')
        .select((line) => sumOf(line('i.quantity', '*', line.ref('i.unitPriceCents'))).as('cents'))
        .whereRef('i.cartId', '=', 'c.id')
        .as('subtotalCents'),
    ])
    .$narrowType<{ cartId: CartId; userId: UserId | null; currency: Currency; lineCount: NotNull; subtotalCents: NotNull }>()
    .execute();
};

/** Where closed carts went: into an order, or into another cart. */
interface CartEnd {
  readonly status: 'converted' | 'merged';
  readonly into: CartId | null;
}
const end = async ({ db }: Pick<Tx, 'db'>, cartIds: readonly CartId[], { status, into }: CartEnd): Promise<void> => {
  const { numUpdatedRows } = await db
    .updateTable('carts')
    .set({ status, mergedInto: into, version: nextVersion, updatedAt: now })
    .where('id', '=', anyId(cartIds))
    .where('status', '=', sql.lit('active'))
    .executeTakeFirst();
  if (numUpdatedRows !== BigInt(cartIds.length)) throw new Error(`One of the carts ${cartIds.join(', ')} is no longer active`);
};

/** Tx step: closes locked carts because they became orders. Throws when one of them is no longer active. */
export const convertCarts = (tx: Tx, cartIds: readonly CartId[]): Promise<void> => end(tx, cartIds, { status: 'converted', into: null });

/** Tx step: closes a locked cart because its lines went into another one. Throws when it is no longer active. */
export const closeMergedCart = (tx: Tx, cartId: CartId, into: CartId): Promise<void> => end(tx, [cartId], { status: 'merged', into });
