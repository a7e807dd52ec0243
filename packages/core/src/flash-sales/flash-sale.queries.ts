/** Reads of sales, and who may see which of them. */
import type {
  FlashPurchase,
  FlashSale,
  FlashSaleId,
  FlashSaleItemId,
  FlashSaleMetrics,
  OrderId,
  ShopContract,
  VariantId,
} from '@cartwright/contracts';
import type { z } from 'zod';
import {
  hasScope,
  notFound,
  offsetOf,
  readCountedPage,
  requireScope,
  type Actor,
  type Core,
  type PageRequest,
  type Reader,
} from '../kernel/index.ts';
import { readPurchase } from '../read-models/flash-purchases.ts';
import { readSaleMetrics } from '../read-models/flash-sale-metrics.ts';
import { readSale, readSales, type SaleRow } from '../read-models/flash-sales.ts';
import { listed, onSale } from '../read-models/on-sale.ts';
import { orderTokenFor } from './order-token.ts';

type C = ShopContract['flashSales'];

const toSale = (row: SaleRow): FlashSale => ({
  ...row,
  startsAt: row.startsAt.toISOString(),
  endsAt: row.endsAt.toISOString(),
  items: row.items ?? [],
});

/** A page of sales, the next to start first. Only staff see ended sales and sales without a listed product. */
export const listFlashSales = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  const staff = hasScope(actor, 'flash-sales:manage');
  const shown = staff ? null : listed;
  const read = (page: PageRequest) =>
    readSales(core.db, { state: input.state ?? null, limit: page.pageSize, offset: offsetOf(page), shown });
  return readCountedPage(input, read, toSale);
};

/** One sale, whatever its state, as staff see it by default. Throws `NOT_FOUND`. */
export const readFlashSale = async ({ db }: Pick<Reader, 'db'>, saleId: string, staff = true): Promise<FlashSale> => {
  const sale = await readSale(db, saleId, staff ? null : onSale);
  // To buyers a sale without a visible item does not exist.
  if (!sale?.items) throw notFound('This sale', saleId);
  return toSale(sale);
};

/** A sale as this actor may see it: items of drafts and archived products are for staff. Throws `NOT_FOUND`. */
export const getFlashSale = (core: Core, actor: Actor, input: z.output<C['get']['input']>): Promise<FlashSale> =>
  readFlashSale(core, input.saleId, hasScope(actor, 'flash-sales:manage'));

/** The sale and the variant of an item; undefined when it does not exist. */
export const findSaleItem = (
  { db }: Pick<Reader, 'db'>,
  itemId: FlashSaleItemId,
): Promise<{ saleId: FlashSaleId; variantId: VariantId } | undefined> =>
  db
    .selectFrom('flash_sale_items')
    .select(['saleId', 'variantId'])
    .where('id', '=', itemId)
    .$narrowType<{ saleId: FlashSaleId; variantId: VariantId }>()
    .executeTakeFirst();

/** The metrics of a sale, in one statement. */
export const getFlashSaleMetrics = async (core: Core, actor: Actor, { saleId }: { saleId: FlashSaleId }): Promise<FlashSaleMetrics> => {
  requireScope(actor, 'flash-sales:manage');
  const metrics = await readSaleMetrics(core.db, saleId);
  if (!metrics) throw notFound('This sale', saleId);
  return metrics;
};

/** The flash sale purchase of an order, in its present state. Throws `NOT_FOUND` for a deleted order. */
export const readFlashPurchase = async (reader: Pick<Reader, 'db' | 'sealer'>, orderId: OrderId): Promise<FlashPurchase> => {
  const row = await readPurchase(reader.db, orderId);
  if (!row || row.archivedAt !== null) throw notFound('This order');
  const { subtotalCents, discountCents, shippingCents, taxCents, totalCents, taxIncluded, ...identified } = row;
  const { expiresAt, userId, guestTokenHash, archivedAt: _, ...rest } = identified;
  return {
    ...rest,
    totals: { subtotalCents, discountCents, shippingCents, taxCents, totalCents, taxIncluded },
    expiresAt: row.status === 'pending' ? (expiresAt?.toISOString() ?? null) : null,
    orderToken: userId === null ? orderTokenFor(reader.sealer, orderId, guestTokenHash) : null,
  };
};
