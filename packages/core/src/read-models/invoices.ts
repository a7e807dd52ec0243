/** Invoices with the numbers of their orders. */
import type { Currency, InvoiceId, OrderId, UserId } from '@cartwright/contracts';
import { offsetOf, type PageRequest, type Reader } from '../kernel/index.ts';

/** A page of invoices, newest first: all, or those of one account without its deleted orders. Each row has the number of all that match. */
export const listInvoiceRows = ({ db }: Pick<Reader, 'db'>, owner: UserId | null, page: PageRequest) =>
  db
    .selectFrom('invoices as i')
    .innerJoin('orders as o', 'o.id', 'i.orderId')
    .select((eb) => [
      'i.id',
      'i.number',
      'i.orderId',
      'o.orderNumber',
      'i.currency',
      'i.totalCents',
      eb.case().when('i.orderEditId', 'is', null).then(eb.ref('o.storeCreditCents')).else(eb.lit(0)).end().as('storeCreditCents'),
      'i.issuedAt',
      eb.fn.countAll<number>().over().as('totalCount'),
    ])
    .$if(owner !== null, (rows) => rows.where('o.userId', '=', owner).where('o.archivedAt', 'is', null))
    .orderBy('i.issuedAt', 'desc')
    .orderBy('i.id', 'desc')
    .limit(page.pageSize)
    .offset(offsetOf(page))
    .$narrowType<{ id: InvoiceId; orderId: OrderId; currency: Currency }>()
    .execute();
