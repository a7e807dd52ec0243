import { transact, type Core } from '../kernel/index.ts';
import { captureConflict } from './identify-payment.ts';
import type { PaymentRow } from './payment.row.ts';
import type { ChargeRecords } from './read-records.ts';
import { settleCharge } from './settle-charge.ts';
import type { RecordProblem } from './settle-provider-refunds.ts';

/**
 * Records the capture that refunds and disputes are about, in its own transaction, when this shop does not have it yet.
 * Returns why that is not possible; null when the payment is captured.
 */
export const settleCaptureFirst = async (core: Core, payment: PaymentRow, { outcome }: ChargeRecords): Promise<RecordProblem | null> => {
  if (payment.capturedCents > 0) return null;
  if (outcome?.status !== 'captured')
    return { waits: true, reason: `The provider has not captured charge ${payment.gatewayReference ?? 'of this payment'} yet.` };
  const conflict = captureConflict(payment, outcome);
  if (conflict) return { waits: false, reason: conflict };
  await transact(core, (tx) => settleCharge(tx, payment.id, outcome));
  return null;
};
