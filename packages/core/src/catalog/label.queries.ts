/** The tags and brands that published products use. */
import { sql } from 'kysely';
import type { Core } from '../kernel/index.ts';
import { brandCounts, tagCounts, type ValueCount } from '../read-models/facet-counts.ts';
import { listed } from '../read-models/on-sale.ts';

interface Labels {
  items: { value: string; productCount: number }[];
}
const toLabels = (counts: readonly ValueCount[]): Labels => ({ items: counts.map(({ value, count }) => ({ value, productCount: count })) });

const published = sql`(select tags, brand from products p where ${listed})`;

/** Tags of active products, the most used first. */
export const listTags = (core: Core, { limit }: { limit: number }): Promise<Labels> =>
  core.reads.read('catalog', `tags:${limit}`, async () => {
    const { rows } = await tagCounts(published, limit).execute(core.db);
    return toLabels(rows);
  });

/** Brands of active products, by name. */
export const listBrands = (core: Core, { limit }: { limit: number }): Promise<Labels> =>
  core.reads.read('catalog', `brands:${limit}`, async () => {
    const { rows } = await brandCounts(published, 'name', limit).execute(core.db);
    return toLabels(rows);
  });
