import type { OrderId, PaymentId, PaymentMethodInput } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

export interface NewPayment {
  readonly order: { readonly id: OrderId; readonly totalCents: number; readonly currency: string };
  readonly method: PaymentMethodInput;
}

/** Tx step: writes the intents to charge new orders, in one statement. Answers each order's payment, whose id is the key the provider will know the charge by. */
export const insertPayments = async (tx: Tx, payments: readonly NewPayment[]): Promise<Map<OrderId, PaymentId>> => {
  if (payments.length === 0) return new Map();
  const rows = payments.map(({ order, method }) => ({
    id: tx.ids.next<PaymentId>(),
    orderId: order.id,
    ...method,
    amountCents: order.totalCents,
    currency: order.currency,
  }));
  await sql`
    insert into payments (id, order_id, provider, method, token, amount_cents, currency)
    select id, "orderId", provider, method, token, "amountCents", currency
    from json_to_recordset(${JSON.stringify(rows)}::json) as p(id uuid, "orderId" uuid, provider text, method text, token text, "amountCents" bigint, currency text)`.execute(
    tx.db,
  );
  return new Map(rows.map((row) => [row.orderId, row.id]));
};
