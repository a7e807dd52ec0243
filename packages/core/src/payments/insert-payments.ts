import type { Currency, OrderId, PaymentId, PaymentMethodInput } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import type { PaymentRequest } from './charge-payment.ts';

export interface NewPayment {
  readonly order: { readonly id: OrderId; readonly totalCents: number; readonly currency: Currency };
  readonly method: PaymentMethodInput;
  readonly request: PaymentRequest;
}

/**
 * Tx step: writes the intents to charge new orders, in one statement; the caller has checked the limits of their
 * addresses. Returns the payment of each order, whose id is the idempotency key of the charge at the provider.
 */
export const insertPayments = async (tx: Tx, payments: readonly NewPayment[]): Promise<Map<OrderId, PaymentId>> => {
  if (payments.length === 0) return new Map();
  const rows = payments.map(({ order, method: { returnUrl = null, ...method }, request: { requestKey, ip } }) => ({
    id: tx.ids.next<PaymentId>(),
    orderId: order.id,
    ...method,
    amountCents: order.totalCents,
    currency: order.currency,
    requestKey,
    returnUrl,
    ipIndex: ip === null ? null : tx.sealer.index('ip', ip),
  }));
  await sql`
    insert into payments (id, order_id, provider, method, token, amount_cents, currency, request_key, return_url, ip_index)
    select id, "orderId", provider, method, token, "amountCents", currency, "requestKey", "returnUrl", "ipIndex"
    from json_to_recordset(${JSON.stringify(rows)}::json) as p(id uuid, "orderId" uuid, provider text, method text, token text, "amountCents" bigint, currency text,
      "requestKey" text, "returnUrl" text, "ipIndex" text)`.execute(tx.db);
  return new Map(rows.map((row) => [row.orderId, row.id]));
};
