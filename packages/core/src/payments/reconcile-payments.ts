import type { PaymentId, RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { secondsFromNow, transact, workOff, type Core } from '../kernel/index.ts';
import { callGateway } from './call-gateway.ts';
import { cancelCharge } from './cancel-charges.ts';
import { recordUnclearAnswer } from './record-unclear-answer.ts';
import { getPaymentRow } from './payment.row.ts';
import { forgetProblem } from './payment.store.ts';
import { processRefund } from './process-refund.ts';
import { settleCharge } from './settle-charge.ts';

const most = 5_000;
/**
 * Each question to a provider that does not answer takes its whole time limit. Payments not checked within this time are left to a later
 * run.
 */
const askForMs = 20_000;
const sideBySide = { atOnce: 8, forMs: askForMs };

/**
 * Completes what a crash or an unresponsive provider left open: undecided charges are looked up by their key,
 * unanswered refunds are sent again with theirs. Nothing fails by age alone, and the order is random, so that none
 * delays the others. `olderThanSeconds` skips requests that are still running.
 */
export const reconcilePayments = async (core: Core, olderThanSeconds = 60): Promise<{ settled: number; refunds: number }> => {
  const before = secondsFromNow(-olderThanSeconds);
  const open = await core.db
    .selectFrom('payments')
    .select('id')
    .where('status', '=', sql.lit('pending'))
    .where('gatewayPhase', '<>', 'created')
    .where('calledAt', '<=', before)
    .orderBy((eb) => eb.fn('random', []))
    .limit(most)
    .$narrowType<{ id: PaymentId }>()
    .execute();
  const settled = await workOff(core, open, { what: 'the look-up of a charge', ...sideBySide }, ({ id }) => reconcileCharge(core, id));
  const refunds = await core.db
    .selectFrom('refunds')
    .select('id')
    .where('status', '=', sql.lit('pending'))
    .where((eb) => eb(eb.fn.coalesce('calledAt', 'createdAt'), '<=', before))
    .orderBy((eb) => eb.fn('random', []))
    .limit(most)
    .$narrowType<{ id: RefundId }>()
    .execute();
  await workOff(core, refunds, { what: 'a refund', ...sideBySide }, async ({ id }) => {
    await processRefund(core, id);
    return true;
  });
  return { settled, refunds: refunds.length };
};

/**
 * Queries the provider about an undecided charge and settles the answer; true when that decided it. A charge that is no
 * longer needed is cancelled instead.
 */
export const reconcileCharge = async (core: Core, paymentId: PaymentId): Promise<boolean> => {
  const payment = await getPaymentRow(core, paymentId);
  if (payment.superseded || payment.orderStatus === 'cancelled') return cancelCharge(core, payment);
  try {
    const lookup = { idempotencyKey: payment.id, reference: payment.gatewayReference };
    const outcome = await callGateway(core, payment.provider, (gateway) => gateway.findCharge(lookup));
    // The expiry of the order cancels a charge the provider never saw, after another query.
    if (!outcome || outcome.status === 'pending') {
      await transact(core, { oneStatement: true }, (tx) => forgetProblem(tx, paymentId));
      return false;
    }
    await transact(core, (tx) => settleCharge(tx, paymentId, outcome));
    return outcome.status !== 'action';
  } catch (error) {
    await recordUnclearAnswer(core, paymentId, error, 'the payment stays undecided');
    return false;
  }
};
