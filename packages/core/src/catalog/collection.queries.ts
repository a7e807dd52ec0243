/** Reads of collections, and the errors that the database reports about them. */
import { collectionSchema, type Collection } from '@cartwright/contracts';
import { Collection as CollectionEntity } from '@cartwright/db';
import { sql } from 'kysely';
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

type Row = Parameters<typeof collectionRecord.of>[0];

/** Converts a taken name or slug of a collection into the error for it; returns every other error unchanged. */
export const explainTakenCollection = (error: unknown): unknown => {
  if (isUniqueViolation(error, 'collections_name_unique'))
    return takenField('NAME_TAKEN', { thing: 'collection', field: 'name', value: takenValue(error) }, { cause: error });
  if (isUniqueViolation(error, 'collections_slug_unique'))
    return takenField('SLUG_TAKEN', { thing: 'collection', field: 'slug', value: takenValue(error) }, { cause: error });
  return error;
};

/** Collections by name; shoppers see active ones. */
export const listCollections = async (core: Core, actor: Actor): Promise<{ items: Collection[] }> => {
  const { rows } = await sql<Row>`
    select ${collectionRecord.columns()} from collections where active or ${hasScope(actor, 'catalog:read')} order by name, id limit 500`.execute(
    core.db,
  );
  return { items: rows.map(collectionRecord.of) };
};

/** One collection by its slug. Throws `NOT_FOUND`, also to shoppers for one that is not active. */
export const getCollection = async ({ db }: Pick<Reader, 'db'>, actor: Actor, slug: string): Promise<Collection> => {
  const { rows } =
    await sql<Row>`select ${collectionRecord.columns()} from collections where slug = ${slug} and (active or ${hasScope(actor, 'catalog:read')})`.execute(
      db,
    );
  if (!rows[0]) throw notFound('This collection');
  return collectionRecord.of(rows[0]);
};

/** One collection by its id. Throws `NOT_FOUND`. */
export const readCollection = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<Collection> => {
  const { rows } = await sql<Row>`select ${collectionRecord.columns()} from collections where id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This collection');
  return collectionRecord.of(rows[0]);
};
