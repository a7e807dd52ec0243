import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';

type C = ShopContract['collections'];

/** Removes a collection; its products stay. */
export const deleteCollection = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'catalog:write');
  return transact(core, async (tx) => {
    const { rows } = await sql`delete from collections where id = ${id} returning 1`.execute(tx.db);
    if (rows.length === 0) throw notFound('This collection');
    return { ok: true };
  });
};
