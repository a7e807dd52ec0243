/** The shipping of an order as it was sold, and the customer group of its buyer, to which some prices and promotions apply. */
import type { OrderId } from '@cartwright/contracts';
import type { Reader } from '../kernel/index.ts';
import { customerGroupOf } from './customer-group.ts';

/** The shipping of an order as it was sold. */
export interface SoldShipping {
  readonly shippingMethod: string | null;
  readonly shippingTaxCents: number;
  readonly taxBasisPoints: number;
  readonly customerGroup: string | null;
}

/** Reads the shipping of an order; undefined when there is no such order. */
export const readSoldShipping = ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<SoldShipping | undefined> =>
  db
    .selectFrom('orders as o')
    .select(['o.shippingMethod', 'o.shippingTaxCents', 'o.taxBasisPoints', customerGroupOf('o.user_id').as('customerGroup')])
    .where('o.id', '=', orderId)
    .executeTakeFirst();
