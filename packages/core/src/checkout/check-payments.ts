import { DomainError, type Tx } from '../kernel/index.ts';
import { findBarredAddresses, tooManyDeclines } from '../payments/index.ts';
import { dueOf, type Drafted } from './placement.ts';

/**
 * Tx step: refuses orders that need a payment and have none, with `INVALID_INPUT`, and payments from network addresses with too many
 * declines, with `TOO_MANY_DECLINES`. One statement for any number of orders.
 */
export const checkPayments = async (tx: Tx, orders: readonly Drafted[]): Promise<(true | DomainError)[]> => {
  const toPay = orders.filter(({ draft }) => dueOf(draft) > 0);
  const barred = await findBarredAddresses(
    tx,
    toPay.flatMap(({ placement }) => placement.request.ip ?? []),
  );
  return orders.map(({ draft, placement: { payment, request } }) => {
    if (dueOf(draft) === 0) return true;
    if (!payment) return needsPayment();
    return request.ip !== null && barred.has(request.ip) ? tooManyDeclines('address') : true;
  });
};

const needsPayment = (): DomainError =>
  new DomainError('INVALID_INPUT', 'This order needs a payment: gift cards and store credit do not cover the total.', {
    fields: [{ path: 'payment', message: 'is required' }],
  });
