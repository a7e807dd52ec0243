import { instantInput, type FieldIssue, type PriceList, type ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { getPriceList } from './price-list.queries.ts';
import { announcePriceList, assertPriceListWindow, toPriceListRow } from './price-list.store.ts';
import { assertVersion } from './pricing.changes.ts';
import { lockPriceList } from './pricing.locks.ts';

type C = ShopContract['priceLists'];

/** Unchanged times pass, whatever their year: an edit of another field must not fail. Throws `INVALID_INPUT`. */
const assertNewInstants = (before: PriceList, after: Pick<PriceList, 'startsAt' | 'endsAt'>): void => {
  const fields = (['startsAt', 'endsAt'] as const).flatMap((path): FieldIssue[] => {
    const [was, is] = [before[path], after[path]];
    if (is === null || (was !== null && Date.parse(was) === Date.parse(is))) return [];
    return (instantInput.safeParse(is).error?.issues ?? []).map(({ message }) => ({ path, message }));
  });
  if (fields.length > 0) throw new DomainError('INVALID_INPUT', 'The start or end of the price list is not a valid time.', { fields });
};

/** Changes the terms of a list. Throws `VERSION_MISMATCH`, and `INVALID_INPUT` for a new time outside the years of `instantInput`. */
export const updatePriceList = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<PriceList> => {
  requireScope(actor, 'pricing:write');
  assertPriceListWindow(input);
  return transact(core, async (tx) => {
    const before = await lockPriceList(tx, input.id);
    assertVersion('price list', before, input.version);
    assertNewInstants(before, input);
    await tx.db
      .updateTable('price_lists')
      .set({ ...toPriceListRow(input), version: input.version + 1, updated_at: sql`now()` })
      .where('id', '=', input.id)
      .execute();
    await announcePriceList(tx, input.id);
    return getPriceList(tx, input.id);
  });
};
