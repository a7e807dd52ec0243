import type { OrderEditId, OrderId, Payment, PaymentAction, PaymentId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { hasScope, notFound, type Actor, type Core } from '../kernel/index.ts';
import { assertMaySee, getOrderRow, ownsOrder } from '../orders/index.ts';
import { openAction } from './payment.action.ts';
import { declinedMessage } from './settle-charge.ts';

type C = ShopContract['payments'];

interface PaymentView extends Omit<Payment, 'createdAt' | 'capturedAt' | 'supersededAt'> {
  readonly createdAt: Date;
  readonly capturedAt: Date | null;
  readonly supersededAt: Date | null;
}
const view = sql`id, order_id as "orderId", case when order_edit_id is null then 'order' else 'difference' end as purpose, provider, method, status, amount_cents as "amountCents", refunded_cents as "refundedCents", currency,
  failure_message as "failureMessage", failure_code as "failureCode", failure_detail as "failureDetail", gateway_phase = 'action' as "needsAction",
  superseded_at as "supersededAt", created_at as "createdAt", captured_at as "capturedAt"`;

/** The issuer's reason, shown to staff only. */
const toPayment = (row: PaymentView, actor: Actor): Payment => ({
  ...row,
  ...(!hasScope(actor, 'payments:read') && { failureCode: null, failureDetail: null }),
  createdAt: row.createdAt.toISOString(),
  capturedAt: row.capturedAt?.toISOString() ?? null,
  supersededAt: row.supersededAt?.toISOString() ?? null,
});

/** Every charge attempt of an order, newest first, for its buyer or for staff. Throws `NOT_FOUND`. */
export const listPaymentsForOrder = async (
  core: Core,
  actor: Actor,
  input: z.output<C['listForOrder']['input']>,
): Promise<z.output<C['listForOrder']['output']>> => {
  assertMaySee(await getOrderRow(core, input.orderId), actor);
  const { rows } =
    await sql<PaymentView>`select ${view} from payments where order_id = ${input.orderId} order by created_at desc, id desc`.execute(
      core.db,
    );
  return { items: rows.map((row) => toPayment(row, actor)) };
};

/** One charge attempt, for the buyer of its order or for staff. Throws `NOT_FOUND`. */
export const getPayment = async (core: Core, actor: Actor, input: z.output<C['get']['input']>): Promise<Payment> => {
  const { rows } = await sql<PaymentView>`select ${view} from payments where id = ${input.paymentId}`.execute(core.db);
  const row = rows[0];
  if (!row) throw notFound('This payment');
  const order = await getOrderRow(core, row.orderId);
  if (!ownsOrder(order, actor) && !hasScope(actor, 'orders:read')) throw notFound('This payment');
  return toPayment(row, actor);
};

/** The message for the buyer of a failed attempt. */
export const readFailure = async ({ db }: Pick<Core, 'db'>, paymentId: PaymentId): Promise<string> => {
  const { rows } = await sql<{ message: string | null }>`select failure_message as message from payments where id = ${paymentId}`.execute(
    db,
  );
  return rows[0]?.message ?? declinedMessage;
};

/** The action that the active payment of an order, or of its edit, needs from the buyer; null when it needs none. */
export const findPaymentAction = async (core: Core, orderId: OrderId, editId: OrderEditId | null = null): Promise<PaymentAction | null> => {
  const { rows } = await sql<{ id: PaymentId; provider: PaymentAction['provider']; sealed: string }>`
    select id, provider, action_sealed as sealed from payments where order_id = ${orderId} and order_edit_id is not distinct from ${editId}::uuid and superseded_at is null and gateway_phase = 'action'`.execute(
    core.db,
  );
  const row = rows[0];
  return row ? { paymentId: row.id, provider: row.provider, ...openAction(core, row.id, row.sealed) } : null;
};
