/** Shared steps of every change of a price list. */
import type { PriceList, PriceListId, ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, type Tx } from '../kernel/index.ts';
import { announcePricing, endsTooEarly, windowColumns } from './pricing.changes.ts';

type C = ShopContract['priceLists'];

/** Announces that the prices of a list may have changed. */
export const announcePriceList = async (tx: Tx, id: PriceListId): Promise<void> => {
  const { rows } = await sql<{
    variantId: VariantId;
  }>`select distinct variant_id as "variantId" from price_list_prices where price_list_id = ${id}`.execute(tx.db);
  announcePricing(
    tx,
    id,
    rows.map((row) => row.variantId),
  );
};

/** Throws `INVALID_PRICE` for a list that ends before it starts. */
export const assertPriceListWindow = (window: Pick<PriceList, 'startsAt' | 'endsAt'>): void => {
  if (endsTooEarly(window))
    throw new DomainError('INVALID_PRICE', 'A price list must end after it starts.', {
      fields: [{ path: 'endsAt', message: 'must be after startsAt' }],
    });
};

/** The columns that staff set. */
export const toPriceListRow = (list: Omit<z.output<C['create']['input']>, 'currency'>) => ({
  name: list.name,
  customer_group: list.customerGroup,
  priority: list.priority,
  ...windowColumns(list),
  active: list.active,
});
