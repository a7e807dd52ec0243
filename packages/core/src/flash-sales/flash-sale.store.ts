/** Writes `flash_sales` and `flash_sale_items`. The caller has locked the sale that it changes. */
import type { Currency, FlashSaleId, FlashSaleItemId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { now, type Tx } from '../kernel/index.ts';

type C = ShopContract['flashSales'];
type CreateInput = z.output<C['create']['input']>;

/** A sale to create. */
export type NewFlashSale = Omit<CreateInput, 'items'> & { readonly id: FlashSaleId };
/** An item of a new sale. */
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
  const { name, startsAt, endsAt, paymentWindowMinutes, paymentRetryMinutes, waitingRoom, admission } = changes;
  await tx.db
    .updateTable('flash_sales')
    .set((eb) => ({
      name,
      startsAt: startsAt === undefined ? undefined : new Date(startsAt),
      endsAt: endsAt === undefined ? undefined : new Date(endsAt),
      paymentWindowMinutes,
      paymentRetryMinutes,
      waitingRoom,
      admitPerSecond: admission?.maxPerSecond,
      minutesInside: admission?.minutesInside,
      overbookingBasisPoints: admission?.overbooking,
      version: eb('version', '+', 1),
      updatedAt: now,
    }))
    .where('id', '=', saleId)
    .execute();
};

/** Pauses or resumes a sale. Returns false when it is paused, or not paused, already. */
export const setSalePaused = async (tx: Tx, saleId: FlashSaleId, paused: boolean): Promise<boolean> => {
  const { numUpdatedRows } = await tx.db
    .updateTable('flash_sales')
    .set((eb) => ({ pausedAt: paused ? now : null, version: eb('version', '+', 1), updatedAt: now }))
    .where('id', '=', saleId)
    .where('pausedAt', paused ? 'is' : 'is not', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
};

/** Closes a sale for good. */
export const closeFlashSale = async (tx: Tx, saleId: FlashSaleId): Promise<void> => {
  await tx.db
    .updateTable('flash_sales')
    .set((eb) => ({ closedAt: now, version: eb('version', '+', 1), updatedAt: now }))
    .where('id', '=', saleId)
    .execute();
};

/** Adds units to those that were allocated to an item; a negative number takes them away. */
export const moveAllocatedUnits = async (tx: Tx, itemId: FlashSaleItemId, delta: number): Promise<void> => {
  await tx.db
    .updateTable('flash_sale_items')
    .set((eb) => ({ unitsAllocated: eb('unitsAllocated', '+', delta) }))
    .where('id', '=', itemId)
    .execute();
};
