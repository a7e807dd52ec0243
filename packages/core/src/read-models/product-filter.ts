/** What lists, searches and collections filter products by: each kind of filter is one condition, for any table with these columns. */
import type { ProductId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { anyText, textArray } from '../kernel/index.ts';
import { categoriesBelow } from './category-tree.ts';
import { entryInStock } from './in-stock.ts';

type Condition = Expression<SqlBool>;

/** The columns, or expressions, of a statement by which products are filtered. */
export interface FilterColumns {
  readonly categoryId: Expression<string | null>;
  readonly brand: Expression<string | null>;
  readonly tags: Expression<string[]>;
  readonly minPriceCents: Expression<number>;
  readonly maxPriceCents: Expression<number>;
  readonly inStock: Expression<SqlBool>;
}

/** The columns of `search_entries e`: one row for each listed product, with an index for every filter. */
export const entryColumns = {
  categoryId: sql.ref<string | null>('e.category_id'),
  brand: sql.ref<string | null>('e.brand'),
  tags: sql.ref<string[]>('e.tags'),
  minPriceCents: sql.ref<number>('e.min_price_cents'),
  maxPriceCents: sql.ref<number>('e.max_price_cents'),
  inStock: entryInStock(),
} satisfies FilterColumns;

/** How the last typed word ends: as it stands, or as the beginning of any word, of names and labels only with `:*AB`. */
export type WordEnding = '' | ':*' | ':*AB';

/** SQL: the query of typed words. A sub-select, so that a statement evaluates it once and not for each row. */
export const textQuery = (text: Expression<string>, ending: WordEnding = ''): RawBuilder<string> =>
  sql<string>`(select search_query(${text}, ${sql.lit(ending)}))`;

const eb = expressionBuilder<Record<never, never>, never>();

/** SQL: each kind of filter. Its value is an expression: parameters for a list or a search, a column with the rule for a collection. */
export const matches = {
  text: (text: Expression<string>, ending: WordEnding = ''): Condition => eb(sql.ref<string>('e.document'), '@@', textQuery(text, ending)),
  /** The values, such as `Size:Small`, are those of one option. */
  option: (values: Expression<string[]>): Condition => eb(sql.ref<string[]>('e.options'), '&&', values),
  category: ({ categoryId }: FilterColumns, slug: Expression<string>): Condition => eb(categoryId, 'in', categoriesBelow(slug)),
  /** The same for `search_entries e`, by the index of words. */
  categoryBesideWords: (slug: Expression<string>): Condition =>
    eb(sql.raw<string[]>('array[e.category_id]'), '&&', sql<string[]>`array${categoriesBelow(slug)}`),
  brandsBesideWords: (values: Expression<string[]>): Condition => eb(sql.raw<string[]>('array[e.brand::text]'), '&&', values),
  brands: ({ brand }: FilterColumns, brands: Expression<string>): Condition => eb(brand, '=', brands),
  tags: ({ tags }: FilterColumns, values: Expression<string[]>): Condition => eb(tags, '&&', values),
  minPriceCents: ({ maxPriceCents }: FilterColumns, cents: Expression<number>): Condition => eb(maxPriceCents, '>=', cents),
  maxPriceCents: ({ minPriceCents }: FilterColumns, cents: Expression<number>): Condition => eb(minPriceCents, '<=', cents),
  inStock: ({ inStock }: FilterColumns, wanted: Expression<boolean>): Condition => eb(inStock, '=', wanted),
};

/**
 * SQL: how well an entry `e` with `document` and `name` fits a query. Name ranks above brand, tags and SKU, and these above description; a
 * name that is exactly what was typed ranks above longer ones, and one with the same signs above those with the words only.
 */
export const rankOf = (query: Expression<unknown>, typed: Expression<string>): RawBuilder<number> =>
  sql<number>`ts_rank('{0.1, 0.2, 0.5, 1.0}', e.document, ${query}) * case when lower(e.name) = lower(${typed}) then 2 else 1 end
    * case when lower(e.name) like all ((select search_signs(${typed}))::text[]) then 4 else 1 end`;

/**
 * SQL: the rows that the typed words find: those with all words, otherwise, when there are none, those with a word that begins with the
 * last one. `rows` is a statement for one ending; every one that searches by words gets its rows here.
 */
export const wholeOrUnfinished = <T>(rows: (ending: WordEnding) => Expression<unknown>): RawBuilder<T> => sql<T>`
  (with whole as materialized (${rows('')})
  select * from whole union all select * from (${rows(':*')}) unfinished where not exists (select from whole))`;

const tables = expressionBuilder<Database, never>();

/**
 * SQL: the ids of the products that the typed words find (`wholeOrUnfinished`). Staff find products that are not published too, such as
 * drafts.
 */
export const foundProducts = (text: Expression<string>, who: 'buyers' | 'staff') =>
  wholeOrUnfinished<ProductId>((ending) => {
    const published = tables.selectFrom('search_entries as e').select('e.productId').where(matches.text(text, ending));
    if (who === 'buyers') return published;
    return published.unionAll(tables.selectFrom('search_hidden_entries as e').select('e.productId').where(matches.text(text, ending)));
  });

/** Up to this number, the products that typed words find are counted and sorted. Beyond it, a result says that its counts are not exact. */
export const countedMatches = 1_000;

/**
 * SQL: whether the typed words find an entry `e`, by the rule of `wholeOrUnfinished`, as one condition: a statement may read its rows in
 * the order of any index.
 */
export const entryIsFound = (text: Expression<string>): Condition => {
  const query = (ending: WordEnding) => tables.fn<string>('search_query', [text, sql.lit(ending)]);
  // Limited as the lists are: for a single row PostgreSQL might read the whole table instead of the index of words.
  const whole = tables.selectFrom('search_entries as e').select('e.productId').where(matches.text(text)).limit(countedMatches).as('w');
  const chosen = tables
    .selectFrom(whole)
    .select((found) => found.case().when(found.fn.countAll(), '>', 0).then(query('')).else(query(':*')).end().as('query'));
  return eb(sql.ref<string>('e.document'), '@@', chosen);
};

/** The products that a list shows; what is null, undefined or empty does not filter. */
export interface ProductFilter {
  /** A slug; everything below the category counts too. */
  readonly category?: string | null | undefined;
  /** Any of these. */
  readonly brands?: readonly string[] | undefined;
  /** At least one of these. */
  readonly tags?: readonly string[] | undefined;
  readonly minPriceCents?: number | null | undefined;
  readonly maxPriceCents?: number | null | undefined;
  readonly inStock?: boolean | null | undefined;
}
/** The products that a search finds. */
export interface EntryFilter extends ProductFilter {
  readonly text: string | null;
  /** Such as `Size:Small`: of each option that is named, one of the values. */
  readonly options: readonly string[];
}

/** A kind of filter. Each option is its own kind, such as `option:Size` and `option:Colour`. */
export type FilterKind = 'text' | 'category' | 'brands' | 'tags' | 'prices' | 'inStock' | `option:${string}`;
/** The filters that are set, by their kind. */
export type FilterConditions = ReadonlyMap<FilterKind, Condition>;

/** SQL: the condition of each filter that is set. */
export const filterConditions = (columns: FilterColumns, filter: ProductFilter): FilterConditions => {
  const { category, brands = [], tags = [], minPriceCents = null, maxPriceCents = null, inStock = null } = filter;
  const conditions = new Map<FilterKind, Condition>();
  if (category) conditions.set('category', matches.category(columns, eb.val(category)));
  const [brand, ...others] = brands;
  // An equal brand can be read from the index in the order of a list, any of several cannot.
  if (brand !== undefined) conditions.set('brands', matches.brands(columns, others.length > 0 ? anyText(brands) : eb.val(brand)));
  if (tags.length > 0) conditions.set('tags', matches.tags(columns, textArray(tags)));
  const prices: Condition[] = [];
  if (minPriceCents !== null) prices.push(matches.minPriceCents(columns, eb.val(minPriceCents)));
  if (maxPriceCents !== null) prices.push(matches.maxPriceCents(columns, eb.val(maxPriceCents)));
  if (prices.length > 0) conditions.set('prices', eb.and(prices));
  if (inStock !== null) conditions.set('inStock', matches.inStock(columns, eb.val(inStock)));
  return conditions;
};

/** The values of each option that is named. */
export const valuesByOption = (options: readonly string[]): ReadonlyMap<string, string[]> =>
  Map.groupBy(new Set(options), (option) => option.slice(0, option.indexOf(':')));

/** SQL: the condition of each filter that is set, for `search_entries e` with these columns. */
export const entryConditions = (columns: FilterColumns, filter: EntryFilter, ending: WordEnding = ''): FilterConditions => {
  const conditions = new Map(filterConditions(columns, filter));
  if (filter.text !== null) {
    // The index of words has all of these too, so it does not read the words of products in other categories.
    conditions.set('text', matches.text(eb.val(filter.text), ending));
    if (filter.category) conditions.set('category', matches.categoryBesideWords(eb.val(filter.category)));
    if (conditions.has('brands')) conditions.set('brands', matches.brandsBesideWords(textArray(filter.brands ?? [])));
  }
  for (const [name, values] of valuesByOption(filter.options)) conditions.set(`option:${name}`, matches.option(textArray(values)));
  return conditions;
};

/** SQL: all conditions but those of one kind. */
export const allOf = (conditions: FilterConditions, leftOut: FilterKind | null = null): Condition =>
  eb.and([...conditions].flatMap(([kind, condition]) => (kind === leftOut ? [] : [condition])));
