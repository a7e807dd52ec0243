/** Reads of price lists, for staff. */
import { priceListSchema, type PriceList, type ShopContract } from '@cartwright/contracts';
import { PriceList as PriceListEntity } from '@cartwright/db';
import type { z } from 'zod';
import {
  equalsIfGiven,
  notFound,
  requireScope,
  rowCount,
  selectPage,
  storedRecord,
  type Actor,
  type Core,
  type Reader,
} from '../kernel/index.ts';
import { listPricesOfList } from '../read-models/list-prices.ts';

type C = ShopContract['priceLists'];

const stored = storedRecord(PriceListEntity, priceListSchema.omit({ priceCount: true }));

type PriceListRow = Parameters<typeof stored.of>[0] & { readonly priceCount: number | null };

const priceLists = ({ db }: Pick<Reader, 'db'>) =>
  db
    .selectFrom('price_lists as l')
    .select(stored.fields)
    .select((eb) =>
      eb.selectFrom('price_list_prices as p').select(rowCount.as('n')).whereRef('p.priceListId', '=', 'l.id').as('priceCount'),
    );

/** Row -> contract shape. */
const toPriceList = (row: PriceListRow): PriceList => ({ ...stored.of(row), priceCount: row.priceCount ?? 0 });

/** A page of lists, newest first. */
export const listPriceLists = (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { currency = null } = input;
  const lists = priceLists(core)
    .where((eb) => equalsIfGiven(eb.ref('l.currency'), 'text', currency))
    .orderBy('l.id', 'desc');
  return selectPage(lists, input, toPriceList);
};

/** A page of the prices of a list. Throws `NOT_FOUND`. */
export const listPrices = async (
  core: Core,
  actor: Actor,
  input: z.output<C['prices']['input']>,
): Promise<z.output<C['prices']['output']>> => {
  requireScope(actor, 'pricing:read');
  await getPriceList(core, input.id);
  return listPricesOfList(core, input.id, input);
};

/** One list. Throws `NOT_FOUND`. */
export const getPriceList = async (reader: Pick<Reader, 'db'>, id: string): Promise<PriceList> => {
  const row = await priceLists(reader).where('l.id', '=', id).executeTakeFirst();
  if (!row) throw notFound('This price list', id);
  return toPriceList(row);
};
