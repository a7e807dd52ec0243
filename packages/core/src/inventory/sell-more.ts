import { sql } from 'kysely';
import { actorName, DomainError, type Tx } from '../kernel/index.ts';
import { lockFreedStock } from './lock-freed-stock.ts';
import type { RestockedLine, StockChange } from './restock-lines.ts';
import { announceCrossings } from './stock.events.ts';
import { writeLedger } from './stock.ledger.ts';
import { takeByPriority } from './stock.locations.ts';

/**
 * Tx step: sells more units to an order that is paid, straight from the shelf. Units that are held or set apart
 * are not touched. All or nothing: throws `INSUFFICIENT_STOCK` with what is available.
 */
export const sellMore = async (tx: Tx, lines: readonly RestockedLine[], { reason, changeId, actor }: StockChange): Promise<void> => {
  const wanted = lines.filter((line) => line.quantity > 0);
  if (wanted.length === 0) return;
  const variantIds = wanted.map((line) => line.variantId);
  const stock = await lockFreedStock(tx, variantIds);
  for (const { variantId, quantity } of wanted) {
    const row = stock.get(variantId);
    const available = row ? row.onHand - row.reserved : 0;
    if (quantity > available)
      throw new DomainError('INSUFFICIENT_STOCK', `Only ${Math.max(0, available)} can be had right now.`, {
        details: { variantId, requested: quantity, available: Math.max(0, available) },
      });
    if (row) announceCrossings(tx, row, available, available - quantity);
  }
  await sql`
    update stock_levels s set on_hand = s.on_hand - w.quantity, version = s.version + 1, updated_at = now()
    from unnest(${variantIds}::uuid[], ${wanted.map((line) => line.quantity)}::int[]) as w(variant_id, quantity) where s.variant_id = w.variant_id`.execute(
    tx.db,
  );
  const itemOf = new Map(wanted.map((line) => [line.variantId, line.orderItemId]));
  const taken = await takeByPriority(tx, wanted);
  await writeLedger(
    tx,
    taken.flatMap((units) => {
      const orderItemId = itemOf.get(units.variantId);
      return orderItemId
        ? [
            {
              ...units,
              quantity: -units.quantity,
              kind: 'sold' as const,
              reason: reason.slice(0, 200),
              actor: actorName(actor),
              orderItemId,
              changeId,
            },
          ]
        : [];
    }),
  );
};
