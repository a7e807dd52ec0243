/** What reserves the units of a variant. */
import type { ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { selectPage, type PageRequest, type Reader } from '../kernel/index.ts';
import { lapsedHold } from './stock-levels.ts';

type StockHolds = z.output<ShopContract['inventory']['holds']['output']>;
type HoldRow = Omit<StockHolds['items'][number], 'createdAt' | 'expiresAt'> & {
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
};

/** A page of the active holds of carts and orders, of backordered units and of the free units of allocations, oldest first. */
export const readStockHolds = ({ db }: Pick<Reader, 'db'>, variantId: VariantId, page: PageRequest): Promise<StockHolds> => {
  const holds = db
    .selectFrom('holds as h')
    .leftJoin('order_edits as e', 'e.id', 'h.orderEditId')
    .leftJoin('orders as o', (join) => join.on('o.id', '=', ({ fn }) => fn.coalesce('h.orderId', 'e.orderId')))
    .select((eb) => [
      'h.id',
      'h.quantity',
      eb.case().when('h.cartId', 'is', null).then(sql.lit('order')).else(sql.lit('cart')).end().as('heldBy'),
      'o.id as orderId',
      'o.orderNumber',
      'h.createdAt',
      'h.expiresAt',
      lapsedHold.as('lapsed'),
    ])
    .where('h.variantId', '=', variantId)
    .where('h.state', '=', sql.lit('active'))
    .$castTo<HoldRow>();
  const allocations = db
    .selectFrom('stock_allocations')
    .select(({ lit }) => [
      'id',
      'unitsFree as quantity',
      'purpose as heldBy',
      lit(null).as('orderId'),
      lit(null).as('orderNumber'),
      'createdAt',
      lit(null).as('expiresAt'),
      lit(false).as('lapsed'),
    ])
    .where('variantId', '=', variantId)
    .where('unitsFree', '>', sql.lit(0))
    .$castTo<HoldRow>();
  const backorders = db
    .selectFrom('backorders as b')
    .innerJoin('orders as o', 'o.id', 'b.orderId')
    .select(({ lit }) => [
      'b.orderId as id',
      'b.quantity',
      sql.lit('backorder').as('heldBy'),
      'o.id as orderId',
      'o.orderNumber',
      'b.since as createdAt',
      lit(null).as('expiresAt'),
      lit(false).as('lapsed'),
    ])
    .where('b.variantId', '=', variantId)
    .where('b.quantity', '>', sql.lit(0))
    .$castTo<HoldRow>();
  const reserved = db
    .selectFrom(holds.unionAll(allocations).unionAll(backorders).as('x'))
    .select(['id', 'quantity', 'heldBy', 'orderId', 'orderNumber', 'createdAt', 'expiresAt', 'lapsed'])
    .orderBy('createdAt')
    .orderBy('id');
  return selectPage(reserved, page, (row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
  }));
};
