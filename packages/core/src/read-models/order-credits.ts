/** The gift cards and store credit that pay an order, as shown with the order. */
import type { OrderCredit } from '@cartwright/contracts';
import { sql } from 'kysely';
import { instantTextOf as at } from '../kernel/index.ts';

/** A credit that pays an order. */
export interface OrderCreditRow extends OrderCredit {
  /** Restored amounts in the order in which they were restored. */
  readonly back: readonly { readonly amountCents: number; readonly reason: string | null; readonly createdAt: string }[];
}

/** SQL: the credits of orders `o`. */
export const orderCredits = sql<readonly OrderCreditRow[]>`coalesce((
  select json_agg(json_build_object('creditId', k.credit_id, 'kind', c.kind, 'lastFour', c.last_four, 'amountCents', k.amount_cents,
    'returnedCents', k.returned_cents, 'back', coalesce((
      select json_agg(json_build_object('amountCents', m.amount_cents, 'reason', m.reason, 'createdAt', ${at('m.created_at')})
        order by m.created_at, m.id)
      from store_credit_movements m
      where m.order_id = k.order_id and m.credit_id = k.credit_id and m.kind = 'give_back'), '[]'))
    order by c.kind = 'account', k.credit_id)
  from order_credits k join store_credits c on c.id = k.credit_id where k.order_id = o.id), '[]')`;

/** SQL: the restored part of the credit of orders `o`; orders without credit need no look-up. */
export const creditReturned = sql<number>`case when o.store_credit_cents = 0 then 0
  else (select sum(k.returned_cents) from order_credits k where k.order_id = o.id)::bigint end`;
