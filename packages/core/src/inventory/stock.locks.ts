/** Every row lock on stock, always in ascending order of the variant's id, so that two buyers cannot deadlock. */
import type { OrderId, ProductId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { anyId, notFound, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { heldByOrders, variantsHeldBy } from './hold.queries.ts';

/** A locked stock row. */
export interface LockedStock {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly onHand: number;
  readonly reserved: number;
  readonly reorderThreshold: number;
  /** Units that may be sold on backorder. */
  readonly backorderLimit: number;
  /** Whether its units are counted. */
  readonly tracked: boolean;
  readonly version: number;
  /** Whether orders wait for units of the variant, in the snapshot of the lock. */
  readonly awaited?: boolean;
}

/** Locks the stock rows of the variants and reads them as they are now. Throws `NOT_FOUND` when one has none. */
export const lockStock = async ({ db }: Tx, variantIds: readonly string[]): Promise<Map<string, LockedStock>> => {
  const wanted = [...new Set(variantIds)];
  const rows = await db
    .selectFrom('stock_levels as s')
    .innerJoin('variants as v', 'v.id', 's.variantId')
    .select(['s.variantId', 'v.productId', 's.onHand', 's.reserved', 's.reorderThreshold', 's.backorderLimit', 's.tracked', 's.version'])
    .select(({ exists, lit, selectFrom }) =>
      exists(
        selectFrom('backorders as b').select(lit(1).as('one')).whereRef('b.variantId', '=', 's.variantId').where('b.quantity', '>', lit(0)),
      ).as('awaited'),
    )
    .where('s.variantId', '=', anyId(wanted))
    .orderBy('s.variantId')
    .forNoKeyUpdate('s')
    .$narrowType<{ variantId: VariantId; productId: ProductId; awaited: boolean }>()
    .execute();
  if (rows.length !== wanted.length)
    throw notFound(
      'This variant',
      wanted.find((id) => !rows.some(({ variantId }) => variantId === id)),
    );
  return new Map(rows.map((row) => [row.variantId, row]));
};

/**
 * SQL: locks the stock rows of variants and reads these columns of them (alias `s`), for the first part of a larger
 * statement that writes them. `variants` is the right side of `=`. `skipLocked` leaves out rows that another transaction has locked.
 */
export const stockToChange = (
  columns: string,
  variants: RawBuilder<unknown>,
  { skipLocked = false }: { readonly skipLocked?: boolean } = {},
): RawBuilder<unknown> =>
  sql`select ${sql.raw(columns)} from stock_levels s
      where s.variant_id = ${variants} order by s.variant_id for no key update of s${sql.raw(skipLocked ? ' skip locked' : '')}`;

/**
 * Locks the stock rows of variants, for a step that sells their units later; with `skipLocked` those that no other transaction has locked.
 * Returns the variants whose rows are locked.
 */
export const lockStockRows = async (tx: Tx, variantIds: readonly VariantId[], waitPolicy: LockWaitPolicy): Promise<Set<VariantId>> => {
  if (variantIds.length === 0) return new Set();
  const locked = stockToChange('s.variant_id as "variantId"', anyId(variantIds), waitPolicy).$castTo<{ variantId: VariantId }>();
  const { rows } = await locked.execute(tx.db);
  return new Set(rows.map(({ variantId }) => variantId));
};

/** Locks the stock rows of everything that some orders hold, for steps that process the orders one after the other. */
export const lockStockOfOrders = async (tx: Tx, orderIds: readonly OrderId[]): Promise<void> => {
  await stockToChange('1', variantsHeldBy(heldByOrders(orderIds))).execute(tx.db);
};
