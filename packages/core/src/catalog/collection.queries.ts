/** Reads of collections, and the errors that the database reports about them. */
import { collectionSchema, type Collection } from '@cartwright/contracts';
import { Collection as CollectionEntity, type Database } from '@cartwright/db';
import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import {
  hasScope,
  isUniqueViolation,
  takenField,
  takenValue,
  notFound,
  storedRecord,
  type Actor,
  type Core,
  type Reader,
} from '../kernel/index.ts';

/** Row or entity -> contract shape. */
export const collectionRecord = storedRecord(CollectionEntity, collectionSchema);

/** Converts a taken name or slug of a collection into the error for it; returns every other error unchanged. */
export const explainTakenCollection = (error: unknown): unknown => {
  if (isUniqueViolation(error, 'collections_name_unique'))
    return takenField('NAME_TAKEN', { thing: 'collection', field: 'name', value: takenValue(error) }, { cause: error });
  if (isUniqueViolation(error, 'collections_slug_unique'))
    return takenField('SLUG_TAKEN', { thing: 'collection', field: 'slug', value: takenValue(error) }, { cause: error });
  return error;
};

/** Buyers see active collections, staff with `catalog:read` all of them. */
const isVisibleTo =
  (actor: Actor) =>
  (eb: ExpressionBuilder<Database, 'collections'>): Expression<SqlBool> =>
    eb.or([eb.ref('active'), eb.val(hasScope(actor, 'catalog:read'))]);

/** Collections by name; buyers see active ones. */
export const listCollections = async (core: Core, actor: Actor): Promise<{ items: Collection[] }> => {
  const rows = await core.db
    .selectFrom('collections')
    .select(collectionRecord.fields)
    .where(isVisibleTo(actor))
    .orderBy('name')
    .orderBy('id')
    .limit(sql.lit(500))
    .execute();
  return { items: rows.map(collectionRecord.of) };
};

/** One collection by its slug. Throws `NOT_FOUND`, also to buyers for one that is not active. */
export const getCollection = async ({ db }: Pick<Reader, 'db'>, actor: Actor, slug: string): Promise<Collection> => {
  const row = await db
    .selectFrom('collections')
    .select(collectionRecord.fields)
    .where('slug', '=', slug)
    .where(isVisibleTo(actor))
    .executeTakeFirst();
  if (!row) throw notFound('This collection', slug);
  return collectionRecord.of(row);
};

/** One collection by its id. Throws `NOT_FOUND`. */
export const readCollection = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<Collection> => {
  const row = await db.selectFrom('collections').select(collectionRecord.fields).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('This collection', id);
  return collectionRecord.of(row);
};
