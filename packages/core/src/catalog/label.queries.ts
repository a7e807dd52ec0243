/** The tags and brands that published products use. */
import { sql } from 'kysely';
import type { Core } from '../kernel/index.ts';

interface Labels {
  items: { value: string; productCount: number }[];
}

/** Tags of active products, the most used first. */
export const listTags = (core: Core, { limit }: { limit: number }): Promise<Labels> =>
  core.reads.read('catalog', `tags:${limit}`, async () => {
    const { rows: items } = await sql<Labels['items'][number]>`
      select t as value, count(*)::int as "productCount" from products p, unnest(p.tags) t where p.status = 'active' and p.deleted_at is null
      group by t order by count(*) desc, t limit ${limit}`.execute(core.db);
    return { items };
  });

/** Brands of active products, by name. */
export const listBrands = (core: Core, { limit }: { limit: number }): Promise<Labels> =>
  core.reads.read('catalog', `brands:${limit}`, async () => {
    const { rows: items } = await sql<Labels['items'][number]>`
      select p.brand as value, count(*)::int as "productCount" from products p where p.status = 'active' and p.deleted_at is null and p.brand is not null
      group by p.brand order by p.brand limit ${limit}`.execute(core.db);
    return { items };
  });
