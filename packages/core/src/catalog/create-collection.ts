import type { Collection, CollectionId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { explainTakenCollection, readCollection } from './collection.queries.ts';
import { insertCollection } from './collection.store.ts';
import { insertUnderFreeSlug } from './slug.queries.ts';

type C = ShopContract['collections'];

/** Adds a collection. Throws `NAME_TAKEN`, `SLUG_TAKEN`. */
export const createCollection = (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<Collection> => {
  requireScope(actor, 'catalog:write');
  const answer = transact(
    core,
    {
      once: { answers: true, subject: (collection: Collection) => collection.id, again: (tx, { subject }) => readCollection(tx, subject) },
    },
    async (tx) => {
      const id = tx.ids.next<CollectionId>();
      const { name, description = null, rule, sort = 'newest', active = true } = input;
      const insert = (slug: string) => insertCollection(tx, { id, slug, name, description, rule, sort, active });
      const hasName = async () =>
        (await tx.db.selectFrom('collections').select('id').where('name', '=', name).executeTakeFirst()) !== undefined;
      await insertUnderFreeSlug(tx, { table: 'collections', name, slug: input.slug }, insert, hasName);
      return readCollection(tx, id);
    },
  );
  return answer.catch((error: unknown) => Promise.reject(explainTakenCollection(error)));
};
