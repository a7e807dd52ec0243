/** The locks on collections. */
import type { Collection, CollectionId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Tx } from '../kernel/index.ts';
import { collectionColumns } from './collection.queries.ts';

/** Tx step: locks a collection. Throws `NOT_FOUND`. */
export const lockCollection = async (tx: Tx, id: CollectionId): Promise<Collection> => {
  const { rows } = await sql<Collection>`select ${collectionColumns} from collections where id = ${id} for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This collection');
  return rows[0];
};
