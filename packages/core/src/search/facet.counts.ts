/** Counts the found rows in one pass: which rows the filters let through, and which other values could be chosen. */
import type { SearchFacets } from '@cartwright/contracts';
import { countsWithBelow, readCategoryTree, type CategoryTree } from '../catalog/index.ts';
import type { Core, SearchMatches, SearchRequest } from '../kernel/index.ts';
import { countedMatches, valuesByOption, type FilterKind } from '../read-models/product-filter.ts';

const facetValues = 50;
const facetOptions = 12;
/** Lower ends of the price bands, in minor units. */
const priceBands = [0, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000];

/** The `labels` of a row as stored: category, brand, tags, options (`Name:Value`), lowest and highest price. */
type Labels = readonly [
  category: string | null,
  brand: string | null,
  tags: readonly string[],
  options: readonly string[],
  minPriceCents: number,
  maxPriceCents: number,
];
/** The rows that a statement found: their `labels` with commas between, and a character for each that says whether it is in stock. */
export interface RowTexts {
  readonly labels: string;
  readonly flags: string;
}

type Kind = Exclude<FilterKind, 'text'>;
interface Filter {
  readonly kind: Kind;
  lets(labels: Labels, inStock: boolean): boolean;
}

const nameOf = (option: string): string => option.slice(0, option.indexOf(':'));

/** The filters of `product-filter.ts`, for rows that have been read. */
const filtersOf = (request: SearchRequest, tree: CategoryTree): readonly Filter[] => {
  const { category, minPriceCents, maxPriceCents, inStock } = request;
  const filters: Filter[] = [];
  if (category !== null) {
    const below = tree.below(category);
    filters.push({ kind: 'category', lets: ([id]) => id !== null && below.has(id) });
  }
  if (request.brands.length > 0) {
    const brands = new Set(request.brands);
    filters.push({ kind: 'brands', lets: ([, brand]) => brand !== null && brands.has(brand) });
  }
  if (request.tags.length > 0) {
    const tags = new Set(request.tags);
    filters.push({ kind: 'tags', lets: ([, , own]) => own.some((tag) => tags.has(tag)) });
  }
  for (const [name, values] of valuesByOption(request.options))
    filters.push({ kind: `option:${name}`, lets: ([, , , own]) => own.some((option) => values.includes(option)) });
  if (minPriceCents !== null || maxPriceCents !== null)
    filters.push({
      kind: 'prices',
      lets: ([, , , , min, max]) => max >= (minPriceCents ?? 0) && min <= (maxPriceCents ?? Number.MAX_SAFE_INTEGER),
    });
  if (inStock !== null) filters.push({ kind: 'inStock', lets: (_, has) => has === inStock });
  return filters;
};

type Counts = Map<string, number>;
const add = (counts: Counts, value: string): void => void counts.set(value, (counts.get(value) ?? 0) + 1);
const bandOf = (cents: number): number => {
  let band = priceBands.length - 1;
  while (band > 0 && cents < (priceBands[band] ?? 0)) band -= 1;
  return band;
};

/** Running counts of one result. */
class Tally {
  readonly categories: Counts = new Map();
  readonly brands: Counts = new Map();
  readonly tags: Counts = new Map();
  readonly options: Counts = new Map();
  readonly prices: number[] = priceBands.map(() => 0);
  inStock = 0;
  soldOut = 0;

  /** Counts a row for one kind of facet; null for all of them. */
  count(kind: Kind | null, [category, brand, tags, options, cheapest]: Labels, has: boolean): void {
    if ((kind === null || kind === 'category') && category !== null) add(this.categories, category);
    if ((kind === null || kind === 'brands') && brand !== null) add(this.brands, brand);
    if (kind === null || kind === 'tags') for (const tag of tags) add(this.tags, tag);
    if (kind === null) for (const option of options) add(this.options, option);
    else if (kind.startsWith('option:'))
      for (const option of options) if (option.startsWith(`${kind.slice('option:'.length)}:`)) add(this.options, option);
    if (kind === null || kind === 'prices') {
      const band = bandOf(cheapest);
      this.prices[band] = (this.prices[band] ?? 0) + 1;
    }
    if (kind === null || kind === 'inStock') {
      if (has) this.inStock += 1;
      else this.soldOut += 1;
    }
  }
}

/** By count, then by value, compared by code points. */
const ranked = (counts: Counts): { value: string; count: number }[] =>
  [...counts].map(([value, count]) => ({ value, count })).toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));

const optionFacets = (counts: Counts): SearchFacets['options'] => {
  const names = new Map<string, { total: number; values: { value: string; count: number }[] }>();
  for (const { value: option, count } of ranked(counts)) {
    const name = nameOf(option);
    const facet = names.get(name) ?? { total: 0, values: [] };
    facet.total += count;
    facet.values.push({ value: option.slice(name.length + 1), count });
    names.set(name, facet);
  }
  const most = [...names].toSorted(([a, { total: x }], [b, { total: y }]) => y - x || (a < b ? -1 : 1)).slice(0, facetOptions);
  return most.map(([name, { values }]) => ({ name, values })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
};

const facetsOf = (tally: Tally, tree: CategoryTree): SearchFacets => ({
  categories: [...countsWithBelow(tally.categories, tree.byId)]
    .flatMap(([key, count]) => {
      const category = tree.byId.get(key);
      return category ? [{ id: category.id, slug: category.slug, name: category.name, count }] : [];
    })
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, facetValues),
  brands: ranked(tally.brands).slice(0, facetValues),
  tags: ranked(tally.tags).slice(0, facetValues),
  options: optionFacets(tally.options),
  prices: tally.prices.flatMap((count, band) =>
    count > 0 ? [{ minCents: priceBands[band] ?? 0, maxCents: priceBands[band + 1] ?? null, count }] : [],
  ),
  availability: { inStock: tally.inStock, soldOut: tally.soldOut },
});

/** What there is to choose among the found rows. */
interface FacetCount extends Omit<SearchMatches, 'productIds' | 'snapshot'> {
  /** The places of the rows that pass every filter. */
  readonly passing: readonly number[];
}

/**
 * Counts the rows that a search found. A row counts when every filter lets it through. A row that a single filter excludes
 * counts for the facet of that kind, so that its other values can be chosen too.
 */
export const countRows = async (core: Pick<Core, 'db' | 'reads'>, texts: RowTexts, request: SearchRequest): Promise<FacetCount> => {
  // Parsed here and not on arrival, so that only one result of a shared statement is expanded in memory at a time.
  const rows = JSON.parse(`[${texts.labels}]`) as Labels[];
  const tree = await readCategoryTree(
    core,
    rows.map(([category]) => category),
  );
  const filters = filtersOf(request, tree);
  const tally = new Tally();
  const passing: number[] = [];
  let total = 0;
  rows.forEach((labels, i) => {
    const has = texts.flags.charCodeAt(i) === 49;
    let heldBack: Kind | null = null;
    for (const { kind, lets } of filters) {
      if (lets(labels, has)) continue;
      if (heldBack !== null) return;
      heldBack = kind;
    }
    if (heldBack === null && (total += 1) > countedMatches) return;
    tally.count(heldBack, labels, has);
    if (heldBack === null) passing.push(i);
  });
  return {
    passing,
    totalCount: Math.min(total, countedMatches),
    totalIsExact: total <= countedMatches,
    facets: facetsOf(tally, tree),
  };
};
