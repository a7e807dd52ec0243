/** The tags and brands that published products use. */
import { sql } from 'kysely';
import { rowCount, type Core } from '../kernel/index.ts';
import { listed } from '../read-models/on-sale.ts';

interface Labels {
  items: { value: string; productCount: number }[];
}

/** Tags of active products, the most used first. */
export const listTags = (core: Core, { limit }: { limit: number }): Promise<Labels> =>
  core.reads.read('catalog', `tags:${limit}`, async () => ({
    items: await core.db
      .selectFrom('products as p')
      .innerJoinLateral(sql<{ value: string }>`unnest(p.tags)`.as<'t'>(sql`t(value)`), (join) => join.onTrue())
      .select(['t.value', rowCount.as('productCount')])
      .where(listed)
      .groupBy('t.value')
      .orderBy('productCount', 'desc')
      .orderBy('t.value')
      .limit(limit)
      .execute(),
  }));

/** Brands of active products, by name. */
export const listBrands = (core: Core, { limit }: { limit: number }): Promise<Labels> =>
  core.reads.read('catalog', `brands:${limit}`, async () => ({
    items: await core.db
      .selectFrom('products as p')
      .select(['p.brand as value', rowCount.as('productCount')])
      .where(listed)
      .where('p.brand', 'is not', null)
      .groupBy('p.brand')
      .orderBy('p.brand')
      .limit(limit)
      .$narrowType<{ value: string }>()
      .execute(),
  }));
