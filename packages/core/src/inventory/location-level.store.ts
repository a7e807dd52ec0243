/**
 * Writes `location_levels`. The caller holds the lock of the variant's stock row, whose counter it moves by the same number: buyers wait
 * for that row and never for these.
 */
import type { StockLocationId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { now, rowsAs, type Tx } from '../kernel/index.ts';

/** Units of a variant at a location. */
export interface UnitsAt {
  readonly variantId: VariantId;
  readonly locationId: StockLocationId;
  readonly quantity: number;
}

const unitColumns = { variantId: 'uuid', locationId: 'uuid', quantity: 'int' } as const;
const rowsOf = (units: readonly UnitsAt[]) =>
  rowsAs(
    'u',
    units.map(({ variantId, locationId, quantity }) => ({ variantId, locationId, quantity })),
    unitColumns,
  );

/** Adds units at locations; a negative quantity removes them. The caller has checked that the locations are open and have these units. */
export const addAtLocations = async ({ db }: Tx, units: readonly UnitsAt[]): Promise<void> => {
  await db
    .with('sums', (q) =>
      q
        .selectFrom(rowsOf(units))
        .select(({ cast, fn }) => ['u.variantId', 'u.locationId', cast<number>(fn.sum('u.quantity'), 'integer').as('quantity')])
        .groupBy(['u.variantId', 'u.locationId']),
    )
    // A row to insert must satisfy the CHECK even if it becomes an update.
    .with('removed', (q) =>
      q
        .updateTable('location_levels as l')
        .from('sums as s')
        .set((eb) => ({ onHand: eb('l.onHand', '+', eb.ref('s.quantity')), updatedAt: now }))
        .whereRef('l.variantId', '=', 's.variantId')
        .whereRef('l.locationId', '=', 's.locationId')
        .where('s.quantity', '<', 0),
    )
    .insertInto('location_levels')
    .columns(['variantId', 'locationId', 'onHand'])
    .expression((eb) => eb.selectFrom('sums').select(['variantId', 'locationId', 'quantity']).where('quantity', '>=', 0))
    .onConflict((conflict) =>
      conflict
        .columns(['variantId', 'locationId'])
        .doUpdateSet((eb) => ({ onHand: eb('location_levels.onHand', '+', eb.ref('excluded.onHand')), updatedAt: now })),
    )
    .execute();
};

/**
 * Takes units of variants, which are on hand, from the first location, by priority, that has all of them, otherwise from several in that
 * order. Returns the units taken per location; their sum equals the wanted units.
 */
export const takeByPriority = async (
  tx: Tx,
  wanted: readonly { readonly variantId: VariantId; readonly quantity: number }[],
): Promise<UnitsAt[]> => {
  const { rows } = await sql<UnitsAt>`
    with stocked as (
      select l.variant_id, l.location_id, w.quantity, l.on_hand as there, l.on_hand >= w.quantity as whole, o.priority
      from unnest(${wanted.map((w) => w.variantId)}::uuid[], ${wanted.map((w) => w.quantity)}::int[]) as w(variant_id, quantity)
      join location_levels l on l.variant_id = w.variant_id join stock_locations o on o.id = l.location_id),
    queue as (
      select variant_id, location_id, quantity, there, sum(there) over line - there as before from stocked
      window line as (partition by variant_id order by whole desc, priority, location_id rows unbounded preceding)),
    taken as (
      select variant_id, location_id, greatest(0, least(there, quantity - before))::int as quantity from queue)
    update location_levels l set on_hand = l.on_hand - t.quantity, updated_at = now()
    from taken t where l.variant_id = t.variant_id and l.location_id = t.location_id and t.quantity > 0
    returning t.variant_id as "variantId", t.location_id as "locationId", t.quantity`.execute(tx.db);
  const sum = (units: readonly { quantity: number }[]) => units.reduce((n, u) => n + u.quantity, 0);
  if (sum(rows) !== sum(wanted)) throw new Error('The locations of a variant have fewer units than its stock level');
  return rows;
};

/** Sets the units at locations to what the ledger says. */
export const setAtLocations = async ({ db }: Tx, units: readonly UnitsAt[]): Promise<void> => {
  await db
    .insertInto('location_levels')
    .columns(['variantId', 'locationId', 'onHand'])
    .expression(db.selectFrom(rowsOf(units)).select(['u.variantId', 'u.locationId', 'u.quantity']))
    .onConflict((conflict) =>
      conflict.columns(['variantId', 'locationId']).doUpdateSet((eb) => ({ onHand: eb.ref('excluded.onHand'), updatedAt: now })),
    )
    .execute();
};
