import type { CheckoutProblem } from '@cartwright/contracts';
import type { CartLine, CartRow } from '../carts/index.ts';
import { readAvailableUnits } from '../inventory/index.ts';
import type { Reader } from '../kernel/index.ts';

/**
 * Every line with fewer available units than the cart wants. Active holds of other buyers count, those of this cart do
 * not, and backorder limits apply. One statement.
 */
export const findShortages = async (
  reader: Pick<Reader, 'db'>,
  cart: Pick<CartRow, 'id'>,
  lines: readonly Pick<CartLine, 'id' | 'variantId' | 'productName' | 'quantity'>[],
): Promise<CheckoutProblem[]> => {
  if (lines.length === 0) return [];
  const units = await readAvailableUnits(
    reader,
    cart.id,
    lines.map((line) => line.variantId),
  );
  return lines.flatMap(({ id, variantId, productName, quantity }): CheckoutProblem[] => {
    const available = units.get(variantId) ?? 0;
    if (available >= quantity) return [];
    const message = available > 0 ? `Only ${available} of ${productName} can be had.` : `${productName} is sold out.`;
    return [{ itemId: id, code: 'INSUFFICIENT_STOCK', message, available }];
  });
};
