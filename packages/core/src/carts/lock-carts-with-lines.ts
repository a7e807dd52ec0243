import { isRefusal, lockedElsewhere, type Answer, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { lockCarts, type WantedCart } from './cart.locks.ts';
import type { CartRow } from './cart.row.ts';
import { readOfferedLines, type OfferedLine } from './cart.offers.ts';

/** A locked cart, and its lines with their present offers; a closed cart without its lines. */
export interface CartWithLines {
  readonly cart: CartRow;
  readonly lines: readonly OfferedLine[];
}

/**
 * Tx step: locks carts that their actors may use, and reads the lines of the open ones as they are under the lock. Two statements for any
 * number. Refuses with `NOT_FOUND`.
 */
export const lockCartsWithLines = async (
  tx: Tx,
  wanted: readonly WantedCart[],
  waitPolicy: LockWaitPolicy,
): Promise<Answer<CartWithLines>[]> => {
  const carts = await lockCarts(tx, wanted, waitPolicy);
  const open = carts.flatMap((cart) => (cart !== lockedElsewhere && !isRefusal(cart) && cart.status === 'active' ? [cart.id] : []));
  const linesOf = await readOfferedLines(tx, open);
  return carts.map((cart) => (cart === lockedElsewhere || isRefusal(cart) ? cart : { cart, lines: linesOf.get(cart.id) ?? [] }));
};
