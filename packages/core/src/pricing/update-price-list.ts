import type { PriceList, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertNewInstants } from './price-list.policy.ts';
import { getPriceList } from './price-list.queries.ts';
import { changePriceList } from './price-list.store.ts';
import { announcePriceList, assertVersion, assertEndsLater } from './pricing.changes.ts';
import { lockPriceList } from './pricing.locks.ts';

type C = ShopContract['priceLists'];

/** Changes the terms of a list. Throws `VERSION_MISMATCH`, and `INVALID_INPUT` for a new time outside the years of `instantInput`. */
export const updatePriceList = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<PriceList> => {
  requireScope(actor, 'pricing:write');
  assertEndsLater('A price list', input);
  const { id, version, ...terms } = input;
  return transact(core, async (tx) => {
    const list = await lockPriceList(tx, id);
    assertVersion('price list', list, version);
    assertNewInstants(list, terms);
    await changePriceList(tx, list, terms);
    await announcePriceList(tx, id);
    return getPriceList(tx, id);
  });
};
