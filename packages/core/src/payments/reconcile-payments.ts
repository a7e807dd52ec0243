import type { PaymentId, RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { transact, workOff, type Core, writeStatement } from '../kernel/index.ts';
import { callGateway } from './call-gateway.ts';
import { cancelCharge } from './cancel-charges.ts';
import { noteSilence } from './note-silence.ts';
import { getPaymentRow } from './payment.locks.ts';
import { forgetProblem } from './payment.store.ts';
import { processRefund } from './process-refund.ts';
import { settleCharge } from './settle-charge.ts';

const most = 5_000;
/** Each question to a provider that does not answer takes its whole time limit. Payments not checked within this time are left to a later run. */
const askForMs = 20_000;
const sideBySide = { atOnce: 8, forMs: askForMs };

/**
 * Completes what a crash or an unresponsive provider left open: undecided charges are looked up by their key,
 * unanswered refunds are sent again with theirs. Nothing fails by age alone, and the order is random, so that none
 * delays the others. `olderThanSeconds` skips requests that are still running.
 */
export const reconcilePayments = async (core: Core, olderThanSeconds = 60): Promise<{ settled: number; refunds: number }> => {
  const open = await sql<{ id: PaymentId }>`
    select id from payments where status = 'pending' and gateway_phase <> 'created' and called_at <= now() - make_interval(secs => ${olderThanSeconds})
    order by random() limit ${most}`.execute(core.db);
  const settled = await workOff(core, open.rows, { what: 'the look-up of a charge', ...sideBySide }, ({ id }) => reconcileCharge(core, id));
  const refunds = await sql<{ id: RefundId }>`
    select id from refunds where status = 'pending' and coalesce(called_at, created_at) <= now() - make_interval(secs => ${olderThanSeconds}) order by random() limit ${most}`.execute(
    core.db,
  );
  await workOff(core, refunds.rows, { what: 'a refund', ...sideBySide }, async ({ id }) => {
    await processRefund(core, id);
    return true;
  });
  return { settled, refunds: refunds.rows.length };
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
      await writeStatement(core, (tx) => forgetProblem(tx, paymentId));
      return false;
    }
    await transact(core, (tx) => settleCharge(tx, paymentId, outcome));
    return outcome.status !== 'action';
  } catch (error) {
    await noteSilence(core, paymentId, error, 'the payment stays undecided');
    return false;
  }
};
