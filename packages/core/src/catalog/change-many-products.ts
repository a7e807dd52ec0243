import type { ProductId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertCategory } from './category.locks.ts';
import { deleteProduct } from './delete-product.ts';
import { lockProducts } from './product.locks.ts';
import { changeProducts, type ProductChange } from './product.store.ts';

type C = ShopContract['products']['bulk'];
type Input = z.output<C['input']>;
type Result = z.output<C['output']>['results'][number];

/** The change that an action asks for. Throws `INVALID_INPUT` for one that lacks its tags. */
const changeOf = ({ action, tags, categoryId }: Input): ProductChange => {
  if (action === 'publish' || action === 'unpublish') return { status: action === 'publish' ? 'active' : 'archived' };
  if (action === 'set_category') return { categoryId: categoryId ?? null };
  if (!tags || tags.length === 0)
    throw new DomainError('INVALID_INPUT', `The action ${action} needs at least one tag in \`tags\`.`, {
      fields: [{ path: 'tags', message: `must name at least one tag for the action ${action}` }],
    });
  const wanted = [...new Set(tags)];
  return action === 'add_tags' ? { addTags: wanted } : { removeTags: wanted };
};

/** Applies one action to many products in one transaction; each deletion has its own, because each may be refused. */
export const changeManyProducts = async (core: Core, actor: Actor, input: Input): Promise<z.output<C['output']>> => {
  requireScope(actor, input.action === 'delete' ? 'catalog:admin' : 'catalog:write');
  const ids = [...new Set(input.ids)].toSorted();
  const results = input.action === 'delete' ? await deleteAll(core, actor, ids) : await changeAll(core, input, ids);
  return { results, changedCount: results.filter(({ outcome }) => outcome === 'changed').length };
};

const changeAll = (core: Core, input: Input, ids: readonly ProductId[]): Promise<Result[]> => {
  const change = changeOf(input);
  return transact(core, async (tx) => {
    if (input.action === 'set_category' && input.categoryId) await assertCategory(tx, input.categoryId);
    const there = new Set(await lockProducts(tx, ids));
    const touched = new Set(await changeProducts(tx, [...there], change));
    for (const id of touched) tx.outbox.add('product.updated', id, { productId: id });
    return ids.map((id): Result =>
      there.has(id)
        ? { id, outcome: touched.has(id) ? 'changed' : 'unchanged', message: null }
        : { id, outcome: 'failed', message: notFound('This product', id).message },
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
