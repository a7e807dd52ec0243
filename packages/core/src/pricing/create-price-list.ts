import type { PriceList, PriceListId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { getPriceList } from './price-list.queries.ts';
import { insertPriceList } from './price-list.store.ts';
import { announcePricing, assertEndsLater } from './pricing.changes.ts';

type C = ShopContract['priceLists'];

/** Adds a price list. Throws `INVALID_INPUT` for a window that ends before it begins. */
export const createPriceList = (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<PriceList> => {
  requireScope(actor, 'pricing:write');
  assertEndsLater('A price list', input);
  return transact(
    core,
    { once: { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => getPriceList(tx, subject as PriceListId) } },
    async (tx) => {
      const id = await insertPriceList(tx, input);
      announcePricing(tx, id);
      return getPriceList(tx, id);
    },
  );
};
