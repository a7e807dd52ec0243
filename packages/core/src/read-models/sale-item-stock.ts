/** The free units of an item of a sale. */
import type { Currency, FlashSaleId, FlashSaleItemId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { now, type ReadOnlyDb } from '../kernel/index.ts';

/** The free units of an item, and its sale. */
export interface SaleItemStock {
  readonly saleId: FlashSaleId;
  readonly currency: Currency;
  /** The free units; 1 for a closed item, whose purchases are refused as such. */
  readonly free: number;
  /** Whether unpaid orders past their window hold units of the item. */
  readonly overdue: boolean;
}

/** The free units of an item; undefined when it does not exist. */
export const readSaleItemStock = (db: ReadOnlyDb, itemId: FlashSaleItemId): Promise<SaleItemStock | undefined> =>
  db
    .selectFrom('flash_sale_items as i')
    .innerJoin('stock_allocations as a', 'a.id', 'i.id')
    .select((eb) => [
      'i.saleId',
      'i.currency',
      eb.case().when('a.closedAt', 'is', null).then(eb.ref('a.unitsFree')).else(1).end().as('free'),
      eb
        .exists(
          eb
            .selectFrom('holds as h')
            .select(eb.lit(1).as('one'))
            .whereRef('h.variantId', '=', 'a.variantId')
            .whereRef('h.allocationId', '=', 'i.id')
            .where('h.state', '=', sql.lit('active'))
            .where('h.expiresAt', '<=', now),
        )
        .as('overdue'),
    ])
    .where('i.id', '=', itemId)
    .$narrowType<{ saleId: FlashSaleId; currency: Currency; overdue: boolean }>()
    .executeTakeFirst();
