/** Reads of stock levels and the ledger, for staff. */
import type { movementKinds, ShopContract, StockLevel } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, offsetOf, requireScope, toPage, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { liveLevels, stockStatus } from '../read-models/stock-levels.ts';

type C = ShopContract['inventory'];
type LevelRow = Omit<StockLevel, 'updatedAt'> & { updatedAt: Date };

const levelColumns = sql`s.variant_id as "variantId", v.product_id as "productId", v.sku, case when v.title = '' then p.name else p.name || ' – ' || v.title end as name,
  s.on_hand as "onHand", s.reserved, s.on_hand - s.reserved as available, ${stockStatus('s')} as status,
  s.reorder_threshold as "reorderThreshold", s.backorder_limit as "backorderLimit",
  (select coalesce(json_agg(json_build_object('locationId', o.id, 'code', o.code, 'onHand', coalesce(a.on_hand, 0)) order by o.priority, o.id), '[]')
    from stock_locations o left join location_levels a on a.location_id = o.id and a.variant_id = s.variant_id where o.active or a.on_hand <> 0) as locations,
  s.version, s.updated_at as "updatedAt"`;
const toStockLevel = (row: LevelRow): StockLevel => ({ ...row, updatedAt: row.updatedAt.toISOString() });

/** One level, in or out of a transaction. Throws `NOT_FOUND`. */
export const readStockLevel = async ({ db }: Pick<Reader, 'db'>, variantId: string): Promise<StockLevel> => {
  const { rows } = await sql<LevelRow>`
    select ${levelColumns} from ${liveLevels} s join variants v on v.id = s.variant_id join products p on p.id = v.product_id where s.variant_id = ${variantId}`.execute(
    db,
  );
  if (!rows[0]) throw notFound('This variant');
  return toStockLevel(rows[0]);
};

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
  const pattern = input.q ? `%${input.q.replace(/[\\%_]/g, '\\$&')}%` : null;
  const { rows } = await sql<LevelRow & { totalCount: number }>`
    select ${levelColumns}, count(*) over () as "totalCount"
    from ${liveLevels} s join variants v on v.id = s.variant_id join products p on p.id = v.product_id
    where p.deleted_at is null and (not ${input.lowOnly}::boolean or s.on_hand - s.reserved <= s.reorder_threshold)
      and (${pattern}::text is null or v.sku ilike ${pattern} or p.name ilike ${pattern})
    order by case when ${input.lowOnly}::boolean then s.on_hand - s.reserved end, p.name, v.position, v.id
    limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toStockLevel(row)),
    rows[0]?.totalCount ?? 0,
  );
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
  const { rows } = await sql<{
    id: string;
    kind: (typeof movementKinds)[number];
    quantity: number;
    location: string;
    reason: string;
    actor: string;
    createdAt: Date;
    totalCount: number;
  }>`
    select m.id, m.kind, m.quantity, o.code as location, m.reason, m.actor, m.created_at as "createdAt", count(*) over () as "totalCount"
    from stock_movements m join stock_locations o on o.id = m.location_id
    where m.variant_id = ${input.variantId} order by m.created_at desc, m.id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(
    core.db,
  );
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => ({ ...row, createdAt: row.createdAt.toISOString() })),
    rows[0]?.totalCount ?? 0,
  );
};

type HoldRow = Omit<z.output<C['holds']['output']>['items'][number], 'createdAt' | 'expiresAt'> & {
  createdAt: Date;
  expiresAt: Date | null;
};

/** Everything that reserves units of a variant, oldest first: carts, unpaid orders, allocations. Throws `NOT_FOUND`. */
export const listStockHolds = async (
  core: Core,
  actor: Actor,
  input: z.output<C['holds']['input']>,
): Promise<z.output<C['holds']['output']>> => {
  requireScope(actor, 'inventory:read');
  await readStockLevel(core, input.variantId);
  const { rows } = await sql<HoldRow & { totalCount: number }>`
    select x.*, count(*) over () as "totalCount" from (
      select h.id, h.quantity, case when h.cart_id is null then 'order' else 'cart' end as "heldBy", o.id as "orderId", o.order_number as "orderNumber",
        h.created_at as "createdAt", h.expires_at as "expiresAt", h.cart_id is not null and h.expires_at <= now() as lapsed
      from holds h left join order_edits e on e.id = h.order_edit_id left join orders o on o.id = coalesce(h.order_id, e.order_id) where h.variant_id = ${input.variantId} and h.state = 'active'
      union all
      select id, units_free, purpose, null, null, created_at, null, false from stock_allocations where variant_id = ${input.variantId} and units_free > 0) x
    order by "createdAt", id limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => ({
      ...row,
      createdAt: row.createdAt.toISOString(),
      expiresAt: row.expiresAt?.toISOString() ?? null,
    })),
    rows[0]?.totalCount ?? 0,
  );
};
