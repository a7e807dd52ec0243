import type { Collection, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, json, notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockCollection } from './collection.locks.ts';
import { collectionColumns, explainTakenCollection } from './collection.queries.ts';

type C = ShopContract['collections'];

/** Changes a collection. Throws `VERSION_MISMATCH` when somebody else changed it first. */
export const updateCollection = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<Collection> => {
  requireScope(actor, 'catalog:write');
  const answer = transact(core, async (tx) => {
    const before = await lockCollection(tx, input.id);
    if (before.version !== input.version)
      throw new DomainError('VERSION_MISMATCH', 'Somebody else changed this collection after you opened it. Reload it before you save.', {
        details: { version: before.version },
      });
    const { slug, name, description, rule, sort, active } = input;
    const next = {
      ...before,
      ...(slug && { slug }),
      ...(name && { name }),
      ...(description !== undefined && { description }),
      ...(rule && { rule }),
      ...(sort && { sort }),
      ...(active !== undefined && { active }),
    };
    const { rows } = await sql<Collection>`
      update collections set slug = ${next.slug}, name = ${next.name}, description = ${next.description}, rule = ${json(next.rule)}, sort = ${next.sort}, active = ${next.active},
        version = version + 1, updated_at = now() where id = ${input.id} returning ${collectionColumns}`.execute(tx.db);
    if (!rows[0]) throw notFound('This collection');
    return rows[0];
  });
  return answer.catch((error: unknown) => Promise.reject(explainTakenCollection(error)));
};
