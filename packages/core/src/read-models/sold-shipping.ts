/** An order as it was sold: its shipping, the rounding of its tax, and the customer group of its buyer, which some prices are for. */
import type { OrderId, TaxRounding } from '@cartwright/contracts';
import type { Reader } from '../kernel/index.ts';
import { customerGroupOf } from './customer-group.ts';

/** The shipping of an order as it was sold. */
export interface SoldShipping {
  readonly shippingMethod: string | null;
  readonly taxRounding: TaxRounding;
  readonly customerGroup: string | null;
}

/** Reads the shipping of an order; undefined when there is no such order. */
export const readSoldShipping = ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<SoldShipping | undefined> =>
  db
    .selectFrom('orders as o')
    .select(['o.shippingMethod', 'o.taxRounding', customerGroupOf('o.user_id').as('customerGroup')])
    .where('o.id', '=', orderId)
    .executeTakeFirst();
