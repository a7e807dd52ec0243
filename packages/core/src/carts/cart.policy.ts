/** The rules of carts: who may use one, which currencies and quantities it may have, and when it is abandoned. Pure. */
import { maxQuantity, type UserId, type VariantId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import { DomainError, guestTokenHash, minutesFromNow, type Actor } from '../kernel/index.ts';
import type { ShopTerms } from '../pricing/index.ts';

/** Whom a cart belongs to: an account, or the guest who holds its token. */
interface CartOwner {
  readonly userId: UserId | null;
  readonly guestTokenHash: string | null;
}

/** Whether an actor may use a cart: its account, the guest who holds its token, and the shop itself. */
export const mayUse = (cart: CartOwner, actor: Actor): boolean => {
  if (actor.kind === 'system') return true;
  if (actor.kind === 'user' && cart.userId === actor.userId) return true;
  return cart.guestTokenHash !== null && cart.guestTokenHash === guestTokenHash(actor);
};

/** Throws `CURRENCY_MISMATCH` for a currency that the shop does not sell in. Without a list of currencies it sells in all. */
export const assertSoldIn = ({ currency, shopCurrency, currencies }: ShopTerms): void => {
  if (currency !== shopCurrency && currencies.length > 0 && !currencies.includes(currency))
    throw new DomainError('CURRENCY_MISMATCH', `This shop does not sell in ${currency}.`, {
      details: { requested: currency, available: [shopCurrency, ...currencies], variantId: null },
    });
};

/** Checks the units of one line. Throws `INVALID_QUANTITY` above the limit of a line. */
export const assertQuantity = (variantId: VariantId, quantity: number): number => {
  if (quantity <= maxQuantity) return quantity;
  throw new DomainError('INVALID_QUANTITY', `A cart line can have at most ${maxQuantity} units.`, {
    details: { variantId, requested: quantity },
  });
};

/** SQL: whether nobody has changed the cart `c`, which has lines, for some hours, and it is not announced as abandoned yet. */
export const isAbandoned = (hours: number): Expression<SqlBool> => {
  const eb = expressionBuilder<Database & { c: Database['carts'] }, 'c'>();
  const lines = eb.selectFrom('cart_items as i').select(eb.lit(1).as('one')).whereRef('i.cartId', '=', 'c.id');
  return eb.and([
    eb('c.status', '=', sql.lit('active')),
    eb('c.abandonedAt', 'is', null),
    eb('c.updatedAt', '<', minutesFromNow(-60 * hours)),
    eb.exists(lines),
  ]);
};
