import type {
  Currency,
  OrderEditId,
  OrderId,
  Payment,
  PaymentAction,
  PaymentId,
  PaymentMethodInput,
  ShopContract,
} from '@cartwright/contracts';
import { sql, type InferResult, type NotNull } from 'kysely';
import type { z } from 'zod';
import { hasScope, notFound, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { assertMaySee, getOrderRow, ownsOrder } from '../orders/index.ts';
import { openAction } from './payment.action.ts';

type C = ShopContract['payments'];

const view = [
  'id',
  'orderId',
  'orderEditId',
  'provider',
  'method',
  'status',
  'amountCents',
  'refundedCents',
  'currency',
  'failureMessage',
  'failureCode',
  'failureDetail',
  'gatewayPhase',
  'supersededAt',
  'createdAt',
  'capturedAt',
] as const;
const payments = ({ db }: Pick<Core, 'db'>) =>
  db.selectFrom('payments').select(view).$narrowType<{ id: PaymentId; orderId: OrderId; currency: Currency }>();

/** The issuer's reason, shown to staff only. */
const toPayment = ({ orderEditId, gatewayPhase, ...row }: InferResult<ReturnType<typeof payments>>[number], actor: Actor): Payment => ({
  ...row,
  purpose: orderEditId === null ? 'order' : 'difference',
  needsAction: gatewayPhase === 'action',
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
  assertMaySee(await getOrderRow(core, input.orderId, actor), actor);
  const rows = await payments(core).where('orderId', '=', input.orderId).orderBy('createdAt', 'desc').orderBy('id', 'desc').execute();
  return { items: rows.map((row) => toPayment(row, actor)) };
};

/** One charge attempt, for the buyer of its order or for staff. Throws `NOT_FOUND`. */
export const getPayment = async (core: Core, actor: Actor, input: z.output<C['get']['input']>): Promise<Payment> => {
  const row = await payments(core).where('id', '=', input.paymentId).executeTakeFirst();
  if (!row) throw notFound('This payment', input.paymentId, actor);
  const order = await getOrderRow(core, row.orderId);
  if (!ownsOrder(order, actor) && !hasScope(actor, 'orders:read')) throw notFound('This payment', input.paymentId, actor);
  return toPayment(row, actor);
};

/** The first attempt to pay an order; null for an order without one. */
export const findFirstPayment = async ({ db }: Pick<Core, 'db'>, orderId: OrderId): Promise<PaymentId | null> => {
  const first = await db
    .selectFrom('payments')
    .select('id')
    .where('orderId', '=', orderId)
    .orderBy('createdAt')
    .orderBy('id')
    .limit(sql.lit(1))
    .$narrowType<{ id: PaymentId }>()
    .executeTakeFirst();
  return first?.id ?? null;
};

/** The message for the buyer of a failed attempt; null when it has none. */
export const readFailure = async ({ db }: Pick<Core, 'db'>, paymentId: PaymentId): Promise<string | null> => {
  const row = await db.selectFrom('payments').select('failureMessage').where('id', '=', paymentId).executeTakeFirst();
  return row?.failureMessage ?? null;
};

/** The action that the active payment of an order, or of its edit, needs from the buyer; null when it needs none. */
export const findPaymentAction = async (core: Core, orderId: OrderId, editId: OrderEditId | null = null): Promise<PaymentAction | null> => {
  const row = await core.db
    .selectFrom('payments')
    .select(['id', 'provider', 'actionSealed'])
    .where('orderId', '=', orderId)
    .where((eb) => eb('orderEditId', 'is not distinct from', eb.val(editId)))
    .where('supersededAt', 'is', null)
    .where('gatewayPhase', '=', 'action')
    .$narrowType<{ id: PaymentId; actionSealed: NotNull }>()
    .executeTakeFirst();
  return row ? { paymentId: row.id, provider: row.provider, ...openAction(core, row.id, row.actionSealed) } : null;
};

/** The payment method with which an order was paid last, its own charge first; undefined when no charge was captured. */
export const findPaidMethod = ({ db }: Pick<Reader, 'db'>, orderId: string): Promise<PaymentMethodInput | undefined> =>
  db
    .selectFrom('payments')
    .select(['provider', 'method', 'token'])
    .where('orderId', '=', orderId)
    .where('capturedCents', '>', 0)
    .where('supersededAt', 'is', null)
    .orderBy((eb) => eb('orderEditId', 'is not', null))
    .orderBy('createdAt', 'desc')
    .limit(1)
    .executeTakeFirst();
