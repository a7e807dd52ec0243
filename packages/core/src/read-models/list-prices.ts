/** The prices of a price list, with the names of what they are for. */
import type { PriceListId, ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { selectPage, type PageRequest, type Reader } from '../kernel/index.ts';

type Page = z.output<ShopContract['priceLists']['prices']['output']>;

/** A page of the prices of a list, by SKU and quantity. */
export const listPricesOfList = ({ db }: Pick<Reader, 'db'>, id: PriceListId, page: PageRequest): Promise<Page> =>
  selectPage(
    db
      .selectFrom('price_list_prices as x')
      .innerJoin('variants as v', 'v.id', 'x.variantId')
      .innerJoin('products as p', 'p.id', 'v.productId')
      .select(['x.variantId', 'x.minQuantity', 'x.priceCents', 'v.sku', 'p.name as productName'])
      .where('x.priceListId', '=', id)
      .orderBy('v.sku')
      .orderBy('x.minQuantity'),
    page,
    ({ variantId, ...row }) => ({ ...row, variantId: variantId as VariantId }),
  );
