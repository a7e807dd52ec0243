import type { PaymentId } from '@cartwright/contracts';
import { GatewayResponseInvalid, GatewayUnavailable, storableText, type Core, transact } from '../kernel/index.ts';
import { recordSilence } from './payment.store.ts';

/** Why an answer is invalid; null for a provider that gave none. */
export const problemIn = (error: GatewayUnavailable): string | null =>
  error instanceof GatewayResponseInvalid ? storableText(error.message, 1_000) : null;

/**
 * Records that a provider gave no clear answer about a charge, so that the payment stays undecided; the problem of an
 * invalid answer is kept for staff. Rethrows every other error.
 */
export const recordUnclearAnswer = async (core: Core, paymentId: PaymentId, error: unknown, effect: string): Promise<void> => {
  if (!(error instanceof GatewayUnavailable)) throw error;
  core.log.warn({ err: error, paymentId }, `the provider gave no clear answer; ${effect}`);
  await transact(core, { oneStatement: true }, (tx) => recordSilence(tx, paymentId, problemIn(error)));
};
