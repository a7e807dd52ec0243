/** The rows that the order lists read in a shop with many orders, according to PostgreSQL's plans. */
import { contract } from '@cartwright/contracts';
import { aCustomer, aPaidOrder, aProduct, aStaffMember, createTestShop, type TestShop } from '@cartwright/testing';
import { ExplainNode, SelectQueryNode, sql, type KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { UserActor } from '../kernel/index.ts';
import { listOrders } from './index.ts';

const orders = 20_000;
/** For page and count together. A scan of the whole table reads several thousand. */
const mostBuffers = 500;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}
type Row = Record<string, unknown>;

const explain = ExplainNode.create('json', sql`analyze, buffers`.toOperationNode());
/** Turns every statement into an EXPLAIN of itself and keeps the plan; the caller gets no rows. */
const explaining = (explained: PlanNode[]): KyselyPlugin => ({
  transformQuery: ({ node }) => (SelectQueryNode.is(node) ? { ...node, explain } : node),
  transformResult: async ({ result }) => {
    for (const row of result.rows as { readonly 'QUERY PLAN': readonly [{ readonly Plan: PlanNode }] }[])
      explained.push(row['QUERY PLAN'][0].Plan);
    return { ...result, rows: [] as Row[] };
  },
});
const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

let shop: TestShop;
let staff: UserActor;
let customer: UserActor;
beforeAll(async () => {
  shop = await createTestShop();
  staff = await aStaffMember(shop.core, 'support');
  customer = await aCustomer(shop.core);
  const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
  // The first two hundred belong to the customer; one in fifty waits to be shipped, all others are delivered.
  await sql`insert into orders select r.* from orders o, generate_series(1, ${orders}::int) n, jsonb_populate_record(o, jsonb_build_object(
      'id', gen_random_uuid(), 'order_number', 'ORD-20260101-' || lpad(upper(to_hex(n)), 5, '0'), 'cart_id', null, 'checkout_key',
      'plan-' || n,
      'user_id', case when n <= 200 then ${customer.userId}::uuid end, 'guest_token_hash', case when n > 200 then 'guest-' || n end,
      'email_index', md5(n::text), 'status', case when n % 50 = 0 then 'confirmed' else 'delivered' end,
      'placed_at', now() - n * interval '5 minutes')) r where o.id = ${order.id}`.execute(shop.core.db);
  await sql`insert into payments select r.* from payments p, orders o,
    jsonb_populate_record(p,
    jsonb_build_object('id', gen_random_uuid(), 'order_id', o.id, 'request_key', null, 'gateway_reference', null)) r
    where p.order_id = ${order.id} and o.id <> p.order_id`.execute(shop.core.db);
  for (const table of ['orders', 'payments', 'order_items', 'refunds', 'order_returns'])
    await sql`vacuum (analyze) ${sql.table(table)}`.execute(shop.core.db);
}, 300_000);
afterAll(() => shop.close());

const plansOf = async (input: Row, actor: UserActor) => {
  const explained: PlanNode[] = [];
  await listOrders(
    { ...shop.core, db: shop.core.database.kysely.withPlugin(explaining(explained)) },
    actor,
    contract.orders.list.input.parse(input),
  );
  return explained;
};

it.each([
  ['newest orders', {}, 'staff'],
  ['oldest orders', { sort: 'oldest' }, 'staff'],
  ['orders to ship', { status: 'confirmed' }, 'staff'],
  ['delivered orders', { status: 'delivered' }, 'staff'],
  ['orders with the highest total', { sort: 'total_high' }, 'staff'],
  ['orders of a day', { placedFrom: new Date(Date.now() - 86_400_000).toISOString() }, 'staff'],
  ['orders of an e-mail address', { email: 'someone@example.com' }, 'staff'],
  ['orders by the start of their number', { orderNumber: 'ORD-20260101-0001' }, 'staff'],
  ['a customer’s own orders', {}, 'customer'],
] as const)('the list of %s uses an index and reads few rows', async (_name, input, who) => {
  const plans = await plansOf(input, who === 'staff' ? staff : customer);
  expect(plans).toHaveLength(2);
  const scanned = plans.flatMap(nodesOf).filter((node) => node['Relation Name'] === 'orders' && node['Node Type'] === 'Seq Scan');
  expect(scanned).toEqual([]);
  const buffers = plans.reduce((sum, plan) => sum + plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], 0);
  expect(buffers).toBeLessThan(mostBuffers);
});

it('the list of orders counts up to ten thousand matches, and says when there are more', async () => {
  const beyond = (input: Row) => listOrders(shop.core, staff, contract.orders.list.input.parse({ page: 10_000, ...input }));
  expect(await beyond({})).toMatchObject({ items: [], totalCount: 10_000, totalIsExact: false });
  expect(await beyond({ status: 'confirmed' })).toMatchObject({ items: [], totalCount: orders / 50 + 1, totalIsExact: true });
});
