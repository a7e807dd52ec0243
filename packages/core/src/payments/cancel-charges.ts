import type { OrderId, PaymentId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { secondsFromNow, transact, type Core } from '../kernel/index.ts';
import { callGateway } from './call-gateway.ts';
import { recordUnclearAnswer } from './record-unclear-answer.ts';
import { getPaymentRow, type PaymentRow } from './payment.row.ts';
import { closeBeforeCall, forgetProblem } from './payment.store.ts';
import { settleCharge } from './settle-charge.ts';

/**
 * Cancels the undecided charges of an order at their providers and settles the outcome, which may be a capture. Returns
 * false when a provider does not respond or has not decided: then nothing may be released yet.
 */
export const cancelCharges = async (core: Core, orderId: OrderId): Promise<boolean> => {
  const rows = await core.db
    .selectFrom('payments')
    .select('id')
    .where('orderId', '=', orderId)
    .where('status', '=', sql.lit('pending'))
    .orderBy('id')
    .execute();
  let closed = true;
  for (const { id } of rows) if (!(await cancelCharge(core, await getPaymentRow(core, id)))) closed = false;
  return closed;
};

/** `cancelCharges` for one charge. */
export const cancelCharge = async (core: Core, payment: PaymentRow): Promise<boolean> => {
  if (payment.gatewayPhase === 'created' && (await transact(core, { oneStatement: true }, (tx) => closeBeforeCall(tx, payment.id))))
    return true;
  if (await isUnderWay(core, payment.id)) return false;
  try {
    const outcome = await callGateway(core, payment.provider, (gateway) =>
      gateway.cancelCharge({ idempotencyKey: payment.id, reference: payment.gatewayReference }),
    );
    if (outcome?.status === 'pending' || outcome?.status === 'action') {
      await transact(core, { oneStatement: true }, (tx) => forgetProblem(tx, payment.id));
      return false;
    }
    await transact(core, (tx) => settleCharge(tx, payment.id, outcome ?? { status: 'voided', reference: `void_${payment.id}` }));
    // A charge of another payment decides nothing about this one.
    return (await getPaymentRow(core, payment.id)).status !== 'pending';
  } catch (error) {
    await recordUnclearAnswer(core, payment.id, error, 'the charge is not cancelled yet');
    return false;
  }
};

/** Whether the charge was sent just now: the cancellation could reach the provider before the charge does. */
const isUnderWay = async ({ db, config }: Core, paymentId: PaymentId): Promise<boolean> => {
  const row = await db
    .selectFrom('payments')
    .select('id')
    .where('id', '=', paymentId)
    .where('gatewayPhase', '=', 'calling')
    .where('calledAt', '>', secondsFromNow(-(config.gatewayTimeoutMs / 1000 + 5)))
    .executeTakeFirst();
  return row !== undefined;
};
