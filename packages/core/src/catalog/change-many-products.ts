import type { ProductId, ShopContract } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertCategory } from './category.locks.ts';
import { deleteProduct } from './delete-product.ts';
import { lockProducts } from './product.locks.ts';
import { withStatus } from './publish-product.ts';

type C = ShopContract['products']['bulk'];
type Input = z.output<C['input']>;
type Result = z.output<C['output']>['results'][number];

/** The SQL of a change, and the condition for products that it would change. */
const changeOf = ({ action, tags, categoryId }: Input): { set: RawBuilder<unknown>; differs: RawBuilder<unknown> } => {
  if (action === 'activate' || action === 'deactivate') {
    const status = action === 'activate' ? 'active' : 'archived';
    return { set: withStatus(status), differs: sql`status <> ${status}` };
  }
  if (action === 'set_category')
    return { set: sql`category_id = ${categoryId ?? null}`, differs: sql`category_id is distinct from ${categoryId ?? null}::uuid` };
  if (!tags || tags.length === 0)
    throw new DomainError('INVALID_INPUT', 'This action needs tags.', { fields: [{ path: 'tags', message: 'is needed for this action' }] });
  const wanted = sql`${[...new Set(tags)]}::text[]`;
  return action === 'add_tags'
    ? { set: sql`tags = tags || array(select t from unnest(${wanted}) t where t <> all(tags))`, differs: sql`not tags @> ${wanted}` }
    : {
        set: sql`tags = array(select t from unnest(tags) with ordinality as u(t, n) where t <> all(${wanted}) order by n)`,
        differs: sql`tags && ${wanted}`,
      };
};

/** Applies one action to many products in one transaction; each deletion has its own, because each may be refused. */
export const changeManyProducts = async (core: Core, actor: Actor, input: Input): Promise<z.output<C['output']>> => {
  requireScope(actor, input.action === 'delete' ? 'catalog:admin' : 'catalog:write');
  const ids = [...new Set(input.ids)].toSorted();
  const results = input.action === 'delete' ? await deleteAll(core, actor, ids) : await changeAll(core, input, ids);
  return { results, changedCount: results.filter(({ outcome }) => outcome === 'changed').length };
};

const changeAll = (core: Core, input: Input, ids: readonly ProductId[]): Promise<Result[]> => {
  const { set, differs } = changeOf(input);
  return transact(core, async (tx) => {
    if (input.action === 'set_category' && input.categoryId) await assertCategory(tx, input.categoryId);
    const there = new Set(await lockProducts(tx, ids));
    const changed = await sql<{ id: ProductId }>`
      update products set ${set}, version = version + 1, updated_at = now() where id = any(${[...there]}::uuid[]) and ${differs} returning id`.execute(
      tx.db,
    );
    const touched = new Set(changed.rows.map(({ id }) => id));
    for (const id of touched) tx.outbox.add('product.updated', id, { productId: id });
    return ids.map((id): Result =>
      there.has(id)
        ? { id, outcome: touched.has(id) ? 'changed' : 'unchanged', message: null }
        : { id, outcome: 'failed', message: 'This product was not found.' },
    );
  });
};

const deleteAll = async (core: Core, actor: Actor, ids: readonly ProductId[]): Promise<Result[]> => {
  const results: Result[] = [];
  for (const id of ids)
    try {
      await deleteProduct(core, actor, { id });
      results.push({ id, outcome: 'changed', message: null });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      results.push({ id, outcome: 'failed', message: error.message });
    }
  return results;
};
