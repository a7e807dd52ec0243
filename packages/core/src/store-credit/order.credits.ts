/** The gift cards and store credit that pay an order. */
import type { OrderCredit, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** The store credit of a locked order that `restoreCredit` can still restore. */
export const readSpentCredit = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId): Promise<number> => {
  const { rows } = await sql<{ leftCents: number }>`
    select coalesce(sum(amount_cents - returned_cents), 0)::bigint as "leftCents" from order_credits where order_id = ${orderId}`.execute(
    db,
  );
  return rows[0]?.leftCents ?? 0;
};

/** The display name of a credit. */
export const creditName = ({ kind, lastFour }: Pick<OrderCredit, 'kind' | 'lastFour'>): string =>
  kind === 'gift_card' ? `gift card ending in ${lastFour ?? '?'}` : 'store credit';
