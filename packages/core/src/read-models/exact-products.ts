/** The product or variant that staff mean when they type exactly its name, SKU or barcode. Their lists show it first. */
import type { Database } from '@cartwright/db';
import { expressionBuilder, type Expression, type SelectQueryBuilder, type SqlBool } from 'kysely';
import { anyText } from '../kernel/index.ts';
import { gtinForms } from './gtin.ts';

const eb = expressionBuilder<Database, never>();
const ofVariants = expressionBuilder<{ v: Database['variants'] }, 'v'>();

/**
 * SQL: whether the typed text is the SKU or the barcode of the variant `v`; null without a barcode. A SKU counts as it was typed, in
 * capitals, and in lower case as the shop makes them, also with spaces for its hyphens, so that the unique index of SKUs finds it. A GTIN
 * counts with any leading zeros.
 */
export const isExactVariant = (q: string): Expression<SqlBool> => {
  const typed = q.trim();
  const joined = typed.replaceAll(/\s+/g, '-');
  const skus = [typed, joined].flatMap((one) => [one, one.toUpperCase(), one.toLowerCase()]);
  return ofVariants.or([ofVariants('v.sku', '=', anyText([...new Set(skus)])), ofVariants('v.barcode', '=', anyText(gtinForms(typed)))]);
};

/** SQL: the ids of the products whose name is the typed text, or the SKU or barcode of a variant. Lists show them first. */
export const exactProducts = (q: string): SelectQueryBuilder<Database & { v: Database['variants'] }, 'v', { productId: string }> =>
  eb
    .selectFrom('variants as v')
    .select('v.productId')
    .where('v.deletedAt', 'is', null)
    .where(isExactVariant(q))
    .unionAll(
      eb
        .selectFrom('products as p')
        .select('p.id as productId')
        .where((product) => product(product.fn<string>('lower', ['p.name']), '=', product.fn<string>('lower', [product.val(q.trim())])))
        .where('p.deletedAt', 'is', null),
    );
