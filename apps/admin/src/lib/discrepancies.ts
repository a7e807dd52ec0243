/** Names and links of payment discrepancies, shared by the order page and the page of unreconciled payments. */
import type { PaymentDiscrepancy } from '@cartwright/contracts';

export const discrepancyNames: Readonly<Record<PaymentDiscrepancy['kind'], string>> = {
  unknown_charge: 'Unknown charge',
  conflicting_event: 'Event that does not match a payment',
  dead_event: 'Failed provider event',
  undecided_charge: 'Charge with unknown outcome',
  refund_missing: 'Outstanding refund',
  undecided_refund: 'Refund with unknown outcome',
  wrong_charge: 'Charge with a different amount',
  wrong_refund: 'Refund with a different amount',
};

/** URL fragment of a discrepancy on the page of unreconciled payments. */
export const discrepancyAnchor = ({ kind, provider, id }: Pick<PaymentDiscrepancy, 'kind' | 'provider' | 'id'>): string =>
  `${kind}-${provider}-${id}`;
