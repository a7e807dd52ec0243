/** Variants by id, SKU or product, with their names. */
import type { Currency, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, anyText, equalsIfGiven, type Reader } from '../kernel/index.ts';

/** SQL: the name of `products p` with the title of `variants v`. */
export const variantLabel = sql<string>`p.name || case when v.title = '' then '' else ' – ' || v.title end`;

/** The variants of these ids that exist, those of deleted products included, in any order, with the currency of their product. */
export const readVariantNames = ({ db }: Pick<Reader, 'db'>, ids: readonly string[]) =>
  db
    .selectFrom('variants as v')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .select(['v.id', 'v.sku', 'v.title as variantTitle', 'p.name as productName', 'p.currency'])
    .select((eb) => eb('p.deletedAt', 'is not', null).as('isDeleted'))
    .where('v.id', '=', anyId(ids))
    .$narrowType<{ currency: Currency }>()
    .execute();

/** A variant of a product, or its first one for null; undefined when there is none. */
export const findVariantOfProduct = ({ db }: Pick<Reader, 'db'>, productId: string, variantId: string | null) =>
  db
    .selectFrom('variants')
    .select('id')
    .where('productId', '=', productId)
    .where(({ ref }) => equalsIfGiven(ref('id'), 'uuid', variantId))
    .orderBy('position')
    .orderBy('id')
    .limit(sql.lit(1))
    .$narrowType<{ id: VariantId }>()
    .executeTakeFirst();

/** The variants with one of these ids, and those that are not deleted with one of these SKUs. */
export const findVariants = ({ db }: Pick<Reader, 'db'>, ids: readonly string[], skus: readonly string[]) =>
  db
    .selectFrom('variants')
    .select(['id', 'sku'])
    .where((eb) => eb.or([eb('id', '=', anyId(ids)), eb.and([eb('sku', '=', anyText(skus)), eb('deletedAt', 'is', null)])]))
    .$narrowType<{ id: VariantId }>()
    .execute();
