import type { Currency, FlashSale, FlashSaleId, FlashSaleItemId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { allocateStock } from '../inventory/index.ts';
import { DomainError, notFound, now, requireScope, storableText, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readVariantNames } from '../read-models/variant-names.ts';
import { readFlashSale } from './flash-sale.queries.ts';
import { insertFlashSaleItems, insertFlashSales } from './flash-sale.store.ts';
import { insertWaitingRooms } from './waiting-room.store.ts';

type Input = z.output<ShopContract['flashSales']['create']['input']>;

/**
 * Prepares a sale and allocates its units, all or nothing. Throws `INVALID_INPUT` for a window that has ended or ends
 * before it starts, `NOT_FOUND` for a variant of a deleted product, `INSUFFICIENT_STOCK`.
 */
export const createFlashSale = (core: Core, actor: Actor, input: Input): Promise<FlashSale> => {
  requireScope(actor, 'flash-sales:manage');
  return transact(
    core,
    { once: { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => readFlashSale(tx, subject as FlashSaleId) } },
    async (tx) => {
      await assertSaleWindow(tx, input.startsAt, input.endsAt);
      const saleId = tx.ids.next<FlashSaleId>();
      const inCurrency = await withCurrency(tx, input.items);
      const items = inCurrency.map((item, i) => ({ ...item, id: tx.ids.next<FlashSaleItemId>(), position: i + 1 }));
      await insertFlashSales(tx, [{ ...input, id: saleId }]);
      await insertWaitingRooms(tx, [saleId]);
      await allocateStock(
        tx,
        items.map(({ id, variantId, units }) => ({ id, variantId, units, purpose: storableText(`sale: ${input.name}`, 200) })),
      );
      await insertFlashSaleItems(tx, saleId, items);
      tx.outbox.add('flash_sale.created', saleId, { saleId });
      return readFlashSale(tx, saleId);
    },
  );
};

/** Throws `INVALID_INPUT` unless the end is in the future, by the clock of the database, and after the start. */
export const assertSaleWindow = async (tx: Tx, startsAt: string | Date, endsAt: string | Date): Promise<void> => {
  const window = await tx.db
    .selectNoFrom(({ eb, cast, val }) => {
      const end = cast<Date>(val(endsAt), 'timestamptz');
      return [eb(end, '>', cast<Date>(val(startsAt), 'timestamptz')).as('ordered'), eb(end, '>', now).as('ahead')];
    })
    .executeTakeFirstOrThrow();
  const message = !window.ordered ? 'must be after startsAt' : !window.ahead ? 'lies in the past' : null;
  if (message) throw new DomainError('INVALID_INPUT', `endsAt ${message}.`, { fields: [{ path: 'endsAt', message }] });
};

/**
 * The items with the currency of their variants. Throws `NOT_FOUND` for a variant of a deleted product, `INVALID_INPUT` for one that is
 * named twice.
 */
const withCurrency = async (tx: Tx, items: Input['items']): Promise<(Input['items'][number] & { readonly currency: Currency })[]> => {
  const ids = items.map((item) => item.variantId);
  const twice = ids.findIndex((id, i) => ids.indexOf(id) !== i);
  if (twice !== -1)
    throw new DomainError('INVALID_INPUT', 'The same variant is listed twice in the flash sale.', {
      fields: [{ path: `items.${twice}.variantId`, message: 'is already in the flash sale' }],
    });
  const rows = await readVariantNames(tx, ids);
  const currencies = new Map(rows.flatMap(({ id, currency, isDeleted }) => (isDeleted ? [] : [[id, currency] as const])));
  return items.map((item) => {
    const currency = currencies.get(item.variantId);
    if (!currency) throw notFound('This variant', item.variantId);
    return { ...item, currency };
  });
};
