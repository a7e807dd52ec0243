/** The cursors of product lists: places in their sort orders, opaque to callers. */
import type { ProductId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { decodeCursor, encodeCursor } from '../kernel/index.ts';
import type { ListPlace } from '../read-models/product-list.ts';

type Sort = z.output<ShopContract['products']['list']['input']>['sort'];

/** Encodes the position of a product as an opaque cursor. */
export const writeCursor = (sort: Sort, { exact, sortKey, id }: ListPlace & { readonly id: ProductId }): string =>
  encodeCursor(`${sort}${exact ? '!' : ''} ${id} ${sortKey}`);

/** Decodes a cursor. Throws `INVALID_INPUT` for one that does not belong to this sort order. */
export const readCursor = (cursor: string, sort: Sort): ListPlace => {
  const sortKey = sort === 'name' ? '[^\\0]{0,300}' : '\\d{1,16}';
  const text = decodeCursor(cursor, new RegExp(`^${sort}!? [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} ${sortKey}$`, 'u'));
  const [order = '', id = '', ...key] = text.split(' ');
  return { exact: order.endsWith('!'), id, sortKey: key.join(' ') };
};
