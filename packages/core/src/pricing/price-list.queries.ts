/** Reads of price lists, for staff. */
import { priceListSchema, type PriceList, type ShopContract } from '@cartwright/contracts';
import { PriceList as PriceListEntity } from '@cartwright/db';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, offsetOf, requireScope, storedRecord, toPage, type Actor, type Core, type Reader } from '../kernel/index.ts';

type C = ShopContract['priceLists'];

const stored = storedRecord(PriceListEntity, priceListSchema.omit({ priceCount: true }));

type PriceListRow = Parameters<typeof stored.of>[0] & Pick<PriceList, 'priceCount'>;

/** SQL: the columns of a `PriceListRow`, of the alias `l`. */
const priceListColumns = sql`${stored.columns('l')}, (select count(*)::int from price_list_prices p where p.price_list_id = l.id) as "priceCount"`;

/** Row -> contract shape. */
const toPriceList = (row: PriceListRow): PriceList => ({ ...stored.of(row), priceCount: row.priceCount });

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
