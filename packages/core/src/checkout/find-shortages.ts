import type { CartId, CheckoutProblem } from '@cartwright/contracts';
import type { CartLine } from '../carts/index.ts';
import { readAvailableUnits, shortageText } from '../inventory/index.ts';
import type { Reader } from '../kernel/index.ts';

/** A cart whose units are checked. */
export interface CheckedCart {
  readonly id: CartId;
  readonly lines: readonly Pick<CartLine, 'id' | 'variantId' | 'productName' | 'variantTitle' | 'sku' | 'quantity'>[];
}

/**
 * For each cart every line with fewer available units than it wants. Active holds of other buyers count, those of the cart do not, and
 * backorder limits apply. One statement for any number of carts, none without lines.
 */
export const findShortages = async (reader: Pick<Reader, 'db'>, carts: readonly CheckedCart[]): Promise<CheckoutProblem[][]> => {
  const wanted = carts.flatMap(({ id, lines }) => lines.map(({ variantId }) => ({ cartId: id, variantId })));
  const units = await readAvailableUnits(reader, wanted);
  return carts.map((cart) =>
    cart.lines.flatMap((line): CheckoutProblem[] => {
      const available = units(cart.id, line.variantId);
      if (available >= line.quantity) return [];
      const message = shortageText(line, { requested: line.quantity, available });
      return [{ itemId: line.id, code: 'INSUFFICIENT_STOCK', message, available }];
    }),
  );
};
