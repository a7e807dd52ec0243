/** The gift cards and store credit that pay an order, as shown with the order. */
import type { OrderCredit, OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

export interface OrderCreditRow extends OrderCredit {
  /** Restored amounts in the order in which they were restored. */
  readonly back: readonly { readonly amountCents: number; readonly reason: string | null; readonly createdAt: string }[];
}

/** SQL: a column for a statement over orders `o`, with rows of `OrderCreditRow`. */
export const orderCreditsColumn = sql`coalesce((select json_agg(json_build_object('creditId', k.credit_id, 'kind', c.kind, 'lastFour', c.last_four, 'amountCents', k.amount_cents, 'returnedCents', k.returned_cents,
    'back', coalesce((select json_agg(json_build_object('amountCents', m.amount_cents, 'reason', m.reason, 'createdAt', to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by m.created_at, m.id)
      from store_credit_movements m where m.order_id = k.order_id and m.credit_id = k.credit_id and m.kind = 'give_back'), '[]')) order by c.kind = 'account', k.credit_id)
  from order_credits k join store_credits c on c.id = k.credit_id where k.order_id = o.id), '[]') as credits`;

/** SQL: a column for a statement over orders `o`: the restored part of their credit; orders without credit need no look-up. */
export const creditReturnedColumn = sql`case when o.store_credit_cents = 0 then 0 else (select sum(k.returned_cents) from order_credits k where k.order_id = o.id)::bigint end as "creditReturnedCents"`;

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
