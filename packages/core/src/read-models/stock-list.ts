/** Stock levels as staff see them: with names, labels and the units at each location. */
import type { ProductId, StockLevel, StockLocationId, VariantId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { emptyList, selectPage, type PageRequest, type Reader } from '../kernel/index.ts';
import { isExactVariant } from './exact-products.ts';
import { gtinForms } from './gtin.ts';
import { foundProducts } from './product-filter.ts';
import { isLowLevel, liveLevels, stockStatus } from './stock-levels.ts';
import { variantLabel } from './variant-names.ts';

const selectLevels = ({ db }: Pick<Reader, 'db'>) =>
  db
    .selectFrom(liveLevels.as('s'))
    .innerJoin('variants as v', 'v.id', 's.variantId')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .where('p.deletedAt', 'is', null)
    .where('v.deletedAt', 'is', null)
    .select((eb) => {
      const locations = eb
        .selectFrom('stock_locations as o')
        .leftJoin('location_levels as a', (join) => join.onRef('a.locationId', '=', 'o.id').onRef('a.variantId', '=', 's.variantId'))
        .select(({ fn, lit, ref }) => {
          const location = jsonBuildObject({
            locationId: ref('o.id').$castTo<StockLocationId>(),
            code: ref('o.code'),
            onHand: fn.coalesce('a.onHand', lit(0)),
          });
          return fn.jsonAgg(location).orderBy('o.priority').orderBy('o.id').as('locations');
        })
        .where((place) => place.or([place.ref('o.active'), place('a.onHand', '<>', place.lit(0))]));
      return [
        's.variantId',
        'v.productId',
        'v.sku',
        variantLabel.as('name'),
        's.onHand',
        's.reserved',
        eb('s.onHand', '-', eb.ref('s.reserved')).as('available'),
        stockStatus('s').as('status'),
        's.reorderThreshold',
        's.backorderLimit',
        's.tracked',
        eb.fn.coalesce(locations, emptyList).as('locations'),
        's.version',
        's.updatedAt',
      ];
    })
    .$narrowType<{ productId: ProductId }>();

const toStockLevel = (row: Omit<StockLevel, 'updatedAt'> & { readonly updatedAt: Date }): StockLevel => ({
  ...row,
  updatedAt: row.updatedAt.toISOString(),
});

/** The level of a variant; null for an unknown or deleted one. */
export const findStockLevel = async (reader: Pick<Reader, 'db'>, variantId: VariantId): Promise<StockLevel | null> => {
  const row = await selectLevels(reader).where('s.variantId', '=', variantId).executeTakeFirst();
  return row ? toStockLevel(row) : null;
};

/** SQL: whether typed words, written together, are a part of the SKU or the barcode of a variant. */
const isPartOfCode = (variant: 'v' | 'o', q: string): Expression<SqlBool> => {
  const eb = expressionBuilder<Record<never, never>, never>();
  const together = (text: Expression<string>) => eb.fn<string>('translate', [eb.fn('search_text', [text]), sql.lit(' -'), sql.lit('')]);
  const hasPart = (code: string, part: string) =>
    eb(eb.fn<number>('strpos', [together(sql.ref<string>(`${variant}.${code}`)), together(sql.val(part))]), '>', sql.lit(0));
  return eb.or([hasPart('sku', q), ...gtinForms(q.trim()).map((form) => hasPart('barcode', form))]);
};

/** SQL: those of the found products that have a code with the typed words. Once for the whole list, not for each variant. */
const productsWithCode = (q: string) =>
  expressionBuilder<Database, never>()
    .selectFrom('variants as o')
    .select('o.productId')
    .distinct()
    .where('o.productId', 'in', foundProducts(sql.val(q), 'staff'))
    .where(isPartOfCode('o', q));

/** Which stock levels are listed. */
export interface StockFilters {
  /** Only tracked levels at or below their threshold, those with the fewest available units first. */
  readonly lowOnly: boolean;
  /**
   * Words that find the product; null for any. Of a product with variants that have them in SKU or barcode, only these are listed.
   * The one that they name exactly is first.
   */
  readonly q: string | null;
}

/** A page of the levels of products that are not deleted, by name. */
export const readStockList = (reader: Pick<Reader, 'db'>, { lowOnly, q }: StockFilters, page: PageRequest) => {
  const levels = selectLevels(reader)
    .where((eb) => eb.or([eb.not(eb.cast<boolean>(eb.val(lowOnly), 'boolean')), isLowLevel('s')]))
    .$if(q !== null, (rows) =>
      rows
        .leftJoin(productsWithCode(q ?? '').as('named'), 'named.productId', 'v.productId')
        .where('p.id', 'in', foundProducts(sql.val(q ?? ''), 'staff'))
        .where((eb) => eb.or([eb('named.productId', 'is', null), isPartOfCode('v', q ?? '')]))
        .orderBy((eb) => eb.fn.coalesce(isExactVariant(q ?? ''), eb.lit(false)), 'desc'),
    )
    .orderBy((eb) =>
      eb
        .case()
        .when(eb.cast<boolean>(eb.val(lowOnly), 'boolean'))
        .then(eb('s.onHand', '-', eb.ref('s.reserved')))
        .end(),
    )
    .orderBy('p.name')
    .orderBy('v.position')
    .orderBy('v.id');
  return selectPage(levels, page, toStockLevel);
};
