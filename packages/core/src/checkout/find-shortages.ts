import type { CartId, CheckoutProblem } from '@cartwright/contracts';
import type { CartLine } from '../carts/index.ts';
import { readAvailableUnits } from '../inventory/index.ts';
import type { Reader } from '../kernel/index.ts';

/** A cart whose units are checked. */
export interface CheckedCart {
  readonly id: CartId;
  readonly lines: readonly Pick<CartLine, 'id' | 'variantId' | 'productName' | 'quantity'>[];
}

/**
 * For each cart every line with fewer available units than it wants. Active holds of other buyers count, those of the cart do not, and
 * backorder limits apply. One statement for any number of carts, none without lines.
 */
export const findShortages = async (reader: Pick<Reader, 'db'>, carts: readonly CheckedCart[]): Promise<CheckoutProblem[][]> => {
  const wanted = carts.flatMap(({ id, lines }) => lines.map(({ variantId }) => ({ cartId: id, variantId })));
  const units = await readAvailableUnits(reader, wanted);
  return carts.map((cart) =>
    cart.lines.flatMap(({ id, variantId, productName, quantity }): CheckoutProblem[] => {
      const available = units(cart.id, variantId);
      if (available >= quantity) return [];
      const message = available > 0 ? `Only ${available} of ${productName} can be had.` : `${productName} is sold out.`;
      return [{ itemId: id, code: 'INSUFFICIENT_STOCK', message, available }];
    }),
  );
};
