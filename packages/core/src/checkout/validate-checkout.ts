import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { getCartRow } from '../carts/index.ts';
import type { Actor, Core } from '../kernel/index.ts';
import { prepareCheckout } from './prepare-checkout.ts';

type C = ShopContract['checkout']['validate'];

/** Whether a cart can be bought right now, and if not why, line by line. Changes nothing. */
export const validateCheckout = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const cart = await getCartRow(core, input.cartId, actor);
  const { lines, sums, problems } = await prepareCheckout(core, actor, cart);
  const { rows } = await sql<{ variantId: string; free: number }>`
    select s.variant_id as "variantId", s.on_hand - s.reserved
        + coalesce((select sum(quantity) from holds h where h.variant_id = s.variant_id and h.state = 'active' and h.cart_id is not null and h.expires_at <= now() and h.cart_id <> ${cart.id}), 0)::int
        + coalesce((select quantity from holds h where h.variant_id = s.variant_id and h.cart_id = ${cart.id} and h.state = 'active'), 0) as free
    from stock_levels s where s.variant_id = any(${lines.map((l) => l.variantId)}::uuid[])`.execute(core.db);
  const free = new Map(rows.map((row) => [row.variantId, row.free]));
  for (const line of lines) {
    const available = free.get(line.variantId) ?? 0;
    if (available < line.quantity)
      problems.push({
        itemId: line.id,
        code: 'INSUFFICIENT_STOCK',
        message: available > 0 ? `Only ${available} of ${line.productName} can be had.` : `${line.productName} is sold out.`,
        available,
      });
  }
  return { ready: problems.length === 0, problems, totals: sums.totals };
};
