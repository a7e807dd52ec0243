/** Every row lock on stock, always in ascending order of the variant's id, so that two buyers cannot deadlock. */
import type { OrderId, ProductId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { notFound, type Tx } from '../kernel/index.ts';

export interface LockedStock {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly onHand: number;
  readonly reserved: number;
  readonly reorderThreshold: number;
  /** Units that may be sold on backorder. */
  readonly backorderLimit: number;
  readonly version: number;
}

/** Locks the stock rows of the variants and reads them as they are now. Throws `NOT_FOUND` when one has none. */
export const lockStock = async (tx: Tx, variantIds: readonly string[]): Promise<Map<string, LockedStock>> => {
  const wanted = [...new Set(variantIds)];
  const { rows } = await sql<LockedStock>`
    select s.variant_id as "variantId", v.product_id as "productId", s.on_hand as "onHand", s.reserved, s.reorder_threshold as "reorderThreshold",
      s.backorder_limit as "backorderLimit", s.version
    from stock_levels s join variants v on v.id = s.variant_id
    where s.variant_id = any(${wanted}::uuid[]) order by s.variant_id for no key update of s`.execute(tx.db);
  if (rows.length !== wanted.length) throw notFound('A variant');
  return new Map(rows.map((row) => [row.variantId, row]));
};

/**
 * SQL: locks the stock rows of variants and reads these columns of them (alias `s`), for the first part of a larger
 * statement that writes them. `skipLocked` leaves out rows that another transaction has locked.
 */
export const stockToChange = (
  columns: RawBuilder<unknown>,
  variantIds: RawBuilder<unknown>,
  { skipLocked = false }: { readonly skipLocked?: boolean } = {},
): RawBuilder<unknown> =>
  sql`select ${columns} from stock_levels s where s.variant_id = any(${variantIds}) order by s.variant_id for no key update of s${skipLocked ? sql` skip locked` : sql``}`;

/** SQL: the variants of the active holds that `which` selects, as ids for `stockToChange`. */
export const variantsOfHolds = (which: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`array(select variant_id from holds where ${which} and state = 'active')`;

/** Locks the stock rows of everything that some orders hold, for steps that process the orders one after the other. */
export const lockStockOfOrders = async (tx: Tx, orderIds: readonly OrderId[]): Promise<void> => {
  await stockToChange(sql`1`, variantsOfHolds(sql`order_id = any(${orderIds}::uuid[])`)).execute(tx.db);
};
