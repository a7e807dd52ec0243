import type { Payment, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { hasScope, type Actor, type Core } from '../kernel/index.ts';
import { assertMaySee, getOrderRow } from '../orders/index.ts';

type C = ShopContract['payments']['listForOrder'];

interface PaymentView extends Omit<Payment, 'createdAt' | 'capturedAt' | 'supersededAt'> {
  readonly createdAt: Date;
  readonly capturedAt: Date | null;
  readonly supersededAt: Date | null;
}
const view = sql`id, order_id as "orderId", provider, method, status, amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
  failure_message as "failureMessage", failure_code as "failureCode", failure_detail as "failureDetail", gateway_phase = 'action' as "needsAction",
  superseded_at as "supersededAt", created_at as "createdAt", captured_at as "capturedAt"`;

/** The issuer's reason is for staff alone. */
const toPayment = (row: PaymentView, actor: Actor): Payment => ({
  ...row,
  ...(!hasScope(actor, 'payments:read') && { failureCode: null, failureDetail: null }),
  createdAt: row.createdAt.toISOString(),
  capturedAt: row.capturedAt?.toISOString() ?? null,
  supersededAt: row.supersededAt?.toISOString() ?? null,
});

/** Every charge attempt of an order, newest first, for its buyer or for staff. Throws `NOT_FOUND`. */
export const listPaymentsForOrder = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  assertMaySee(await getOrderRow(core, input.orderId), actor);
  const { rows } =
    await sql<PaymentView>`select ${view} from payments where order_id = ${input.orderId} order by created_at desc, id desc`.execute(
      core.db,
    );
  return { items: rows.map((row) => toPayment(row, actor)) };
};
