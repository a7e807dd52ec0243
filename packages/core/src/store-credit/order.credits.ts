/** What an order took of gift cards and account credit, as it is shown with the order. */
import type { OrderCredit } from '@cartwright/contracts';
import { sql } from 'kysely';

export interface OrderCreditRow extends OrderCredit {
  /** What went back, in the order in which it did. */
  readonly back: readonly { readonly amountCents: number; readonly reason: string | null; readonly createdAt: string }[];
}

/** A column for a statement over orders `o`: rows of `OrderCreditRow`. */
export const orderCreditsColumn = sql`coalesce((select json_agg(json_build_object('creditId', k.credit_id, 'kind', c.kind, 'lastFour', c.last_four, 'amountCents', k.amount_cents, 'returnedCents', k.returned_cents,
    'back', coalesce((select json_agg(json_build_object('amountCents', m.amount_cents, 'reason', m.reason, 'createdAt', to_char(m.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by m.created_at, m.id)
      from store_credit_movements m where m.order_id = k.order_id and m.credit_id = k.credit_id and m.kind = 'give_back'), '[]')) order by c.kind = 'account', k.credit_id)
  from order_credits k join store_credits c on c.id = k.credit_id where k.order_id = o.id), '[]') as credits`;

/** A column for a statement over orders `o`: how much of their credit went back; nothing is looked up for those without. */
export const creditReturnedColumn = sql`case when o.store_credit_cents = 0 then 0 else (select sum(k.returned_cents) from order_credits k where k.order_id = o.id)::bigint end as "creditReturnedCents"`;

/** The name of a credit for people. */
export const creditName = ({ kind, lastFour }: Pick<OrderCredit, 'kind' | 'lastFour'>): string =>
  kind === 'gift_card' ? `gift card ending in ${lastFour ?? '?'}` : 'store credit';
