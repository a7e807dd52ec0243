/** The locks on collections. */
import type { CollectionId } from '@cartwright/contracts';
import { Collection } from '@cartwright/db';
import { lockedEntity, notFound, type LockedEntity, type Tx } from '../kernel/index.ts';

/** Tx step: locks a collection. Throws `NOT_FOUND`. */
export const lockCollection = async (tx: Tx, id: CollectionId): Promise<LockedEntity<typeof Collection>> => {
  const row = await tx.db.selectFrom('collections').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound('This collection', id);
  return lockedEntity(tx, Collection, row);
};
