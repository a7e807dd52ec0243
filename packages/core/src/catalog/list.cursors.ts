/** The cursors of product lists: the walk that they continue and a place in its order, opaque to callers. */
import type { ProductId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { decodeCursor, encodeCursor } from '../kernel/index.ts';
import type { ListPlace } from '../read-models/product-list.ts';

type Sort = z.output<ShopContract['products']['list']['input']>['sort'];

/** What all pages of a walk have in common, as its first page found it. */
export interface ListWalk {
  /** The order that was asked for. */
  readonly sort: Sort;
  /** The order of the pages: `newest` where `relevance` was asked for and there were too many products to rank. */
  readonly order: Sort;
  /** The words that are looked for instead of those that were typed. */
  readonly correctedQuery: string | null;
}
/** A walk, and the last product that it listed. */
export interface ListCursor extends ListWalk {
  readonly place: ListPlace;
}

const orderText = ({ sort, order }: Pick<ListWalk, 'sort' | 'order'>): string => (sort === order ? sort : `${sort}~${order}`);
// No text of the database has this character.
const beforeWords = '\0';

/** Encodes a walk and the position of a product as an opaque cursor. */
export const writeCursor = (walk: ListWalk, { exact, sortKey, id }: ListPlace & { readonly id: ProductId }): string => {
  const words = walk.correctedQuery === null ? '' : beforeWords + walk.correctedQuery;
  return encodeCursor(`${orderText(walk)}${exact ? '!' : ''} ${id} ${sortKey}${words}`);
};

/** Decodes a cursor. Throws `INVALID_INPUT` for one that does not belong to a list that was asked for in this order. */
export const readCursor = (cursor: string, sort: Sort): ListCursor => {
  const orders = sort === 'relevance' ? 'relevance(~newest)?' : sort;
  const sortKey = sort === 'name' ? '[^\\0]{0,300}' : '\\d{1,16}';
  const text = decodeCursor(
    cursor,
    new RegExp(`^${orders}!? [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} ${sortKey}(\\0[^\\0]{1,1000})?$`, 'u'),
  );
  const [place = '', correctedQuery = null] = text.split(beforeWords);
  const [head = '', id = '', ...key] = place.split(' ');
  const order = head.includes('~') ? 'newest' : sort;
  return { sort, order, correctedQuery, place: { exact: head.endsWith('!'), id, sortKey: key.join(' ') } };
};
