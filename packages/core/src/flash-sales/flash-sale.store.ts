/** Writes `flash_sales` and `flash_sale_items`. The caller has locked the sale that it changes. */
import type { Currency, FlashSaleId, FlashSaleItemId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Tx } from '../kernel/index.ts';

type C = ShopContract['flashSales'];
type CreateInput = z.output<C['create']['input']>;

export type NewFlashSale = Omit<CreateInput, 'items'> & { readonly id: FlashSaleId };
export type NewFlashSaleItem = CreateInput['items'][number] & {
  readonly id: FlashSaleItemId;
  readonly currency: Currency;
  readonly position: number;
};

/** Inserts sales without their items. */
export const insertFlashSales = async (tx: Tx, sales: readonly NewFlashSale[]): Promise<void> => {
  await tx.db
    .insertInto('flash_sales')
    .values(
      sales.map((sale) => ({
        id: sale.id,
        name: sale.name,
        startsAt: new Date(sale.startsAt),
        endsAt: new Date(sale.endsAt),
        paymentWindowMinutes: sale.paymentWindowMinutes,
        paymentRetryMinutes: sale.paymentRetryMinutes,
        waitingRoom: sale.waitingRoom,
        admitPerSecond: sale.admission.maxPerSecond,
        minutesInside: sale.admission.minutesInside,
        overbookingBasisPoints: sale.admission.overbooking,
      })),
    )
    .execute();
};

/** Inserts the items of a sale. Each has the id of its allocation, which exists already. */
export const insertFlashSaleItems = async (tx: Tx, saleId: FlashSaleId, items: readonly NewFlashSaleItem[]): Promise<void> => {
  await tx.db
    .insertInto('flash_sale_items')
    .values(
      items.map(({ currency, ...item }) => ({
        id: item.id,
        saleId,
        variantId: item.variantId,
        position: item.position,
        salePriceCents: item.salePriceCents,
        currency,
        unitsAllocated: item.units,
        limitPerCustomer: item.limitPerCustomer ?? null,
        limitPerAddress: item.limitPerAddress ?? null,
      })),
    )
    .execute();
};

/** The values that staff change; an undefined one stays. */
export type FlashSaleChanges = Omit<z.output<C['update']['input']>, 'saleId' | 'version'>;

/** Changes the values of a sale and raises its version. */
export const changeFlashSale = async (tx: Tx, saleId: FlashSaleId, changes: FlashSaleChanges): Promise<void> => {
  const { admission } = changes;
  await sql`
      update flash_sales set name = coalesce(${changes.name ?? null}, name), starts_at = coalesce(${changes.startsAt ?? null}::timestamptz, starts_at),
        ends_at = coalesce(${changes.endsAt ?? null}::timestamptz, ends_at), payment_window_minutes = coalesce(${changes.paymentWindowMinutes ?? null}::int, payment_window_minutes),
        payment_retry_minutes = coalesce(${changes.paymentRetryMinutes ?? null}::int, payment_retry_minutes),
        waiting_room = coalesce(${changes.waitingRoom ?? null}::boolean, waiting_room), admit_per_second = coalesce(${admission?.maxPerSecond ?? null}::int, admit_per_second),
        minutes_inside = coalesce(${admission?.minutesInside ?? null}::int, minutes_inside), overbooking_basis_points = coalesce(${admission?.overbooking ?? null}::int, overbooking_basis_points),
        version = version + 1, updated_at = now()
      where id = ${saleId}`.execute(tx.db);
};

/** Pauses or resumes a sale. Returns false when it is paused, or not paused, already. */
export const setSalePaused = async (tx: Tx, saleId: FlashSaleId, paused: boolean): Promise<boolean> => {
  const { rows } = await sql<{ id: string }>`
      update flash_sales set paused_at = ${paused ? sql`now()` : null}, version = version + 1, updated_at = now()
      where id = ${saleId} and (paused_at is null) = ${paused} returning id`.execute(tx.db);
  return rows.length > 0;
};

/** Closes a sale for good. */
export const closeFlashSale = async (tx: Tx, saleId: FlashSaleId): Promise<void> => {
  await sql`update flash_sales set closed_at = now(), version = version + 1, updated_at = now() where id = ${saleId}`.execute(tx.db);
};

/** Adds units to those that were allocated to an item; a negative number takes them away. */
export const moveAllocatedUnits = async (tx: Tx, itemId: FlashSaleItemId, delta: number): Promise<void> => {
  await sql`update flash_sale_items set units_allocated = units_allocated + ${delta} where id = ${itemId}`.execute(tx.db);
};
