/** The rows that the stock list reads to find typed words, according to PostgreSQL's plan. */
import { contract } from '@cartwright/contracts';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { ExplainNode, SelectQueryNode, sql, type KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listStockLevels } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}
const explain = ExplainNode.create('json', sql`analyze`.toOperationNode());
const explaining = (explained: PlanNode[]): KyselyPlugin => ({
  transformQuery: ({ node }) => (SelectQueryNode.is(node) ? { ...node, explain } : node),
  transformResult: async ({ result }) => {
    for (const row of result.rows as { readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }[])
      explained.push(row['QUERY PLAN'][0].Plan);
    return { ...result, rows: [] as Record<string, unknown>[] };
  },
});
const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** In 100 products. With fewer of them PostgreSQL may read every variant once for any statement. */
const variants = 25_000;
const staff = system('test');
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
  await sql`
    with made as (
      insert into products (id, slug, name, status, currency)
      select gen_random_uuid(), 'p' || n, 'Table ' || n, 'active', 'EUR' from generate_series(1, 100) n returning id, slug)
    insert into variants (id, product_id, sku, title, options, price_cents, position)
    select gen_random_uuid(), id, slug || '-V' || v, '', jsonb_build_object('No', v::text), 500, v from made,
    generate_series(1, 250) v`.execute(shop.core.db);
  await sql`insert into stock_levels (variant_id, on_hand) select id, 1 from variants`.execute(shop.core.db);
  await sql`analyze`.execute(shop.core.db);
});
afterAll(() => shop.close());

it.each(['table', 'p1-v5'])('the stock list with the words %s reads each variant a few times, however many its product has', async (q) => {
  const explained: PlanNode[] = [];
  await listStockLevels(
    { ...shop.core, db: shop.core.database.kysely.withPlugin(explaining(explained)) },
    staff,
    contract.inventory.list.input.parse({ q }),
  );
  const read = explained
    .flatMap(nodesOf)
    .filter((node) => node['Relation Name'] === 'variants')
    .reduce((sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'], 0);
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(5 * variants);
});
