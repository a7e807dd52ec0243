/** The names of variants and of their products. */
import type { Currency } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, type Reader } from '../kernel/index.ts';

/** SQL: the name of `products p` with the title of `variants v`. */
export const variantLabel = sql<string>`p.name || case when v.title = '' then '' else ' – ' || v.title end`;

/** The variants of these ids that exist, in any order, with the currency that their product is sold in. */
export const readVariantNames = ({ db }: Pick<Reader, 'db'>, ids: readonly string[]) =>
  db
    .selectFrom('variants as v')
    .innerJoin('products as p', 'p.id', 'v.productId')
    .select(['v.id', 'v.sku', 'p.name as productName', 'p.currency'])
    .where('v.id', '=', anyId(ids))
    .$narrowType<{ currency: Currency }>()
    .execute();
