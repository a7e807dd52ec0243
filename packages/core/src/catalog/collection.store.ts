/** Writes `collections`, by its entity. */
import type { Collection as CollectionRecord } from '@cartwright/contracts';
import { Collection } from '@cartwright/db';
import { databaseNow, type LockedEntity, type Tx } from '../kernel/index.ts';
import { safeHtml } from './safe-html.ts';

type LockedCollection = LockedEntity<typeof Collection>;

/** Tx step: adds a collection and returns whether it did; a name or slug that another one has writes nothing. */
export const insertCollection = async (tx: Tx, collection: Omit<CollectionRecord, 'version'>): Promise<boolean> => {
  const { affectedRows } = await tx.em
    .createQueryBuilder(Collection)
    .insert({ ...collection, description: safeHtml(collection.description) })
    .onConflict()
    .ignore()
    .execute('run');
  return affectedRows === 1;
};

/** Tx step: changes the given fields of a locked collection and increases its version. */
export const changeCollection = async (
  tx: Tx,
  collection: LockedCollection,
  changes: Partial<Omit<CollectionRecord, 'id' | 'version'>>,
): Promise<void> => {
  const description = changes.description && { description: safeHtml(changes.description) };
  tx.em.assign(collection, { ...changes, ...description, updatedAt: databaseNow() });
  await tx.em.flush();
  await tx.em.refresh(collection);
};

/** Tx step: deletes a locked collection; the database deletes its pricing rules with it. */
export const deleteCollectionRow = async (tx: Tx, collection: LockedCollection): Promise<void> => {
  tx.em.remove(collection);
  await tx.em.flush();
};
