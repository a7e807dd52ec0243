/**
 * What this process knows of the items it sells: enough to tell a late buyer that all is gone without
 * touching the row that the sale turns on. Knowledge of "sold out" is a quarter of a second old at most;
 * of "free" it is only a guess, and the row decides.
 */
import type { FlashSaleId, FlashSaleItemId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { expireOrders } from '../checkout/index.ts';
import { notFound, perCore, type Core } from '../kernel/index.ts';

const believedForMs = 250;
const maxEntries = 10_000;

export interface BoardEntry {
  readonly saleId: FlashSaleId;
  readonly currency: string;
  /** Whether nothing is free, as far as this process can know. */
  isSoldOut(): Promise<boolean>;
  /** Told after each batch. */
  setFree(free: number): void;
}

interface Row {
  readonly saleId: FlashSaleId;
  readonly currency: string;
  readonly free: number;
  /** Whether units are held by orders that were not paid in time. */
  readonly overdue: boolean;
}

const readRow = async (core: Core, itemId: FlashSaleItemId): Promise<Row> => {
  const { rows } = await sql<Row>`
    select i.sale_id as "saleId", i.currency, case when a.closed_at is null then a.units_free else 1 end as free,
      exists (select 1 from holds h where h.allocation_id = i.id and h.state = 'active' and h.expires_at <= now()) as overdue
    from flash_sale_items i join stock_allocations a on a.id = i.id where i.id = ${itemId}`.execute(core.db);
  if (!rows[0]) throw notFound('This item of a sale');
  return rows[0];
};

const createEntry = (core: Core, itemId: FlashSaleItemId, first: Row): BoardEntry => {
  let free = first.free;
  let knownAt = core.clock.now().getTime();
  let looking: Promise<void> | undefined;
  const setFree = (units: number): void => {
    free = units;
    knownAt = core.clock.now().getTime();
  };
  return {
    saleId: first.saleId,
    currency: first.currency,
    setFree,
    isSoldOut: async () => {
      if (free > 0) return false;
      if (core.clock.now().getTime() - knownAt > believedForMs) {
        looking ??= readRow(core, itemId)
          .then(async (row) => {
            // The worker does this too; but nobody is to miss units because it stands still.
            if (row.overdue && (await expireOrders(core)) > 0) setFree((await readRow(core, itemId)).free);
            else setFree(row.free);
          })
          .finally(() => (looking = undefined));
        await looking;
      }
      return free === 0;
    },
  };
};

const boardOf = perCore(() => new Map<string, Promise<BoardEntry>>());

/** The entry of an item, read at first use. Throws `NOT_FOUND`. */
export const findOnBoard = (core: Core, itemId: FlashSaleItemId): Promise<BoardEntry> => {
  const board = boardOf(core);
  const known = board.get(itemId);
  if (known) return known;
  const entry = readRow(core, itemId).then((row) => createEntry(core, itemId, row));
  board.set(itemId, entry);
  entry.catch(() => board.delete(itemId));
  const [oldest] = board.keys();
  if (board.size > maxEntries && oldest !== undefined) board.delete(oldest);
  return entry;
};
