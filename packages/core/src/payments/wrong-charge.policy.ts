/** What staff can do about a wrong charge: an action is listed exactly when its refusal is null. Pure. */
import { formatMoney } from '@cartwright/contracts';
import { DomainError } from '../kernel/index.ts';
import { decideCapture, type Capture } from './capture.policy.ts';
import type { StoredDiscrepancy } from './discrepancy.queries.ts';
import type { ChargeRow } from './payment.row.ts';

/**
 * The refundable amount of a wrong charge: the excess if the payment uses the same charge, otherwise all of it. Zero
 * when nothing can be refunded in the currency of the charge.
 */
export const returnableCents = (
  { reference, saidCents, saidCurrency }: Pick<StoredDiscrepancy, 'reference' | 'saidCents' | 'saidCurrency'>,
  { capturedCents, gatewayReference, currency }: Pick<ChargeRow, 'capturedCents' | 'gatewayReference' | 'currency'>,
): number => {
  if (capturedCents === 0 || gatewayReference !== reference) return saidCents;
  return saidCurrency === currency ? Math.max(0, saidCents - capturedCents) : 0;
};

const inUse = ({ reference }: StoredDiscrepancy, { orderNumber }: NonNullable<ChargeRow['owner']>): DomainError =>
  new DomainError('CHARGE_IN_USE', `Charge ${reference} belongs to order ${orderNumber}.`, { details: { orderNumber } });

/** Why a wrong charge cannot be refunded; null when it can. */
export const refusalOfReturn = (discrepancy: StoredDiscrepancy, payment: ChargeRow): DomainError | null => {
  if (payment.owner) return inUse(discrepancy, payment.owner);
  if (returnableCents(discrepancy, payment) === 0)
    return new DomainError(
      'CHARGE_IN_USE',
      'This charge pays the order, so it cannot be refunded here. Refund the payment of the order instead.',
    );
  // Another discrepancy of the same charge has requested its refund.
  if (!discrepancy.returnCalled && payment.refundRequested)
    return new DomainError(
      'CHARGE_ALREADY_REFUNDED',
      "This charge was refunded before, or its refund is in progress. Check the charge in the provider's dashboard.",
    );
  return null;
};

/** The part of a wrong charge that can pay what was requested. */
export const acceptableCapture = ({ reference, saidCurrency }: StoredDiscrepancy, { amountCents }: ChargeRow): Capture => ({
  reference,
  capturedCents: amountCents,
  currency: saidCurrency,
});

/** Why a wrong charge cannot be accepted as the payment of its order or edit; null when it can. */
export const refusalOfAcceptance = (discrepancy: StoredDiscrepancy, payment: ChargeRow): DomainError | null => {
  const { saidCents, saidCurrency } = discrepancy;
  const { amountCents, currency, orderNumber, orderStatus } = payment;
  if (saidCurrency !== currency || saidCents < amountCents)
    return new DomainError(
      'CHARGE_AMOUNT_MISMATCH',
      `The provider charged ${formatMoney(saidCents, saidCurrency)}, which does not cover ${formatMoney(amountCents, currency)}. ` +
        'Refund the charge and ask the buyer to pay again.',
    );
  const decision = decideCapture(payment, acceptableCapture(discrepancy, payment));
  if (decision.kind === 'pays') return null;
  if (decision.kind === 'foreign') return inUse(discrepancy, decision.owner);
  if (decision.kind === 'refunded')
    return new DomainError(
      'CHARGE_ALREADY_REFUNDED',
      'A refund of this charge was requested, so the charge cannot pay the order. Query the provider for the outcome.',
    );
  return new DomainError('ORDER_NOT_PAYABLE', `Order ${orderNumber} does not need this payment. Refund the charge.`, {
    details: { status: orderStatus },
  });
};
