/** The sort orders of product lists, and the cursors for positions in them. */
import type { ProductId, ShopContract } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, encodeCursor } from '../kernel/index.ts';

type Sql = RawBuilder<unknown>;
type Sort = z.output<ShopContract['products']['list']['input']>['sort'];

/** The position of a product in a sort order: its sort key as text, and its id, which decides between equal keys. */
interface Place {
  readonly sortKey: string;
  readonly id: string;
}
interface ListOrder {
  readonly by: Sql;
  /** SQL: the sort key of a row as text, without loss of precision. */
  readonly key: Sql;
  /** SQL: whether a row comes after a position. */
  readonly after: (place: Place) => Sql;
}
export type ListOrders = Readonly<Record<Sort, ListOrder>>;

/** Microseconds since 1970, the full precision of an instant. */
const toMicros = (instant: Sql): Sql => sql`(extract(epoch from ${instant}) * 1000000)::bigint::text`;
const toInstant = (micros: string): Sql => sql`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;

/** The sort orders of rows whose product is `id`, each by one column. */
export const ordersOf = (id: Sql, columns: { readonly newest: Sql; readonly name: Sql; readonly price: Sql }): ListOrders => {
  const { newest, name, price } = columns;
  const ascending = (column: Sql, key: Sql, value: (sortKey: string) => Sql): ListOrder => ({
    by: sql`${column}, ${id}`,
    key,
    after: (place) => sql`(${column}, ${id}) > (${value(place.sortKey)}, ${place.id}::uuid)`,
  });
  const descending = (column: Sql, key: Sql, value: (sortKey: string) => Sql): ListOrder => ({
    by: sql`${column} desc, ${id} desc`,
    key,
    after: (place) => sql`(${column}, ${id}) < (${value(place.sortKey)}, ${place.id}::uuid)`,
  });
  const amount = (text: string) => sql`${text}::bigint`;
  return {
    newest: descending(newest, toMicros(newest), toInstant),
    name: ascending(name, name, (text) => sql`${text}::text`),
    price: ascending(price, sql`${price}::text`, amount),
    '-price': descending(price, sql`${price}::text`, amount),
  };
};

/** Encodes the position of a product as an opaque cursor. */
export const writeCursor = (sort: Sort, { sortKey, id }: { readonly sortKey: string; readonly id: ProductId }): string =>
  encodeCursor(`${sort} ${id} ${sortKey}`);

/** Decodes a cursor. Throws `INVALID_INPUT` for one that does not belong to this sort order. */
export const readCursor = (cursor: string, sort: Sort): Place => {
  const sortKey = sort === 'name' ? '[^\\0]{0,300}' : '\\d{1,16}';
  const text = decodeCursor(cursor, new RegExp(`^${sort} [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} ${sortKey}$`, 'u'));
  const [, id = '', ...key] = text.split(' ');
  return { id, sortKey: key.join(' ') };
};
