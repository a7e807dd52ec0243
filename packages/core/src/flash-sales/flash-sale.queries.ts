/** Reads of sales: one statement for a page of them with their items. */
import type { FlashPurchase, FlashSale, FlashSaleMetrics, FlashSaleId, FlashSaleState, OrderId, ShopContract } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { hasScope, notFound, offsetOf, requireScope, toPage, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { onSale } from '../pricing/index.ts';
import { orderTokenFor } from './order-token.ts';

type C = ShopContract['flashSales'];

/** SQL: the state of a sale `s` by the clock of the database now, not at the start of the transaction. */
export const stateOf: RawBuilder<FlashSaleState> = sql<FlashSaleState>`case
  when s.closed_at is not null or clock_timestamp() >= s.ends_at then 'ended' when s.paused_at is not null then 'paused'
  when clock_timestamp() < s.starts_at then 'scheduled' else 'open' end`;

type SaleRow = Omit<FlashSale, 'startsAt' | 'endsAt'> & { startsAt: Date; endsAt: Date };

/** SQL: products that lists show; a sale of unlisted ones is shown only by its id. */
const listed = sql`(p.status = 'active' and p.deleted_at is null)`;
const saleColumns = (
  staff: boolean,
  shown: RawBuilder<unknown>,
) => sql`s.id, s.name, ${stateOf} as state, s.starts_at as "startsAt", s.ends_at as "endsAt", s.waiting_room as "waitingRoom",
  s.payment_window_minutes as "paymentWindowMinutes", s.payment_retry_minutes as "paymentRetryMinutes", s.version,
  (select json_agg(json_build_object('id', i.id, 'variantId', i.variant_id, 'productId', p.id, 'productName', p.name, 'variantTitle', v.title, 'sku', v.sku, 'slug', p.slug,
     'imageUrl', (select m.url from product_images m where m.product_id = p.id order by m.position limit 1), 'salePriceCents', i.sale_price_cents, 'regularPriceCents', v.price_cents,
     'currency', i.currency, 'limitPerCustomer', i.limit_per_customer, 'limitPerAddress', i.limit_per_address, 'unitsAllocated', i.units_allocated, 'soldOut', a.units_free = 0) order by i.position)
   from flash_sale_items i join stock_allocations a on a.id = i.id join variants v on v.id = i.variant_id join products p on p.id = v.product_id
   where i.sale_id = s.id and (${staff} or ${shown})) as items`;

const toSale = (row: SaleRow): FlashSale => ({ ...row, startsAt: row.startsAt.toISOString(), endsAt: row.endsAt.toISOString() });

/** A page of sales, the next to start first; ended sales are shown to staff only. */
export const listFlashSales = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  const staff = hasScope(actor, 'flash-sales:manage');
  const { rows } = await sql<SaleRow & { totalCount: number }>`
    with s as (select s.*, ${stateOf} as state from flash_sales s)
    select ${saleColumns(staff, listed)}, count(*) over ()::int as "totalCount" from s
    where (${staff} or (s.state <> 'ended' and exists (
        select 1 from flash_sale_items i join variants v on v.id = i.variant_id join products p on p.id = v.product_id where i.sale_id = s.id and ${listed}))) and (${input.state ?? null}::text is null or s.state = ${input.state ?? null})
    order by s.state = 'ended', case when s.state = 'ended' then null else s.starts_at end, s.starts_at desc, s.id limit ${input.pageSize} offset ${offsetOf(input)}`.execute(
    core.db,
  );
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toSale(row)),
    rows[0]?.totalCount ?? 0,
  );
};

/** One sale, whatever its state, as staff see it by default. Throws `NOT_FOUND`. */
export const readFlashSale = async ({ db }: Pick<Reader, 'db'>, saleId: string, staff = true): Promise<FlashSale> => {
  const { rows } = await sql<SaleRow>`select ${saleColumns(staff, onSale)} from flash_sales s where s.id = ${saleId}`.execute(db);
  // To shoppers a sale without a visible item does not exist.
  if (!rows[0]?.items) throw notFound('This sale');
  return toSale(rows[0]);
};

/** A sale as this actor may see it: items of drafts and archived products are for staff. Throws `NOT_FOUND`. */
export const getFlashSale = (core: Core, actor: Actor, input: z.output<C['get']['input']>): Promise<FlashSale> =>
  readFlashSale(core, input.saleId, hasScope(actor, 'flash-sales:manage'));

/** The metrics of a sale, in one statement. */
export const getFlashSaleMetrics = async (core: Core, actor: Actor, { saleId }: { saleId: FlashSaleId }): Promise<FlashSaleMetrics> => {
  requireScope(actor, 'flash-sales:manage');
  const { rows } = await sql<Omit<FlashSaleMetrics, 'at'> & { at: Date }>`
    select s.id as "saleId", ${stateOf} as state, now() as at,
      (select json_agg(json_build_object('itemId', i.id, 'sku', v.sku, 'productName', p.name, 'unitsAllocated', i.units_allocated, 'unitsFree', a.units_free,
         'unitsHeld', coalesce(h.held, 0), 'unitsSold', coalesce(h.sold, 0), 'orders', coalesce(f.orders, 0), 'revenueCents', coalesce(f.revenue, 0), 'currency', i.currency) order by i.position)
       from flash_sale_items i join stock_allocations a on a.id = i.id join variants v on v.id = i.variant_id join products p on p.id = v.product_id
       left join lateral (select sum(quantity) filter (where state = 'active')::int as held, sum(quantity) filter (where state = 'committed')::int as sold from holds where allocation_id = i.id) h on true
       left join lateral (select count(*)::int as orders, coalesce(sum(o.total_cents) filter (where o.paid_at is not null and o.status <> 'cancelled'), 0)::bigint as revenue
         from flash_purchases x join orders o on o.id = x.order_id where x.item_id = i.id) f on true
       where i.sale_id = s.id) as items,
      (select count(*)::int from flash_purchases x join flash_sale_items i on i.id = x.item_id where i.sale_id = s.id and x.created_at > now() - interval '1 minute') as "ordersLastMinute",
      coalesce((select (r.last_number - r.admitted_through)::int from waiting_rooms r where r.sale_id = s.id), 0) as waiting,
      (select count(*)::int from waiting_places w where w.sale_id = s.id and w.admitted_at is not null and w.used_at is null and w.admitted_until > now()) as inside,
      coalesce((select json_agg(json_build_object('at', to_char(b.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'units', b.units) order by b.at)
        from (select date_bin('10 seconds', x.created_at, '2000-01-01') as at, sum(x.quantity)::int as units from flash_purchases x join flash_sale_items i on i.id = x.item_id
              where i.sale_id = s.id group by 1 order by 1 desc limit 60) b), '[]') as pace
    from flash_sales s where s.id = ${saleId}`.execute(core.db);
  const row = rows[0];
  if (!row) throw notFound('This sale');
  return { ...row, at: row.at.toISOString() };
};

interface PurchaseRow extends Omit<FlashPurchase, 'expiresAt' | 'orderToken' | 'totals'>, Omit<FlashPurchase['totals'], never> {
  readonly expiresAt: Date | null;
  readonly userId: string | null;
  readonly guestTokenHash: string | null;
}

/** The flash sale purchase of an order, in its present state. */
export const readFlashPurchase = async (reader: Pick<Reader, 'db' | 'sealer'>, orderId: OrderId): Promise<FlashPurchase> => {
  const { rows } = await sql<PurchaseRow>`
    select o.id as "orderId", o.order_number as "orderNumber", o.status, f.item_id as "itemId", f.quantity, l.unit_price_cents as "unitPriceCents", o.currency, o.expires_at as "expiresAt",
      o.subtotal_cents as "subtotalCents", o.discount_cents as "discountCents", o.shipping_cents as "shippingCents", o.tax_cents as "taxCents", o.total_cents as "totalCents", o.tax_included as "taxIncluded",
      o.user_id as "userId", o.guest_token_hash as "guestTokenHash"
    from flash_purchases f join orders o on o.id = f.order_id join order_items l on l.order_id = o.id where f.order_id = ${orderId}`.execute(
    reader.db,
  );
  const row = rows[0];
  if (!row) throw notFound('This order');
  const { subtotalCents, discountCents, shippingCents, taxCents, totalCents, taxIncluded, expiresAt, userId, guestTokenHash, ...rest } =
    row;
  return {
    ...rest,
    totals: { subtotalCents, discountCents, shippingCents, taxCents, totalCents, taxIncluded },
    expiresAt: row.status === 'pending' ? (expiresAt?.toISOString() ?? null) : null,
    orderToken: userId === null ? orderTokenFor(reader.sealer, orderId, guestTokenHash) : null,
  };
};
