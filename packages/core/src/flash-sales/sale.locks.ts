/** Row locks of sales. A change of what may be bought also locks the allocations of the sale, because buyers lock nothing else. */
import type { FlashSaleId, FlashSaleItemId, FlashSaleState, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { lockAllocations } from '../inventory/index.ts';
import { columnsAs, DomainError, nameCall, notFound, type Tx } from '../kernel/index.ts';
import { stateOf } from '../read-models/flash-sales.ts';

/** A locked sale. */
export interface LockedSale {
  readonly id: FlashSaleId;
  readonly state: FlashSaleState;
  readonly version: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** When its units returned to stock; null before. */
  readonly closedAt: Date | null;
  readonly items: readonly { readonly id: FlashSaleItemId; readonly variantId: VariantId }[];
}

/** Locks a sale against other members of staff. Throws `NOT_FOUND`. Items come in the order of their variants, the order of stock locks. */
export const lockSale = async (tx: Tx, saleId: FlashSaleId): Promise<LockedSale> => {
  const { rows } = await sql<LockedSale>`
    select s.id, ${stateOf} as state, ${columnsAs<'flash_sales'>('s', ['version', 'startsAt', 'endsAt', 'closedAt'])},
      (select json_agg(json_build_object('id', i.id, 'variantId', i.variant_id) order by i.variant_id)
       from flash_sale_items i where i.sale_id = s.id) as items
    from flash_sales s where s.id = ${saleId} for no key update of s`.execute(tx.db);
  if (!rows[0]) throw notFound('This sale');
  return rows[0];
};

/** `lockSale` for changes that an ended sale does not allow. Throws `SALE_ENDED`. */
export const lockRunningSale = async (tx: Tx, saleId: FlashSaleId): Promise<LockedSale> => {
  const sale = await lockSale(tx, saleId);
  if (sale.state === 'ended')
    throw new DomainError(
      'SALE_ENDED',
      `The flash sale ended at ${endOf(sale).toISOString()} and cannot change. Create another with ${nameCall('flashSales.create')}.`,
    );
  return sale;
};

/** When an ended sale ended: at its planned end, unless staff ended it earlier. */
const endOf = ({ endsAt, closedAt }: LockedSale): Date => (closedAt !== null && closedAt < endsAt ? closedAt : endsAt);

/** Waits for running batches of purchases, and blocks the next ones until the commit. */
export const lockPurchases = (tx: Tx, sale: LockedSale): Promise<void> =>
  lockAllocations(
    tx,
    sale.items.map((item) => item.id),
  );
