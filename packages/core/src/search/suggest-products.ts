import type { CategoryId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { listPublishedProducts } from '../catalog/index.ts';
import type { Core } from '../kernel/index.ts';

type C = ShopContract['search']['suggest'];

/** Products, categories and brands that begin as typed; the last word may be unfinished. */
export const suggestProducts = async (core: Core, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const typed = input.q.toLowerCase();
  const { productIds, brands, categories } = await core.reads.read('search', `suggest:${input.limit}:${typed}`, async () => {
    const suggested = await core.search.suggest(typed, input.limit);
    const like = typed.replace(/[\\%_]/g, '\\$&');
    const found = await sql<{ id: CategoryId; slug: string; name: string }>`
      select id, slug, name from categories where name ilike ${`${like}%`} or name ilike ${`% ${like}%`} order by name limit ${input.limit}`.execute(
      core.db,
    );
    return { ...suggested, categories: found.rows };
  });
  const products = await listPublishedProducts(core, productIds);
  return { products: products.map(({ id, slug, name, imageUrl }) => ({ id, slug, name, imageUrl })), categories, brands: [...brands] };
};
