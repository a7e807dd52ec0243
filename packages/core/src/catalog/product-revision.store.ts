/** Changes the rows of many existing products at once. */
import { eachProductText, productTextNames, type CategoryId, type Product, type ProductId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type Expression } from 'kysely';
import { now, rowsAs, type Tx } from '../kernel/index.ts';
import type { GivenFields, ProductValues } from './product-values.ts';
import { safeText } from './product.texts.ts';

/** A product as it is to be. Besides name and options, only the fields in `given` change. */
export interface ProductRevision extends Omit<GivenFields, 'category'>, Pick<ProductValues, 'name'> {
  readonly id: ProductId;
  readonly categoryId: CategoryId | null;
  readonly given: readonly string[];
  readonly options: Product['options'];
}

type DateName = 'publishAt' | 'unpublishAt';
type Stored<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };
interface RevisionTables extends Database {
  readonly p: Database['products'];
  readonly w: Stored<Omit<ProductRevision, DateName>> & { readonly [K in DateName]: Date | null };
}
const revised = expressionBuilder<RevisionTables, 'p' | 'w'>();
const ifGiven = <T>(column: string, value: Expression<T>, present: Expression<T>) =>
  revised.case().when(sql.lit(column), '=', revised.fn.any('w.given')).then(value).else(present).end();
const revision = {
  name: revised.ref('w.name'),
  ...eachProductText((text) => ifGiven(text, revised.ref(`w.${text}`), revised.ref(`p.${text}`))),
  metadata: ifGiven('metadata', revised.ref('w.metadata'), revised.ref('p.metadata')),
  brand: ifGiven('brand', revised.ref('w.brand'), revised.ref('p.brand')),
  categoryId: ifGiven<string | null>('category', revised.ref('w.categoryId'), revised.ref('p.categoryId')),
  tags: ifGiven('tags', revised.ref('w.tags'), revised.ref('p.tags')),
  status: ifGiven('status', revised.ref('w.status'), revised.ref('p.status')),
  unpublishAt: ifGiven('unpublishAt', revised.ref('w.unpublishAt'), revised.ref('p.unpublishAt')),
  options: revised.ref('w.options'),
};
/** The publishing date, which another status clears unless a date is given. */
const publishAt = ifGiven(
  'publishAt',
  revised.ref('w.publishAt'),
  revised.case().when('p.status', '=', revision.status).then(revised.ref('p.publishAt')).end(),
);
const revisedColumns = [
  'name',
  ...productTextNames,
  'metadata',
  'brand',
  'categoryId',
  'tags',
  'status',
  'unpublishAt',
  'options',
] as const;

/** Tx step: changes the products whose own fields differ; returns their ids. A changed status clears the publishing date. */
export const reviseProducts = async (tx: Tx, revisions: readonly ProductRevision[]): Promise<ProductId[]> => {
  const columns = {
    id: 'uuid',
    name: 'text',
    ...eachProductText(() => 'text' as const),
    metadata: 'jsonb',
    brand: 'text',
    tags: 'text[]',
    status: 'text',
    publishAt: 'timestamptz',
    unpublishAt: 'timestamptz',
    categoryId: 'uuid',
    given: 'text[]',
    options: 'jsonb',
  } as const;
  const safe = revisions.map((one) => ({ ...one, ...eachProductText((text) => safeText(text, one[text])) }));
  const rows = await tx.db
    .updateTable('products as p')
    .from(rowsAs('w', safe, columns))
    .set((eb) => ({
      ...revision,
      publishAt,
      version: eb('p.version', '+', 1),
      updatedAt: now,
    }))
    .whereRef('p.id', '=', 'w.id')
    .where(
      revised.or([
        revised('p.publishAt', 'is distinct from', publishAt),
        ...revisedColumns.map((column) => revised(`p.${column}`, 'is distinct from', revision[column])),
      ]),
    )
    .returning('p.id')
    .execute();
  return rows.map(({ id }) => id as ProductId);
};
