/** Writes `stock_levels`. The caller has locked the rows that it changes. Statements that also write holds stand in `hold.store.ts` and `cart-hold.store.ts`. */
import type { VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { insertRows, type Tx } from '../kernel/index.ts';
import type { LockedStock } from './stock.locks.ts';

interface Units {
  readonly variantId: VariantId;
  readonly quantity: number;
}

/** Inserts the stock rows of new variants. */
export const insertStockLevels = (tx: Tx, levels: readonly { readonly variantId: VariantId; readonly onHand: number }[]): Promise<void> =>
  insertRows(
    tx,
    'stock_levels',
    levels.map((level) => ({ variantId: level.variantId, onHand: level.onHand })),
  );

/** Sets the units on hand, and by how many they are fewer than are reserved. */
export const setOnHand = async (
  tx: Tx,
  variantId: VariantId,
  { onHand, forcedShort }: { readonly onHand: number; readonly forcedShort: number },
): Promise<void> => {
  await sql`update stock_levels set on_hand = ${onHand}, forced_short = ${forcedShort}, version = version + 1, updated_at = now() where variant_id = ${variantId}`.execute(
    tx.db,
  );
};

/** Sets the reorder threshold and the backorder limit. */
export const setStockPolicy = async (
  tx: Tx,
  variantId: VariantId,
  { reorderThreshold, backorderLimit }: Pick<LockedStock, 'reorderThreshold' | 'backorderLimit'>,
): Promise<void> => {
  await sql`
      update stock_levels set reorder_threshold = ${reorderThreshold}, backorder_limit = ${backorderLimit}, version = version + 1, updated_at = now()
      where variant_id = ${variantId}`.execute(tx.db);
};

/** Adds units to the reserved ones; a negative number takes them away. */
export const moveReserved = async (tx: Tx, variantId: VariantId, units: number): Promise<void> => {
  await sql`update stock_levels set reserved = reserved + ${units}, updated_at = now() where variant_id = ${variantId}`.execute(tx.db);
};

/** Adds units to those on hand. Names each variant once. */
export const addOnHand = async (tx: Tx, units: readonly Units[]): Promise<void> => {
  await sql`
    update stock_levels s set on_hand = s.on_hand + w.quantity, version = s.version + 1, updated_at = now()
    from unnest(${units.map((u) => u.variantId)}::uuid[], ${units.map((u) => u.quantity)}::int[]) as w(variant_id, quantity) where s.variant_id = w.variant_id`.execute(
    tx.db,
  );
};

/** Takes units from those on hand. Names each variant once. */
export const takeOnHand = async (tx: Tx, units: readonly Units[]): Promise<void> => {
  await sql`
    update stock_levels s set on_hand = s.on_hand - w.quantity, version = s.version + 1, updated_at = now()
    from unnest(${units.map((u) => u.variantId)}::uuid[], ${units.map((u) => u.quantity)}::int[]) as w(variant_id, quantity) where s.variant_id = w.variant_id`.execute(
    tx.db,
  );
};

/** Raises the version of a level whose units moved between locations, so that a count of the units before is refused. */
export const raiseStockVersion = async (tx: Tx, variantId: VariantId): Promise<void> => {
  await sql`update stock_levels set version = version + 1, updated_at = now() where variant_id = ${variantId}`.execute(tx.db);
};

/** Sets both counters to what the ledger and the holds justify, and records a shortage between them. */
export const correctCounters = async (
  tx: Tx,
  variantId: VariantId,
  { onHand, reserved }: Pick<LockedStock, 'onHand' | 'reserved'>,
): Promise<void> => {
  await sql`
      update stock_levels set on_hand = ${onHand}, reserved = ${reserved}, forced_short = greatest(0, ${reserved - onHand}::int - backorder_limit),
        version = version + 1, updated_at = now() where variant_id = ${variantId}`.execute(tx.db);
};
