/** Changes an order besides its status: units, address, amounts, expiry, archive. Writes `orders`. */
import type { OrderId, TaxAmount, Totals } from '@cartwright/contracts';
import { sql, type NotNull } from 'kysely';
import { now, type Tx } from '../kernel/index.ts';

/** Tx step on a locked order: adds to the number of its shipped units. */
export const addShippedCount = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId, units: number): Promise<void> => {
  await db
    .updateTable('orders')
    .set((eb) => ({ shippedCount: eb('shippedCount', '+', units), updatedAt: now }))
    .where('id', '=', orderId)
    .execute();
};

/** Tx step on a locked order: adds to the number of its returned units. */
export const addReturnedCount = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId, units: number): Promise<void> => {
  await db
    .updateTable('orders')
    .set((eb) => ({ returnedCount: eb('returnedCount', '+', units), updatedAt: now }))
    .where('id', '=', orderId)
    .execute();
};

/** Tx step on a locked order: replaces its address by one that is sealed for it. */
export const setOrderAddress = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId, sealed: string): Promise<void> => {
  await db.updateTable('orders').set({ shippingAddressSealed: sealed, updatedAt: now }).where('id', '=', orderId).execute();
};

/** The amounts of an order after an edit. */
export interface ChangedTotals {
  readonly totals: Totals;
  readonly shippingMethod: string | null;
  readonly shippingTaxCents: number;
  readonly taxes: readonly TaxAmount[];
  readonly itemCount: number;
  /** The part of the former total that is no longer owed, and the tax in it; 0 when the total rises. */
  readonly creditedCents: number;
  readonly creditedTaxCents: number;
}

/** The time of this statement: later than every other change of the order, also of the same transaction. */
const statementTime = sql<Date>`clock_timestamp()`;

/** Tx step on a locked order: writes new totals. What a lower total leaves over is recorded as credited in the same statement. */
export const setOrderTotals = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId, change: ChangedTotals): Promise<void> => {
  const { totals, shippingMethod, shippingTaxCents, taxes, itemCount, creditedCents, creditedTaxCents } = change;
  const { subtotalCents, discountCents, shippingCents, taxCents, totalCents } = totals;
  await db
    .updateTable('orders')
    .set((eb) => ({
      subtotalCents,
      discountCents,
      shippingCents,
      taxCents,
      totalCents,
      shippingTaxCents,
      shippingMethod,
      taxes: eb.cast<TaxAmount[]>(eb.val(JSON.stringify(taxes)), 'jsonb'),
      itemCount,
      creditedCents: eb('creditedCents', '+', creditedCents),
      creditedTaxCents: eb('creditedTaxCents', '+', creditedTaxCents),
      updatedAt: statementTime,
    }))
    .where('id', '=', orderId)
    .execute();
};

/** Tx step on a locked order: removes its promo code. The caller releases the use of the code. */
export const clearPromoCode = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId): Promise<void> => {
  await db.updateTable('orders').set({ promoCode: null }).where('id', '=', orderId).execute();
};

/** Tx step on a locked order: gives it a new version (`updatedAt`), because something that belongs to it has changed. */
export const touchOrder = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId): Promise<void> => {
  await db.updateTable('orders').set({ updatedAt: statementTime }).where('id', '=', orderId).execute();
};

/** When an order expires, and its version with it. */
export interface NewExpiry {
  readonly expiresAt: Date;
  readonly updatedAt: Date;
}

/**
 * Tx step on a locked order: a pending order expires `payment_retry_minutes` from now, unless it expires before. Null when nothing
 * changed.
 */
export const shortenExpiry = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId): Promise<NewExpiry | null> => {
  const end = sql<Date>`now() + make_interval(mins => payment_retry_minutes)`;
  const changed = await db
    .updateTable('orders')
    .set({ expiresAt: end, updatedAt: now })
    .where('id', '=', orderId)
    .where('status', '=', sql.lit('pending'))
    .where('expiresAt', '>', end)
    .returning(['expiresAt', 'updatedAt'])
    .$narrowType<{ expiresAt: NotNull }>()
    .executeTakeFirst();
  return changed ?? null;
};

/**
 * Tx step on a locked order: archives it. An archived order is in no list, but it is kept, because invoices and ledgers
 * refer to it. Returns false if it is archived already.
 */
export const archiveOrder = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('orders')
    .set({ archivedAt: now, updatedAt: now })
    .where('id', '=', orderId)
    .where('archivedAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
};

/** Tx step: moves the dates on which an order was placed and paid into the past. */
export const moveOrderDates = async ({ db }: Pick<Tx, 'db'>, orderId: OrderId, days: number): Promise<void> => {
  const past = (column: 'placedAt' | 'paidAt') => sql<Date>`${sql.ref(column)} - make_interval(days => ${days})`;
  await db
    .updateTable('orders')
    .set({ placedAt: past('placedAt'), paidAt: past('paidAt') })
    .where('id', '=', orderId)
    .execute();
};
