import type { ShopContract, StockLocationId, StockRepair, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { writeAudits } from '../audit/index.ts';
import { notFound, requireScope, transact, type Actor, type Core, type Reader, type Tx } from '../kernel/index.ts';
import { setAtLocations } from './location-level.store.ts';
import { announceCrossings } from './stock.events.ts';
import { lockStock } from './stock.locks.ts';
import { correctCounters } from './stock.store.ts';

type C = ShopContract['inventory']['repair'];

interface Finding extends StockRepair {
  readonly locationId: StockLocationId | null;
}

const batch = 100;
const atMost = 10_000;

/**
 * Compares the stock counters with their sources: units on hand with the ledger, units at a location with the ledger of
 * that location, reserved units with active holds and free units of allocations. A dry run reports the differences;
 * otherwise each wrong variant is locked, checked again and corrected, with an entry in the audit log. The ledger and
 * the holds are the source of truth and are never changed.
 *
 * @throws {NOT_FOUND} for an unknown variant; nothing is changed then.
 */
export const repairStock = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'inventory:write');
  requireScope(actor, 'system:read');
  if (input.variantIds) await assertVariants(core, input.variantIds);
  const only = input.variantIds ? sql`variant_id = any(${input.variantIds}::uuid[])` : sql`true`;
  const found = await findWrong(core, only);
  if (input.dryRun) return toReport(true, found);
  const wrong = [...new Set(found.map((f) => f.variantId))].toSorted();
  const repaired: Finding[] = [];
  for (let from = 0; from < wrong.length; from += batch)
    repaired.push(...(await transact(core, (tx) => repairVariants(tx, actor, wrong.slice(from, from + batch)))));
  return toReport(false, repaired);
};

const assertVariants = async ({ db }: Core, variantIds: readonly VariantId[]): Promise<void> => {
  const { rows } = await sql<{ id: VariantId }>`
    select id from unnest(${variantIds}::uuid[]) as named(id) where not exists (select 1 from variants v where v.id = named.id)`.execute(
    db,
  );
  if (rows[0]) throw notFound(`Variant ${rows[0].id}`);
};

const toReport = (dryRun: boolean, findings: readonly Finding[]): z.output<C['output']> => ({
  dryRun,
  variantCount: new Set(findings.map((f) => f.variantId)).size,
  changes: findings.map(({ locationId: _, ...finding }) => finding),
});

/** Every counter that differs from its source, in one snapshot. */
const findWrong = async ({ db }: Pick<Reader, 'db'>, only: RawBuilder<unknown>): Promise<Finding[]> => {
  const { rows } = await sql<Finding>`
    with ledger as (select variant_id, location_id, sum(quantity)::int as units from stock_movements where ${only} group by 1, 2),
    held as (
      select variant_id, sum(units)::int as units from (
        select variant_id, quantity as units from holds where state = 'active' and ${only}
        union all select variant_id, units_free from stock_allocations where ${only}) h group by variant_id),
    wrong as (
      select 'onHand' as counter, s.variant_id, null::uuid as location_id, s.on_hand as counted, coalesce(l.units, 0) as justified
      from (select * from stock_levels where ${only}) s left join (select variant_id, sum(units)::int as units from ledger group by 1) l using (variant_id)
      union all
      select 'reserved', s.variant_id, null, s.reserved, coalesce(h.units, 0) from (select * from stock_levels where ${only}) s left join held h using (variant_id)
      union all
      select 'onHandAtLocation', variant_id, location_id, coalesce(a.on_hand, 0), coalesce(l.units, 0)
      from (select * from location_levels where ${only}) a full join ledger l using (variant_id, location_id))
    select w.counter, w.variant_id as "variantId", v.sku, o.code as location, w.location_id as "locationId", w.counted as "from", w.justified as "to"
    from wrong w join variants v on v.id = w.variant_id left join stock_locations o on o.id = w.location_id
    where w.counted <> w.justified order by v.sku, w.counter, o.code limit ${atMost}`.execute(db);
  return rows;
};

const repairVariants = async (tx: Tx, actor: Actor, variantIds: readonly VariantId[]): Promise<Finding[]> => {
  const stock = await lockStock(tx, variantIds);
  // Under the locks nothing can change: what differs now is wrong.
  const findings = await findWrong(tx, sql`variant_id = any(${variantIds}::uuid[])`);
  const places = findings.flatMap(({ variantId, locationId, to }) => (locationId === null ? [] : { variantId, locationId, quantity: to }));
  await setAtLocations(tx, places);
  for (const [variantId, row] of stock) {
    const mine = findings.filter((f) => f.variantId === variantId);
    if (mine.length === 0) continue;
    const onHand = mine.find((f) => f.counter === 'onHand')?.to ?? row.onHand;
    const reserved = mine.find((f) => f.counter === 'reserved')?.to ?? row.reserved;
    await correctCounters(tx, row.variantId, { onHand, reserved });
    if (onHand !== row.onHand)
      tx.outbox.add('stock.updated', variantId, { variantId: row.variantId, onHand, delta: onHand - row.onHand, reason: 'repair' });
    announceCrossings(tx, row, row.onHand - row.reserved, onHand - reserved);
  }
  await writeAudits(
    tx,
    actor,
    findings.map(({ variantId, counter, location, from: was, to }) => ({
      action: 'inventory.repair',
      subjectType: 'variant',
      subjectId: variantId,
      before: { counter, location, units: was },
      after: { counter, location, units: to },
    })),
  );
  return findings;
};
