/** Pages of products for buyers and staff, and the number of products that match their filters. */
import type { ProductSummary, ShopContract } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import {
  expressionBuilder,
  sql,
  type AliasableExpression,
  type Expression,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
} from 'kysely';
import type { z } from 'zod';
import { offsetOf, rowCount, textArray, type Reader } from '../kernel/index.ts';
import { exactProducts } from './exact-products.ts';
import { summaryColumns, toSummary, variantTotals, type CardTables } from './product-cards.ts';
import {
  allOf,
  countedMatches,
  entryColumns,
  entryIsFound,
  filterConditions,
  foundProducts,
  matches,
  rankOf,
  textQuery,
  type FilterColumns,
} from './product-filter.ts';

type Input = z.output<ShopContract['products']['list']['input']>;
/** What selects the products of a list. The status `active` reads published products; any other, and none, reads all products. */
export type ProductListFilters = Omit<Input, 'page' | 'pageSize' | 'sort' | 'cursor'> & {
  /** Staff see the product that they named exactly first. */
  readonly audience: 'buyers' | 'staff';
};
/** A page by number, or the products that come after a place. */
export type ProductListRequest = Omit<Input, 'cursor'> &
  Pick<ProductListFilters, 'audience'> & {
    readonly after: ListPlace | null;
    /** Whether the words find more products than are counted: the page is read in the order of the list, and not sorted. */
    readonly isCutOff: boolean;
  };

/** The position of a product in a sort order: its sort key as text, and its id, which decides between equal keys. */
export interface ListPlace {
  /** Whether the typed text names the product exactly: such products come first. */
  readonly exact: boolean;
  readonly sortKey: string;
  readonly id: string;
}

interface ListTables extends CardTables {
  readonly e: Database['search_entries'];
}
const list = expressionBuilder<ListTables, 'e' | 'p' | 's'>();

/** The columns by which the rows of a list are filtered and sorted. */
interface ListColumns extends FilterColumns {
  readonly id: AliasableExpression<string>;
  readonly createdAt: Expression<Date>;
  readonly name: AliasableExpression<string>;
  /** How well a product fits typed words. */
  readonly rank: (typed: Expression<string>) => Expression<number>;
}

/** The last word may be unfinished: a product with the whole word fits as well. */
const rankBy = (typed: Expression<string>): RawBuilder<number> => rankOf(textQuery(typed, ':*'), typed);
/** The same for `products p` of any status, of which some have hidden entries without a name. */
const rankOfStored = (typed: Expression<string>): Expression<number> => {
  const document = list
    .selectFrom('search_entries as d')
    .select('d.document')
    .whereRef('d.productId', '=', 'p.id')
    .unionAll(list.selectFrom('search_hidden_entries as d').select('d.document').whereRef('d.productId', '=', 'p.id'));
  return list
    .selectFrom(
      list
        .selectFrom(document.as('d'))
        .select(({ ref }) => ['d.document', ref('p.name').as('name')])
        .as('e'),
    )
    .select(rankBy(typed).as('rank'))
    .$asScalar();
};

/**
 * Every published product has one entry with its prices and labels, indexed for every order, so that no list gets slower as the shop
 * grows.
 */
const published: ListColumns = {
  ...entryColumns,
  id: list.ref('e.productId'),
  createdAt: list.ref('e.createdAt'),
  name: list.fn<string>('lower', ['e.name']),
  rank: rankBy,
};
/** Products of any status, for staff. Their prices and stock are those of their variants. */
const stored: ListColumns = {
  categoryId: list.ref('p.categoryId'),
  tags: list.ref('p.tags'),
  brand: list.ref('p.brand'),
  minPriceCents: list.ref('s.minPriceCents'),
  maxPriceCents: list.ref('s.maxPriceCents'),
  inStock: list.ref('s.inStock'),
  id: list.ref('p.id'),
  createdAt: list.ref('p.createdAt'),
  name: list.fn<string>('lower', ['p.name']),
  rank: rankOfStored,
};
const isPublished = ({ status }: ProductListFilters): boolean => status === 'active';
const columnsOf = (filters: ProductListFilters): ListColumns => (isPublished(filters) ? published : stored);

/**
 * The products that the typed words find. Buyers' words are bounded, because everybody may type them: when they find too many products,
 * no index of words is used, which would read all of these to sort them.
 */
const foundBy = (q: string, filters: ProductListFilters, isCutOff: boolean): Expression<SqlBool> => {
  if (!isPublished(filters)) return list(columnsOf(filters).id, 'in', foundProducts(list.val(q), 'staff'));
  const found = entryIsFound(list.val(q));
  return isCutOff ? list(found, 'is', list.lit(true)) : found;
};

/** The conditions of a list. */
const conditionsOf = (filters: ProductListFilters, isCutOff = false): Expression<SqlBool>[] => {
  const columns = columnsOf(filters);
  const { q, tag, brand, status } = filters;
  const conditions: Expression<SqlBool>[] = [];
  if (!isPublished(filters)) conditions.push(list('p.deletedAt', 'is', null));
  if (!isPublished(filters) && status) conditions.push(list('p.status', '=', sql.lit(status)));
  if (q) conditions.push(foundBy(q, filters, isCutOff));
  if (tag) conditions.push(matches.tags(columns, textArray([tag])));
  conditions.push(allOf(filterConditions(columns, { ...filters, brands: brand ? [brand] : [] })));
  return conditions;
};
const isPriced = ({ minPriceCents, maxPriceCents }: ProductListFilters): boolean =>
  minPriceCents !== undefined || maxPriceCents !== undefined;

type SortValue = Expression<Date | string | number>;
interface ListOrder {
  readonly column: SortValue;
  readonly direction: 'asc' | 'desc';
  /** The sort key of a row as text, without loss of precision. */
  readonly key: AliasableExpression<string>;
  /** The value of the column from such a text. */
  readonly valueOf: (sortKey: string) => SortValue;
}

/** Microseconds since 1970, the full precision of an instant. */
const toMicros = (instant: Expression<Date>): RawBuilder<string> => sql<string>`(extract(epoch from ${instant}) * 1000000)::bigint::text`;
const toInstant = (micros: string): RawBuilder<Date> => sql<Date>`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;

/** Ranks are compared as whole numbers, so that a cursor has them exactly. */
const ranksInOne = 1_000_000_000;

const orderOf = ({ sort, q }: Pick<Input, 'sort' | 'q'>, { createdAt, name, minPriceCents, rank }: ListColumns): ListOrder => {
  if (sort === 'relevance' && q) {
    const column = list.cast<number>(list(rank(list.val(q)), '*', list.lit(ranksInOne)), 'bigint');
    return {
      column,
      direction: 'desc',
      key: list.cast<string>(column, 'text'),
      valueOf: (text) => list.cast<number>(list.val(text), 'bigint'),
    };
  }
  if (sort === 'newest' || sort === 'relevance')
    return { column: createdAt, direction: 'desc', key: toMicros(createdAt), valueOf: toInstant };
  if (sort === 'name') return { column: name, direction: 'asc', key: name, valueOf: (text) => list.cast<string>(list.val(text), 'text') };
  return {
    column: minPriceCents,
    direction: sort === 'price' ? 'asc' : 'desc',
    key: list.cast<string>(minPriceCents, 'text'),
    valueOf: (text) => list.cast<number>(list.val(text), 'bigint'),
  };
};

/** Whether the typed text names the product exactly; null for a list that does not ask. */
const exactOf = ({ audience, q }: ProductListRequest, id: Expression<string>): Expression<SqlBool> | null =>
  audience === 'staff' && q ? list(id, 'in', exactProducts(q)) : null;

/** Whether a row comes after a place. */
const isAfter = (
  { column, direction, valueOf }: ListOrder,
  { id, exact }: { readonly id: Expression<string>; readonly exact: Expression<SqlBool> | null },
  place: ListPlace,
): Expression<SqlBool> => {
  const afterInOrder = list(
    list.refTuple(column, id),
    direction === 'asc' ? '>' : '<',
    list.tuple(valueOf(place.sortKey), list.cast<string>(list.val(place.id), 'uuid')),
  );
  if (exact === null) return afterInOrder;
  return place.exact ? list.or([list.not(exact), afterInOrder]) : list.and([list.not(exact), afterInOrder]);
};

type Db = Pick<Reader, 'db'>;

const entries = ({ db }: Db) => db.selectFrom('search_entries as e');
const products = ({ db }: Db, withVariants: boolean) =>
  db.selectFrom('products as p').$if(withVariants, (rows) => rows.innerJoinLateral(variantTotals, (join) => join.onTrue()));

/** The ids of a page with their sort keys. One more than the page shows tells whether there is a next page. */
const placesOf = <DB, TB extends keyof DB>(rows: SelectQueryBuilder<DB, TB, object>, request: ProductListRequest) => {
  const { id } = columnsOf(request);
  const order = orderOf(request, columnsOf(request));
  const { after, pageSize } = request;
  const exact = exactOf(request, id);
  const conditions = conditionsOf(request, request.isCutOff);
  if (after) conditions.push(isAfter(order, { id, exact }, after));
  return rows
    .select([id.as('id'), order.key.as('sortKey'), list.cast<boolean>(exact ?? list.lit(false), 'boolean').as('exact')])
    .where(list.and(conditions))
    .$if(exact !== null, (query) => query.orderBy(exact ?? list.lit(false), 'desc'))
    .orderBy(order.column, order.direction)
    .orderBy(id, order.direction)
    .limit(pageSize + 1)
    .offset(after ? 0 : offsetOf(request))
    .as('f');
};

/** A page of products, and the place of its last one when more come after it; one query. */
export const readProductList = async (
  reader: Db,
  request: ProductListRequest,
): Promise<{ items: ProductSummary[]; next: (ListPlace & Pick<ProductSummary, 'id'>) | null }> => {
  // Prices and stock are computed for the page only, unless a filter or the order needs them.
  const needsStock = request.inStock !== undefined;
  const needsPrices = isPriced(request) || request.sort === 'price' || request.sort === '-price';
  const places = isPublished(request) ? placesOf(entries(reader), request) : placesOf(products(reader, needsStock || needsPrices), request);
  const rows = await reader.db
    .selectFrom(
      reader.db
        .selectFrom(places)
        .select(({ fn }) => ['f.id', 'f.sortKey', 'f.exact', fn.agg<number>('row_number').over().as('place')])
        .as('f'),
    )
    .innerJoin('products as p', 'p.id', 'f.id')
    .innerJoinLateral(variantTotals, (join) => join.onTrue())
    .select(summaryColumns)
    .select(['f.sortKey', 'f.exact'])
    .orderBy('f.place')
    .execute();
  const shown = rows.slice(0, request.pageSize);
  const items = shown.map(({ sortKey: _, exact: __, ...row }) => toSummary(row));
  return { items, next: (rows.length > shown.length && shown.at(-1)) || null };
};

/** The number of products that match; of words that buyers type up to `most`. */
export const countProductList = async (
  reader: Db,
  filters: ProductListFilters,
  most = countedMatches,
): Promise<{ readonly totalCount: number; readonly totalIsExact: boolean }> => {
  if (filters.audience === 'buyers' && filters.q) {
    const found = entries(reader)
      .select('e.productId')
      .where(list.and(conditionsOf(filters)))
      .limit(most + 1);
    const { n } = await reader.db.selectFrom(found.as('f')).select(rowCount.as('n')).executeTakeFirstOrThrow();
    return { totalCount: Math.min(n, most), totalIsExact: n <= most };
  }
  const matching = <DB, TB extends keyof DB>(rows: SelectQueryBuilder<DB, TB, object>) =>
    rows
      .select(rowCount.as('n'))
      .where(list.and(conditionsOf(filters)))
      .executeTakeFirstOrThrow();
  const { n } = await (isPublished(filters)
    ? matching(entries(reader))
    : matching(products(reader, isPriced(filters) || filters.inStock !== undefined)));
  return { totalCount: n, totalIsExact: true };
};
