/** Reads of stock levels and the ledger, for staff. */
import type { ShopContract, StockLevel, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, selectPage, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { readStockHolds } from '../read-models/stock-holds.ts';
import { findStockLevel, readStockList } from '../read-models/stock-list.ts';

type C = ShopContract['inventory'];

/** One level, in or out of a transaction. Throws `NOT_FOUND`. */
export const readStockLevel = async (reader: Pick<Reader, 'db'>, variantId: VariantId): Promise<StockLevel> => {
  const level = await findStockLevel(reader, variantId);
  if (!level) throw notFound('This variant', variantId);
  return level;
};

/** The stock of one variant, for staff with `inventory:read`. Throws `NOT_FOUND`. */
export const getStockLevel = (core: Core, actor: Actor, input: z.output<C['get']['input']>): Promise<StockLevel> => {
  requireScope(actor, 'inventory:read');
  return readStockLevel(core, input.variantId);
};

/** Levels, lowest availability first when only low ones are asked for. */
export const listStockLevels = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'inventory:read');
  return readStockList(core, { lowOnly: input.lowOnly, q: input.q ? input.q : null }, input);
};

/** Variants with low or no stock, lowest first. */
export const listLowStock = (
  core: Core,
  actor: Actor,
  input: z.output<C['lowStock']['input']>,
): Promise<z.output<C['lowStock']['output']>> => listStockLevels(core, actor, { ...input, lowOnly: true });

/** The ledger of one variant, newest first. */
export const listStockMovements = async (
  core: Core,
  actor: Actor,
  input: z.output<C['movements']['input']>,
): Promise<z.output<C['movements']['output']>> => {
  requireScope(actor, 'inventory:read');
  await readStockLevel(core, input.variantId);
  const movements = core.db
    .selectFrom('stock_movements as m')
    .innerJoin('stock_locations as o', 'o.id', 'm.locationId')
    .select(['m.id', 'm.kind', 'm.quantity', 'o.code as location', 'm.reason', 'm.actor', 'm.createdAt'])
    .where('m.variantId', '=', input.variantId)
    .orderBy('m.createdAt', 'desc')
    .orderBy('m.id', 'desc');
  return selectPage(movements, input, (row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
};

/** Everything that reserves units of a variant, oldest first: carts, unpaid orders, allocations. Throws `NOT_FOUND`. */
export const listStockHolds = async (
  core: Core,
  actor: Actor,
  input: z.output<C['holds']['input']>,
): Promise<z.output<C['holds']['output']>> => {
  requireScope(actor, 'inventory:read');
  await readStockLevel(core, input.variantId);
  return readStockHolds(core, input.variantId, input);
};
