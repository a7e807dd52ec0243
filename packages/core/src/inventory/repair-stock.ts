import type { ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { writeAudits } from '../audit/index.ts';
import { notFound, requireScope, rowsAs, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readAwaitedVariants, type AwaitedVariant } from '../read-models/backorders.ts';
import { readStockDiscrepancies, type StockDiscrepancy } from '../read-models/stock-discrepancies.ts';
import { endUnwantedBackorders } from './backorder.store.ts';
import { setAtLocations } from './location-level.store.ts';
import { announceCrossings } from './stock.events.ts';
import { lockStock } from './stock.locks.ts';
import { correctCounters } from './stock.store.ts';
import { supplyBackorders } from './supply-backorders.ts';

type C = ShopContract['inventory']['repair'];

const batch = 100;

/**
 * Compares the stock counters with their sources: units on hand with the ledger, units at a location with the ledger of
 * that location, reserved units with active holds, backordered units and free units of allocations. A dry run reports the differences;
 * otherwise each wrong variant is locked, checked again and corrected, with an entry in the audit log. The ledger and
 * the holds are the source of truth and are never changed. A variant whose ledger is below zero is reported and left as it is. Orders
 * get the units on hand that they wait for, and cancelled ones no longer wait.
 *
 * @throws {NOT_FOUND} for an unknown variant; nothing is changed then.
 */
export const repairStock = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'inventory:write');
  requireScope(actor, 'system:read');
  if (input.variantIds) await assertVariants(core, input.variantIds);
  const found = await planRepair(core, input.variantIds);
  if (input.dryRun) return toReport(true, found);
  const repaired: Repair[] = [];
  for (let from = 0; from < found.variantIds.length; from += batch)
    repaired.push(await transact(core, (tx) => repairVariants(tx, actor, found.variantIds.slice(from, from + batch))));
  return toReport(false, {
    changes: repaired.flatMap(({ changes }) => changes),
    uncorrected: found.uncorrected,
    supplied: repaired.flatMap(({ supplied }) => supplied),
  });
};

interface Repair {
  readonly changes: readonly StockDiscrepancy[];
  /** Wrong counters of variants whose ledger is below zero. */
  readonly uncorrected: readonly StockDiscrepancy[];
  readonly supplied: readonly (AwaitedVariant & { readonly units: number })[];
}

/** What is wrong, and what orders get once it is corrected. `variantIds` are the variants that the repair changes. */
const planRepair = async (
  reader: Pick<Core, 'db'> | Tx,
  variantIds: readonly VariantId[] | undefined,
): Promise<Repair & { readonly variantIds: readonly VariantId[] }> => {
  const found = await readStockDiscrepancies(reader, variantIds);
  const below = new Set(found.filter(({ to }) => to < 0).map(({ variantId }) => variantId));
  const awaited = (await readAwaitedVariants(reader, variantIds)).filter(({ variantId }) => !below.has(variantId));
  const changes = found.filter(({ variantId }) => !below.has(variantId));
  const supplied = awaited.flatMap((variant) => {
    const onHand = changes.find(({ variantId, counter }) => variantId === variant.variantId && counter === 'onHand')?.to ?? variant.onHand;
    const units = Math.min(variant.waiting, onHand - variant.allocated);
    return units > 0 ? { ...variant, units } : [];
  });
  const touched = [...changes, ...supplied, ...awaited.filter(({ unwanted }) => unwanted > 0)];
  return {
    changes,
    uncorrected: found.filter(({ variantId }) => below.has(variantId)),
    supplied,
    variantIds: [...new Set(touched.map(({ variantId }) => variantId))].toSorted(),
  };
};

const assertVariants = async ({ db }: Core, variantIds: readonly VariantId[]): Promise<void> => {
  const named = variantIds.map((id) => ({ id }));
  const unknown = await db
    .selectFrom(rowsAs('named', named, { id: 'uuid' }))
    .select('named.id')
    .where(({ exists, lit, not, selectFrom }) =>
      not(exists(selectFrom('stock_levels as l').select(lit(1).as('one')).whereRef('l.variantId', '=', 'named.id'))),
    )
    .executeTakeFirst();
  if (unknown) throw notFound(`Variant ${unknown.id}`);
};

const toReport = (dryRun: boolean, { changes, uncorrected, supplied }: Repair): z.output<C['output']> => ({
  dryRun,
  variantCount: new Set(changes.map(({ variantId }) => variantId)).size,
  changes: changes.map(({ locationId: _, ...change }) => change),
  uncorrected: uncorrected.map(({ locationId: _, ...counter }) => counter),
  supplied: supplied.map(({ variantId, sku, units }) => ({ variantId, sku, units })),
});

const repairVariants = async (tx: Tx, actor: Actor, wanted: readonly VariantId[]): Promise<Repair> => {
  const stock = await lockStock(tx, wanted);
  // Under the locks nothing can change: what differs now is wrong.
  const plan = await planRepair(tx, wanted);
  const { changes, supplied, variantIds } = plan;
  await endUnwantedBackorders(tx, variantIds);
  const places = changes.flatMap(({ variantId, locationId, to }) => (locationId === null ? [] : { variantId, locationId, quantity: to }));
  await setAtLocations(tx, places);
  const corrected = [...stock.values()].flatMap((row) => {
    const mine = changes.filter((f) => f.variantId === row.variantId);
    const valueOf = (counter: 'onHand' | 'reserved') => mine.find((f) => f.counter === counter)?.to ?? row[counter];
    return mine.length === 0 ? [] : { row, onHand: valueOf('onHand'), reserved: valueOf('reserved') };
  });
  await correctCounters(
    tx,
    corrected.map(({ row, onHand, reserved }) => ({ variantId: row.variantId, onHand, reserved })),
  );
  for (const { row, onHand, reserved } of corrected) {
    const { variantId } = row;
    if (onHand !== row.onHand)
      tx.outbox.add('stock.updated', variantId, { variantId, onHand, delta: onHand - row.onHand, reason: 'repair' });
    announceCrossings(tx, row, row.onHand - row.reserved, onHand - reserved);
  }
  await supplyBackorders(
    tx,
    supplied.map(({ variantId }) => variantId),
  );
  await auditRepair(tx, actor, plan);
  return plan;
};

const auditRepair = (tx: Tx, actor: Actor, { changes, supplied }: Repair): Promise<void> => {
  const waits = supplied.map((variant) => ({
    ...variant,
    counter: 'backordered',
    location: null,
    from: variant.waiting,
    to: variant.waiting - variant.units,
  }));
  return writeAudits(
    tx,
    actor,
    [...changes, ...waits].map(({ variantId, counter, location, from: was, to }) => ({
      action: 'inventory.repair',
      subjectType: 'variant',
      subjectId: variantId,
      before: { counter, location, units: was },
      after: { counter, location, units: to },
    })),
  );
};
