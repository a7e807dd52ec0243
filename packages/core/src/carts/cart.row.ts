/** The row of a cart: with a lock from `cart.locks.ts`, or without one. */
import type { CartId, Currency, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { columnsAs, notFound, type Actor, type Reader } from '../kernel/index.ts';
import { customerGroupOf } from '../read-models/customer-group.ts';
import { appliedCreditsColumn, type AppliedCredit } from '../store-credit/index.ts';
import { mayUse } from './cart.policy.ts';

/** A cart, with its credits and the group of its owner. */
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
  /** Whose cart it is, as holds and limits name it: `user:<id>`, or `guest:<hash of the token>`. */
  readonly owner: string;
  /** The owner's customer group, which some prices apply to. */
  readonly customerGroup: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const ownColumns = columnsAs<'carts'>('carts', [
  'id',
  'userId',
  'guestTokenHash',
  'status',
  'currency',
  'countryCode',
  'region',
  'shippingMethodId',
  'promoCode',
  'noteSealed',
  'emailSealed',
  'shippingAddressSealed',
  'mergedInto',
  'version',
  'createdAt',
  'updatedAt',
]);

/** SQL: the columns of `CartRow`, for `carts`. */
export const cartColumns = sql`${ownColumns}, ${appliedCreditsColumn}, ${customerGroupOf('carts.user_id')} as "customerGroup",
  coalesce('user:' || carts.user_id, 'guest:' || coalesce(carts.guest_token_hash, '')) as owner`;

/** Reads a cart this actor may use. Throws `NOT_FOUND`. */
export const getCartRow = async ({ db }: Pick<Reader, 'db'>, cartId: string, actor: Actor): Promise<CartRow> => {
  const { rows } = await sql<CartRow>`select ${cartColumns} from carts where id = ${cartId}`.execute(db);
  if (!rows[0] || !mayUse(rows[0], actor)) throw notFound('This cart', cartId, actor);
  return rows[0];
};

/** The buyer's note on the cart; null without one. */
export const noteOf = ({ sealer }: Pick<Reader, 'sealer'>, { id, noteSealed }: Pick<CartRow, 'id' | 'noteSealed'>): string | null =>
  noteSealed === null ? null : sealer.open(['carts', 'note_sealed', id], noteSealed);
