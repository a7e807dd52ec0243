import { definedFields, type Collection, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, versionMismatch, type Actor, type Core } from '../kernel/index.ts';
import { lockCollection } from './collection.locks.ts';
import { collectionRecord, explainTakenCollection } from './collection.queries.ts';
import { changeCollection } from './collection.store.ts';

type C = ShopContract['collections'];

/** Changes a collection. Throws `VERSION_MISMATCH` when somebody else changed it first. */
export const updateCollection = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<Collection> => {
  requireScope(actor, 'catalog:write');
  const { id, version, ...changes } = input;
  const answer = transact(core, async (tx) => {
    const collection = await lockCollection(tx, id);
    if (collection.version !== version) throw versionMismatch('this collection', version, collection.version);
    await changeCollection(tx, collection, definedFields(changes));
    return collectionRecord.of(collection);
  });
  return answer.catch((error: unknown) => Promise.reject(explainTakenCollection(error)));
};
