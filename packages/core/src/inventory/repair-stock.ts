import type { ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { writeAudits } from '../audit/index.ts';
import { notFound, requireScope, rowsAs, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readStockDiscrepancies, type StockDiscrepancy } from '../read-models/stock-discrepancies.ts';
import { listWaitingVariants } from './backorder.store.ts';
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
 * the holds are the source of truth and are never changed. Orders get the units on hand that they wait for.
 *
 * @throws {NOT_FOUND} for an unknown variant; nothing is changed then.
 */
export const repairStock = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'inventory:write');
  requireScope(actor, 'system:read');
  if (input.variantIds) await assertVariants(core, input.variantIds);
  const found = await readStockDiscrepancies(core, input.variantIds);
  if (input.dryRun) return toReport(true, found);
  const waiting = await listWaitingVariants(core, input.variantIds);
  const wrong = [...new Set([...found.map((f) => f.variantId), ...waiting])].toSorted();
  const repaired: StockDiscrepancy[] = [];
  for (let from = 0; from < wrong.length; from += batch)
    repaired.push(...(await transact(core, (tx) => repairVariants(tx, actor, wrong.slice(from, from + batch)))));
  return toReport(false, repaired);
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

const toReport = (dryRun: boolean, findings: readonly StockDiscrepancy[]): z.output<C['output']> => ({
  dryRun,
  variantCount: new Set(findings.map((f) => f.variantId)).size,
  changes: findings.map(({ locationId: _, ...finding }) => finding),
});

const repairVariants = async (tx: Tx, actor: Actor, variantIds: readonly VariantId[]): Promise<StockDiscrepancy[]> => {
  const stock = await lockStock(tx, variantIds);
  // Under the locks nothing can change: what differs now is wrong.
  const findings = await readStockDiscrepancies(tx, variantIds);
  const places = findings.flatMap(({ variantId, locationId, to }) => (locationId === null ? [] : { variantId, locationId, quantity: to }));
  await setAtLocations(tx, places);
  const corrected = [...stock.values()].flatMap((row) => {
    const mine = findings.filter((f) => f.variantId === row.variantId);
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
  await supplyBackorders(tx, variantIds);
  return findings;
};
