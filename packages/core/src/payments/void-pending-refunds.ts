import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Tx step on a locked order: takes back the refunds that no provider was asked for yet; answers how many. One that was sent may have moved money and stays. */
export const voidPendingRefunds = async (tx: Tx, orderId: OrderId): Promise<number> => {
  await sql`select id from payments where order_id = ${orderId} order by id for no key update`.execute(tx.db);
  const { rows } = await sql<{ refunds: number }>`
    with voided as (
      update refunds r set status = 'voided' from payments p where p.id = r.payment_id and p.order_id = ${orderId} and r.status = 'pending' and r.called_at is null
      returning r.payment_id, r.amount_cents
    ), sums as (select payment_id, sum(amount_cents) as cents, count(*)::int as refunds from voided group by payment_id),
    freed as (update payments p set refund_claimed_cents = p.refund_claimed_cents - sums.cents from sums where p.id = sums.payment_id)
    select coalesce(sum(refunds), 0)::int as refunds from sums`.execute(tx.db);
  return rows[0]?.refunds ?? 0;
};
