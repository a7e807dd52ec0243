import type { OrderEditId, PaymentId, PaymentMethodInput } from '@cartwright/contracts';
import { sql } from 'kysely';
import {
  createMergedWrites,
  GatewayUnavailable,
  perCore,
  transact,
  type ChargeOutcome,
  type ChargeRequest,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import type { OrderRow } from '../orders/index.ts';
import { callGateway } from './call-gateway.ts';
import { mayTry, tooManyDeclines } from './payment.limits.ts';
import { getPaymentRow, type PaymentRow } from './payment.locks.ts';
import { recordSilence, startCalls } from './payment.state.ts';
import { settleCharge } from './settle-charge.ts';
import { settleTogether } from './settle-together.ts';

/** The token of a payment that the buyer makes on the provider's own page, with a means that they choose there. */
export const providerPage = '';

/** The request that wants to pay: what its repeats are known by, and where it came from. */
export interface PaymentRequest {
  readonly requestKey: string;
  /** The buyer's network address; unknown for requests that are not a buyer's. */
  readonly ip: string | null;
}

/**
 * Tx step: writes the intent to charge a locked order, or for one of its edits. The row's id is the key the provider will
 * know the charge by. Throws `TOO_MANY_DECLINES`.
 */
export const createPayment = async (
  tx: Tx,
  order: Pick<OrderRow, 'id' | 'dueCents' | 'currency'> & { readonly orderEditId?: OrderEditId },
  method: PaymentMethodInput,
  { requestKey, ip }: PaymentRequest,
): Promise<PaymentId> => {
  const id = tx.ids.next<PaymentId>();
  const { rows } = await sql<{ id: string }>`
    insert into payments (id, order_id, order_edit_id, provider, method, token, amount_cents, currency, request_key, return_url, ip_index)
    select ${id}, ${order.id}, ${order.orderEditId ?? null}::uuid, ${method.provider}, ${method.method}, ${method.token}, ${order.dueCents}, ${order.currency}, ${requestKey}, ${method.returnUrl ?? null},
      ${ip === null ? null : tx.sealer.index('ip', ip)}
    where ${mayTry(tx, { orderId: order.id, ip })} returning id`.execute(tx.db);
  if (rows.length === 0) throw tooManyDeclines();
  return id;
};

const toChargeRequest = (core: Core, payment: PaymentRow): ChargeRequest => ({
  idempotencyKey: payment.id,
  orderId: payment.orderId,
  orderNumber: payment.orderNumber,
  amountCents: payment.amountCents,
  currency: payment.currency,
  token: payment.token,
  returnUrl: payment.returnUrl ?? core.config.publicUrl,
});

const callsOf = perCore((core) =>
  createMergedWrites<PaymentId, PaymentRow | null>(core, {
    maxBatch: 64,
    maxWaiting: 20_000,
    maxWaitMs: 30_000,
    lanes: 1,
    write: async (_key, paymentIds) => {
      const started = new Map((await startCalls(core, paymentIds)).map((row) => [row.id, row]));
      return paymentIds.map((id) => {
        const row = started.get(id) ?? null;
        // Of two requests for one payment, one makes the first call.
        started.delete(id);
        return row;
      });
    },
  }),
);

/** Marks a payment as being called, in a statement that it shares with others. Null where somebody else has made the first call. */
const startCall = async (core: Core, paymentId: PaymentId): Promise<PaymentRow | null> =>
  (await callsOf(core).submit('calls', paymentId)) ?? (await startCalls(core, [paymentId]))[0] ?? null;

/**
 * Brings a payment to a decision, from wherever an earlier try left it: marks it as being called, asks
 * the provider, settles. A charge that may exist already is looked up first, and is only made with the
 * same key. Answers the settled outcome, or `unknown` when the provider gave none; reconciliation goes on then.
 */
export const chargePayment = async (core: Core, paymentId: PaymentId): Promise<ChargeOutcome['status'] | 'unknown'> => {
  const started = await startCall(core, paymentId);
  const payment = started ?? (await getPaymentRow(core, paymentId));
  if (payment.gatewayPhase === 'decided') return settledStatus(payment);
  core.failpoints.reach('checkout.beforeCharge');
  let outcome: ChargeOutcome;
  try {
    outcome = await callGateway(core, payment.provider, async (gateway) => {
      const found = started ? null : await gateway.findCharge({ idempotencyKey: payment.id, reference: payment.gatewayReference });
      const request = toChargeRequest(core, payment);
      return found ?? (payment.token === providerPage ? gateway.openPage(request) : gateway.charge(request));
    });
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    core.log.warn({ err: error, paymentId }, 'the provider gave no answer; the payment is undecided');
    await recordSilence(core, paymentId);
    return 'unknown';
  }
  core.failpoints.reach('checkout.afterCharge');
  // An edit moves stock that the batch of settlements does not know of beforehand.
  if (payment.orderEditId) await transact(core, (tx) => settleCharge(tx, paymentId, outcome));
  else await settleTogether(core, paymentId, outcome);
  core.failpoints.reach('checkout.afterSettle');
  return outcome.status;
};

const settledStatus = ({ status }: PaymentRow): ChargeOutcome['status'] =>
  status === 'failed' ? 'declined' : status === 'voided' ? 'voided' : 'captured';
