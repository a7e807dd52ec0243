import type { Collection, CollectionId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  DomainError,
  hasScope,
  isUniqueViolation,
  json,
  notFound,
  requireScope,
  transact,
  transactOnce,
  type Actor,
  type Core,
  type Reader,
} from '../kernel/index.ts';
import { lockCollection } from './collection.locks.ts';
import { insertUnderFreeSlug } from './slug.queries.ts';

type C = ShopContract['collections'];
const columns = sql`id, slug, name, description, rule, sort, active, version`;

const explain = (error: unknown): unknown => {
  if (isUniqueViolation(error, 'collections_name_unique'))
    return new DomainError('NAME_TAKEN', 'Another collection already has this name.', { cause: error });
  if (isUniqueViolation(error, 'collections_slug_unique'))
    return new DomainError('SLUG_TAKEN', 'Another collection already has this slug.', { cause: error });
  return error;
};

/** Collections by name; shoppers see active ones. */
export const listCollections = async (core: Core, actor: Actor): Promise<{ items: Collection[] }> => {
  const { rows } = await sql<Collection>`
    select ${columns} from collections where active or ${hasScope(actor, 'catalog:read')} order by name, id limit 500`.execute(core.db);
  return { items: rows };
};

/** One collection by its slug. Throws `NOT_FOUND`, also to shoppers for one that is not active. */
export const getCollection = async ({ db }: Pick<Reader, 'db'>, actor: Actor, slug: string): Promise<Collection> => {
  const { rows } =
    await sql<Collection>`select ${columns} from collections where slug = ${slug} and (active or ${hasScope(actor, 'catalog:read')})`.execute(
      db,
    );
  if (!rows[0]) throw notFound('This collection');
  return rows[0];
};

const readCollection = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<Collection> => {
  const { rows } = await sql<Collection>`select ${columns} from collections where id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This collection');
  return rows[0];
};

/** Adds a collection. Throws `NAME_TAKEN`, `SLUG_TAKEN`. */
export const createCollection = (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<Collection> => {
  requireScope(actor, 'catalog:write');
  const answer = transactOnce(
    core,
    { answers: true, subject: (collection: Collection) => collection.id, again: (tx, { subject }) => readCollection(tx, subject) },
    async (tx) => {
      const id = tx.ids.next<CollectionId>();
      const { name, description = null, rule, sort = 'newest', active = true } = input;
      const insert = async (slug: string) =>
        (
          await sql`
            insert into collections (id, slug, name, description, rule, sort, active)
            values (${id}, ${slug}, ${name}, ${description}, ${json(rule)}, ${sort}, ${active}) on conflict do nothing`.execute(tx.db)
        ).numAffectedRows;
      const hasName = async () => (await sql`select 1 from collections where name = ${name}`.execute(tx.db)).rows.length > 0;
      await insertUnderFreeSlug(tx, { table: 'collections', what: 'collection', name, slug: input.slug }, insert, hasName);
      return readCollection(tx, id);
    },
  );
  return answer.catch((error: unknown) => Promise.reject(explain(error)));
};

/** Changes a collection. Throws `VERSION_MISMATCH` when somebody else changed it first. */
export const updateCollection = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<Collection> => {
  requireScope(actor, 'catalog:write');
  const answer = transact(core, async (tx) => {
    const before = await lockCollection(tx, input.id, columns);
    if (!before) throw notFound('This collection');
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
        version = version + 1, updated_at = now() where id = ${input.id} returning ${columns}`.execute(tx.db);
    if (!rows[0]) throw notFound('This collection');
    return rows[0];
  });
  return answer.catch((error: unknown) => Promise.reject(explain(error)));
};

/** Removes a collection; its products stay. */
export const deleteCollection = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'catalog:write');
  return transact(core, async (tx) => {
    const { rows } = await sql`delete from collections where id = ${id} returning 1`.execute(tx.db);
    if (rows.length === 0) throw notFound('This collection');
    return { ok: true };
  });
};
