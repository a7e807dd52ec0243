/** The gift cards and store credit that pay an order. */
import type { OrderCredit, OrderId } from '@cartwright/contracts';
import { sumOf, type Tx } from '../kernel/index.ts';

/** The store credit of a locked order that `restoreCredit` can still restore. */
export const readSpentCredit = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId): Promise<number> => {
  const { leftCents } = await db
    .selectFrom('order_credits')
    .select((eb) => sumOf(eb('amountCents', '-', eb.ref('returnedCents'))).as('leftCents'))
    .where('orderId', '=', orderId)
    .executeTakeFirstOrThrow();
  return leftCents;
};

/** The display name of a credit. */
export const creditName = ({ kind, lastFour }: Pick<OrderCredit, 'kind' | 'lastFour'>): string =>
  kind === 'gift_card' ? `gift card ending in ${lastFour ?? '?'}` : 'store credit';
