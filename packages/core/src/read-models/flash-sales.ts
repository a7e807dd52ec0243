/** Sales with their items, as buyers and staff see them. */
import type { FlashSale, FlashSaleId, FlashSaleState } from '@cartwright/contracts';
import { sql, type Expression, type SqlBool } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { commonTables, type ReadOnlyDb } from '../kernel/index.ts';

/** SQL: the state of a sale `s` by the clock of the database now, not at the start of the transaction. */
export const stateOf = sql<FlashSaleState>`case
  when s.closed_at is not null or clock_timestamp() >= s.ends_at then 'ended' when s.paused_at is not null then 'paused'
  when clock_timestamp() < s.starts_at then 'scheduled' else 'open' end`;

/** SQL: which products are shown, a condition on `p`; null for all. */
export type ShownProducts = Expression<SqlBool> | null;

/** A sale; its items are null when none of them is shown. */
export type SaleRow = Omit<FlashSale, 'startsAt' | 'endsAt' | 'items'> & {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly items: FlashSale['items'] | null;
};

/** One sale, or all for null. */
const selectSales = (db: ReadOnlyDb, saleId: string | null, shown: ShownProducts) =>
  commonTables(db)
    .with('s', (query) =>
      query
        .selectFrom('flash_sales as s')
        .selectAll()
        .select(stateOf.as('state'))
        .$if(saleId !== null, (one) => one.where('s.id', '=', saleId)),
    )
    .selectFrom('s')
    .select((eb) => [
      's.id',
      's.name',
      's.state',
      's.startsAt',
      's.endsAt',
      's.waitingRoom',
      's.paymentWindowMinutes',
      's.paymentRetryMinutes',
      's.version',
      eb
        .selectFrom('flash_sale_items as i')
        .innerJoin('stock_allocations as a', 'a.id', 'i.id')
        .innerJoin('variants as v', 'v.id', 'i.variantId')
        .innerJoin('products as p', 'p.id', 'v.productId')
        .select((item) => {
          const imageUrl = item
            .selectFrom('product_images as m')
            .select('m.url')
            .whereRef('m.productId', '=', 'p.id')
            .orderBy('m.position')
            .limit(sql.lit(1));
          const fields = jsonBuildObject({
            id: item.ref('i.id'),
            variantId: item.ref('i.variantId'),
            productId: item.ref('p.id'),
            productName: item.ref('p.name'),
            variantTitle: item.ref('v.title'),
            sku: item.ref('v.sku'),
            slug: item.ref('p.slug'),
            imageUrl: imageUrl.$asScalar().$castTo<string | null>(),
            salePriceCents: item.ref('i.salePriceCents'),
            regularPriceCents: item.ref('v.priceCents'),
            currency: item.ref('i.currency'),
            limitPerCustomer: item.ref('i.limitPerCustomer'),
            limitPerAddress: item.ref('i.limitPerAddress'),
            unitsAllocated: item.ref('i.unitsAllocated'),
            soldOut: item('a.unitsFree', '=', sql.lit(0)).$castTo<boolean>(),
          });
          return item.fn.jsonAgg(fields).orderBy('i.position').as('items');
        })
        .whereRef('i.saleId', '=', 's.id')
        .$if(shown !== null, (items) => items.where(shown ?? sql.lit(true)))
        .as('items'),
    ])
    .$narrowType<{ id: FlashSaleId; items: FlashSale['items'] | null }>();

/** One sale, whatever its state; undefined when it does not exist. */
export const readSale = (db: ReadOnlyDb, saleId: string, shown: ShownProducts): Promise<SaleRow | undefined> =>
  selectSales(db, saleId, shown).executeTakeFirst();

/** Which sales are listed. */
export interface SalePage {
  readonly state: FlashSaleState | null;
  readonly limit: number;
  readonly offset: number;
  /** With a condition, the page has only sales with such a product that have not ended. */
  readonly shown: ShownProducts;
}

/** A page of sales, the next to start first and ended ones last. Each row has the number of all sales. */
export const readSales = (
  db: ReadOnlyDb,
  { state, limit, offset, shown }: SalePage,
): Promise<(SaleRow & { readonly totalCount: number })[]> =>
  selectSales(db, null, shown)
    .select(({ fn }) => fn.countAll<number>().over().as('totalCount'))
    .$if(shown !== null, (query) =>
      query.where('s.state', '<>', sql.lit('ended')).where(({ exists, selectFrom, lit }) =>
        exists(
          selectFrom('flash_sale_items as i')
            .innerJoin('variants as v', 'v.id', 'i.variantId')
            .innerJoin('products as p', 'p.id', 'v.productId')
            .select(lit(1).as('one'))
            .whereRef('i.saleId', '=', 's.id')
            .where(shown ?? sql.lit(true)),
        ),
      ),
    )
    .$if(state !== null, (query) => query.where('s.state', '=', state))
    .orderBy((eb) => eb('s.state', '=', sql.lit('ended')))
    .orderBy((eb) => eb.case().when('s.state', '=', sql.lit('ended')).then(null).else(eb.ref('s.startsAt')).end())
    .orderBy('s.startsAt', 'desc')
    .orderBy('s.id')
    .limit(limit)
    .offset(offset)
    .execute();
