import type { PaymentId, PaymentProvider, RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { DisputeOutcome, GatewayNotice, NoticeOutcome, Tx } from '../kernel/index.ts';
import { recordRefund } from './process-refund.ts';
import { settleCharge } from './settle-charge.ts';
import { settleDispute } from './settle-dispute.ts';

export type NoticeResult = 'applied' | 'ignored' | 'orphaned';
type About = Pick<GatewayNotice, 'eventId' | 'reference' | 'paymentId' | 'outcome' | 'foreign'>;

/** Tx step: the effect of a provider's event. What belongs to another mode or account is left alone, loudly. */
export const applyNotice = async (tx: Tx, provider: PaymentProvider, notice: About): Promise<NoticeResult> => {
  const { eventId, reference, paymentId, outcome } = notice;
  if (notice.foreign) {
    tx.log.error({ provider, eventId, reference }, 'a provider sent an event of another account, or of its test mode to the live shop');
    return 'ignored';
  }
  if (!outcome) return 'ignored';
  const known =
    outcome.status === 'refund' ? await refundExists(tx, outcome.refundId) : await findPaymentId(tx, provider, reference, paymentId);
  if (!known) {
    tx.log.error({ provider, eventId, reference }, 'a provider reports a charge or a refund that the shop does not know');
    return 'orphaned';
  }
  await settle(tx, known, outcome);
  return 'applied';
};

const settle = async (tx: Tx, id: string, outcome: NoticeOutcome): Promise<void> => {
  if (outcome.status === 'refund') return recordRefund(tx, id as RefundId, outcome.outcome);
  const paymentId = id as PaymentId;
  return isDispute(outcome) ? settleDispute(tx, paymentId, outcome.status) : settleCharge(tx, paymentId, outcome);
};

const isDispute = (outcome: NoticeOutcome): outcome is DisputeOutcome => outcome.status.startsWith('dispute_');

const findPaymentId = async (
  tx: Tx,
  provider: PaymentProvider,
  reference: string | null,
  paymentId: string | null,
): Promise<string | null> => {
  const { rows } = await sql<{ id: string }>`
    select id from payments where provider = ${provider} and (gateway_reference = ${reference} or id::text = ${paymentId}) limit 1`.execute(
    tx.db,
  );
  return rows[0]?.id ?? null;
};

const refundExists = async (tx: Tx, refundId: string): Promise<string | null> => {
  const { rows } = await sql<{ id: string }>`select id from refunds where id::text = ${refundId}`.execute(tx.db);
  return rows[0]?.id ?? null;
};
