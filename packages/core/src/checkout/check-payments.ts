import { formatMoney } from '@cartwright/contracts';
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
    if (!payment) return needsPayment(draft);
    return request.ip !== null && barred.has(request.ip) ? tooManyDeclines('address') : true;
  });
};

const needsPayment = (draft: Drafted['draft']): DomainError => {
  const { totalCents } = draft.sums.totals;
  const money = (cents: number): string => formatMoney(cents, draft.cart.currency);
  const covered = totalCents - dueOf(draft);
  const cover = covered > 0 ? `, of which gift cards and store credit cover ${money(covered)}` : '';
  return new DomainError(
    'INVALID_INPUT',
    `This order needs a payment: its total is ${money(totalCents)}${cover}. ` +
      `Send \`payment\` with the \`token\` of a payment method to pay the ${covered > 0 ? `other ${money(dueOf(draft))}` : 'total'}.`,
    { fields: [{ path: 'payment', message: 'is required' }] },
  );
};
