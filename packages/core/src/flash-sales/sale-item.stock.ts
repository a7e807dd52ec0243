/**
 * The free units of each item as this process knows them, so that late buyers are refused without locking the
 * allocation row. "Sold out" is at most a quarter of a second old; "free" is only an estimate, and the row decides.
 */
import type { Currency, FlashSaleId, FlashSaleItemId } from '@cartwright/contracts';
import { LRUCache } from 'lru-cache';
import { expireOrdersOfAllocation } from '../order-cancellations/index.ts';
import { notFound, perCore, withinTime, type Core } from '../kernel/index.ts';
import { readSaleItemStock, type SaleItemStock } from '../read-models/sale-item-stock.ts';

/** How old "sold out" may be. */
const maxAgeMs = 250;
/** How long a buyer waits at most for units of overdue orders of the item. */
const longestWaitMs = 1_000;
const maxItems = 10_000;

/** The free units of an item in this process. */
export interface ItemStock {
  readonly saleId: FlashSaleId;
  readonly currency: Currency;
  /** Whether nothing is free, as far as this process knows. */
  isSoldOut(): Promise<boolean>;
  /** Sets the free units after each batch. */
  setFree(free: number): void;
}

const readStock = async (core: Core, itemId: FlashSaleItemId): Promise<SaleItemStock> => {
  const stock = await readSaleItemStock(core.db, itemId);
  if (!stock) throw notFound('This flash sale item', itemId);
  return stock;
};

const createItemStock = (core: Core, itemId: FlashSaleItemId, first: SaleItemStock): ItemStock => {
  let free = first.free;
  let knownAt = core.clock.now().getTime();
  let reading: Promise<void> | undefined;
  let releasing: Promise<void> | undefined;
  const setFree = (units: number): void => {
    free = units;
    knownAt = core.clock.now().getTime();
  };
  /** The worker does this too, but units must become free even while it is stopped. Orders of other items are left to the worker. */
  const releaseOverdue = (): Promise<void> =>
    expireOrdersOfAllocation(core, itemId).then(
      () => undefined,
      (error: unknown) => core.log.warn({ err: error, itemId }, 'units of overdue orders could not be released; the worker retries'),
    );
  const readAgain = async (): Promise<void> => {
    const row = await readStock(core, itemId);
    setFree(row.free);
    if (row.free > 0 || !row.overdue || releasing) return;
    releasing = releaseOverdue().finally(() => (releasing = undefined));
    // A slow provider may have to be asked about overdue orders.
    await withinTime(releasing, longestWaitMs, () => undefined);
    setFree((await readStock(core, itemId)).free);
  };
  return {
    saleId: first.saleId,
    currency: first.currency,
    setFree,
    isSoldOut: async () => {
      if (free > 0) return false;
      if (core.clock.now().getTime() - knownAt > maxAgeMs) {
        reading ??= readAgain().finally(() => (reading = undefined));
        await reading;
      }
      return free === 0;
    },
  };
};

const itemsOf = perCore(() => new LRUCache<string, Promise<ItemStock>>({ max: maxItems }));

/** The free units of an item as this process knows them, read at first use. Throws `NOT_FOUND`. */
export const findItemStock = (core: Core, itemId: FlashSaleItemId): Promise<ItemStock> => {
  const items = itemsOf(core);
  const known = items.get(itemId);
  if (known) return known;
  const item = readStock(core, itemId).then((row) => createItemStock(core, itemId, row));
  items.set(itemId, item);
  item.catch(() => items.delete(itemId));
  return item;
};
