/** What pricing rules are for: variants, products, categories, collections and codes, and the currency that goods are sold in. */
import type { Currency } from '@cartwright/contracts';
import { expressionBuilder } from 'kysely';
import { anyId, anyText, rowsAs, type Reader } from '../kernel/index.ts';

/** Ids of what rules are for, and codes that they require. */
export interface RuleTargets {
  readonly variants: readonly string[];
  readonly products: readonly string[];
  readonly categories: readonly string[];
  readonly collections: readonly string[];
  readonly codes: readonly string[];
}

/** Those of the targets that exist and are not deleted; null for a kind of which none does. */
export const findTargets = (
  { db }: Pick<Reader, 'db'>,
  wanted: RuleTargets,
): Promise<{ readonly [Kind in keyof RuleTargets]: readonly string[] | null }> => {
  const ids = expressionBuilder<{ t: { id: string } }, 't'>().fn.agg<string[]>('array_agg', ['id']).as('known');
  return db
    .selectNoFrom((eb) => [
      eb.selectFrom('variants').select(ids).where('id', '=', anyId(wanted.variants)).where('deletedAt', 'is', null).as('variants'),
      eb.selectFrom('products').select(ids).where('id', '=', anyId(wanted.products)).where('deletedAt', 'is', null).as('products'),
      eb.selectFrom('categories').select(ids).where('id', '=', anyId(wanted.categories)).as('categories'),
      eb.selectFrom('collections').select(ids).where('id', '=', anyId(wanted.collections)).as('collections'),
      eb
        .selectFrom('promo_codes')
        .select(({ fn }) => fn.agg<string[]>('array_agg', ['code']).as('known'))
        .where('code', '=', anyText(wanted.codes))
        .as('codes'),
    ])
    .executeTakeFirstOrThrow();
};

/** For each variant or product the currency that it is sold in; the shop's for neither. */
export const readCurrencies = async (
  { db }: Pick<Reader, 'db'>,
  goods: readonly { readonly variantId: string | null; readonly productId: string | null }[],
): Promise<Currency[]> => {
  const places = goods.map(({ variantId, productId }, place) => ({ variantId, productId, place }));
  const rows = await db
    .selectFrom(rowsAs('r', places, { variantId: 'uuid', productId: 'uuid', place: 'int' }))
    .crossJoin('store_settings as s')
    .leftJoin('variants as v', 'v.id', 'r.variantId')
    .leftJoin('products as p', (on) => on.on((eb) => eb('p.id', '=', eb.fn.coalesce('r.productId', 'v.productId'))))
    .select((eb) => eb.fn.coalesce('p.currency', 's.currency').$castTo<Currency>().as('currency'))
    .orderBy('r.place')
    .execute();
  return rows.map(({ currency }) => currency);
};
