/** What the pages of an order and of the open payments share about what staff decides. */
import type { PaymentDifference } from '@cartwright/contracts';

export const differenceNames: Readonly<Record<PaymentDifference['kind'], string>> = {
  unknown_charge: 'Charge that nobody knows',
  conflicting_event: 'Event that does not match a payment',
  dead_event: 'Event that failed',
  undecided_charge: 'Charge without a usable answer',
  unreturned_money: 'Money to give back',
  undecided_refund: 'Refund without a usable answer',
  wrong_charge: 'Charge over another amount',
  wrong_refund: 'Refund over another amount',
};

/** Where a difference stands on the page of the open payments: the part of the address behind `#`. */
export const differencePlace = ({ kind, provider, id }: Pick<PaymentDifference, 'kind' | 'provider' | 'id'>): string =>
  `${kind}-${provider}-${id}`;
