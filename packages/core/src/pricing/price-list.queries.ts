/** Reads of price lists, for staff. */
import type { PriceList, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, offsetOf, requireScope, toPage, type Actor, type Core, type Reader } from '../kernel/index.ts';

type C = ShopContract['priceLists'];

export type PriceListRow = Omit<PriceList, 'startsAt' | 'endsAt' | 'createdAt' | 'updatedAt'> & {
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** SQL: the columns of a `PriceListRow`, of the alias `l`. */
export const priceListColumns = sql`l.id, l.name, l.currency, l.customer_group as "customerGroup", l.priority, l.starts_at as "startsAt", l.ends_at as "endsAt", l.active, l.version,
  l.created_at as "createdAt", l.updated_at as "updatedAt", (select count(*)::int from price_list_prices p where p.price_list_id = l.id) as "priceCount"`;

/** Row -> contract shape. */
export const toPriceList = (row: PriceListRow): PriceList => ({
  ...row,
  startsAt: row.startsAt?.toISOString() ?? null,
  endsAt: row.endsAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** A page of lists, newest first. */
export const listPriceLists = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { currency = null } = input;
  const { rows } = await sql<PriceListRow & { totalCount: number }>`
    select ${priceListColumns}, count(*) over ()::int as "totalCount" from price_lists l where (${currency}::text is null or l.currency = ${currency})
    order by l.id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => toPriceList(row)),
    rows[0]?.totalCount ?? 0,
  );
};

/** A page of the prices of a list. Throws `NOT_FOUND`. */
export const listPrices = async (
  core: Core,
  actor: Actor,
  input: z.output<C['prices']['input']>,
): Promise<z.output<C['prices']['output']>> => {
  requireScope(actor, 'pricing:read');
  await getPriceList(core, input.id);
  type Price = z.output<C['prices']['output']>['items'][number];
  const { rows } = await sql<Price & { totalCount: number }>`
    select x.variant_id as "variantId", x.min_quantity as "minQuantity", x.price_cents as "priceCents", v.sku, p.name as "productName", count(*) over ()::int as "totalCount"
    from price_list_prices x join variants v on v.id = x.variant_id join products p on p.id = v.product_id where x.price_list_id = ${input.id}
    order by v.sku, x.min_quantity limit ${input.pageSize} offset ${offsetOf(input)}`.execute(core.db);
  return toPage(
    input,
    rows.map(({ totalCount: _, ...row }) => row),
    rows[0]?.totalCount ?? 0,
  );
};

/** One list. Throws `NOT_FOUND`. */
export const getPriceList = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<PriceList> => {
  const { rows } = await sql<PriceListRow>`select ${priceListColumns} from price_lists l where l.id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This price list');
  return toPriceList(rows[0]);
};
