import type { CheckoutProblem } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { CartLine, CartRow } from '../carts/index.ts';
import type { Reader } from '../kernel/index.ts';

/**
 * Every line with fewer available units than the cart wants. Active holds of other buyers count, those of this cart do
 * not, and backorder limits apply. One statement.
 */
export const findShortages = async (
  { db }: Pick<Reader, 'db'>,
  cart: Pick<CartRow, 'id'>,
  lines: readonly Pick<CartLine, 'id' | 'variantId' | 'productName' | 'quantity'>[],
): Promise<CheckoutProblem[]> => {
  if (lines.length === 0) return [];
  const { rows } = await sql<{ variantId: string; free: number }>`
    select s.variant_id as "variantId", greatest(0, s.on_hand - s.reserved + s.backorder_limit + coalesce(h.giving_way, 0))::int as free from stock_levels s
    left join (select variant_id, sum(quantity) as giving_way from holds
      where state = 'active' and cart_id is not null and (cart_id = ${cart.id} or expires_at <= now()) and variant_id = any(${lines.map((l) => l.variantId)}::uuid[]) group by 1) h using (variant_id)
    where s.variant_id = any(${lines.map((l) => l.variantId)}::uuid[])`.execute(db);
  const free = new Map(rows.map((row) => [row.variantId, row.free]));
  return lines.flatMap(({ id, variantId, productName, quantity }): CheckoutProblem[] => {
    const available = free.get(variantId) ?? 0;
    if (available >= quantity) return [];
    const message = available > 0 ? `Only ${available} of ${productName} can be had.` : `${productName} is sold out.`;
    return [{ itemId: id, code: 'INSUFFICIENT_STOCK', message, available }];
  });
};
