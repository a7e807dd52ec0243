/** The orders that carts became, for the refusal of a change of such a cart. */
import type { CartId, OrderId, OrderStatus } from '@cartwright/contracts';
import { anyId, literals, minutesFromNow, type Reader } from '../kernel/index.ts';

/** The order that a cart became. */
export interface CartOrder {
  readonly id: OrderId;
  readonly orderNumber: string;
  readonly status: OrderStatus;
  readonly paid: boolean;
  readonly archivedAt: Date | null;
  /** Whether a charge of it has just begun. */
  readonly paymentRuns: boolean;
}

/** The order of each cart that was ordered. */
export const findOrdersOfCarts = async ({ db }: Pick<Reader, 'db'>, cartIds: readonly CartId[]): Promise<Map<CartId, CartOrder>> => {
  const rows = await db
    .selectFrom('orders')
    .select((eb) => [
      'cartId',
      'id',
      'orderNumber',
      'status',
      'archivedAt',
      eb('paidAt', 'is not', null).as('paid'),
      eb
        .exists(
          eb
            .selectFrom('payments as p')
            .select(eb.lit(1).as('one'))
            .whereRef('p.orderId', '=', 'orders.id')
            .where('p.supersededAt', 'is', null)
            .where('p.gatewayPhase', 'in', literals('created', 'calling'))
            .where('p.createdAt', '>', minutesFromNow(-1)),
        )
        .as('paymentRuns'),
    ])
    .where('cartId', '=', anyId(cartIds))
    .$castTo<CartOrder & { cartId: CartId }>()
    .execute();
  return new Map(rows.map(({ cartId, ...order }) => [cartId, order]));
};
