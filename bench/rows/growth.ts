/** The row `growth`: the same reads and writes with few and with many orders. */
import { must, mustEqual } from '../checks.ts';
import type { Client } from '../load/client.ts';
import { quantile, runLoad } from '../load/generate.ts';
import { durations, runStretch, sayHello, sumOf } from '../measure.ts';
import type { Line, Row, Work } from '../row.ts';
import { growOrders } from '../stage/grow-orders.ts';
import { buyCart, fillCart } from '../stage/purchase.ts';
import type { Stage } from '../stage/stage.parts.ts';

const clients = 8;
interface OrderPage {
  readonly items: readonly { readonly id: string; readonly customer: { readonly email: string } }[];
  readonly totalCount: number;
}

/** The usual operations of staff and buyers. */
const operations = (stage: Stage, orderIds: readonly string[], emails: readonly string[], orders: number) => {
  const headers = { authorization: `Bearer ${stage.staffToken}` };
  const work = (operation: Work['operation'], settles = false): Work => ({ clients, settles, operation, check: async () => undefined });
  const pages = Math.min(500, Math.floor(orders / 20));
  const some = <T>(list: readonly T[], serial: number): T => {
    const value = list[(serial * 7) % list.length];
    if (value === undefined) throw new Error('There is nothing to choose from.');
    return value;
  };
  return {
    'order list': work(async (client: Client, serial) => {
      const page = await client.call<OrderPage>({
        method: 'GET',
        path: `/api/v1/orders?pageSize=20&page=${1 + ((serial * 13) % pages)}`,
        headers,
      });
      mustEqual(page.items.length, 20, 'the number of orders on a page');
    }),
    'order get': work(async (client: Client, serial) => {
      const id = some(orderIds, serial);
      const order = await client.call<{ id: string; items: readonly unknown[] }>({ method: 'GET', path: `/api/v1/orders/${id}`, headers });
      must(order.id === id && order.items.length > 0, 'another order was answered, or one without lines');
    }),
    'customer search': work(async (client: Client, serial) => {
      const email = some(emails, serial);
      const page = await client.call<OrderPage>({
        method: 'GET',
        path: `/api/v1/orders?pageSize=20&q=${encodeURIComponent(email)}`,
        headers,
      });
      must(page.totalCount > 0 && page.items.every((order) => order.customer.email === email), `the orders of ${email} are not found`);
    }),
    cart: work(async (client: Client) => void (await fillCart(stage, client, 1)), true),
    checkout: work(async (client: Client) => void (await buyCart(stage, client, 3)), true),
  };
};

const measureAt = async (stage: Stage, orders: number): Promise<Map<string, Line>> => {
  await growOrders(stage, orders);
  const rows = await stage.query<{ id: string }>('select id from orders where paid_at is not null order by md5(id::text) limit 500');
  const ids = rows.map((row) => row.id);
  const { hello, warmUp, stretch } = durations(stage);
  const page = await fetch(`${stage.api.url}/api/v1/orders?pageSize=100&sort=oldest`, {
    headers: { authorization: `Bearer ${stage.staffToken}` },
  });
  const emails = ((await page.json()) as OrderPage).items.map((order) => order.customer.email);
  must(ids.length > 0 && emails.length > 0, 'there is no order to ask for');
  const lines = new Map<string, Line>();
  const short = 'seconds' in warmUp ? { seconds: 2 } : warmUp;
  for (const [name, work] of Object.entries(operations(stage, ids, emails, orders))) {
    await runLoad(stage.api.url, clients, short, (client, serial) => work.operation(client, serial));
    const before = await sayHello(stage, hello);
    const { load, cost } = await runStretch(stage, work, stretch);
    const after = await sayHello(stage, hello);
    const hellos = sumOf(cost) / ((before.cpuMs + after.cpuMs) / 2);
    const { n, perSecond, latencies } = load;
    lines.set(name, {
      name: '',
      n,
      clients,
      perSecond,
      p50: quantile(latencies, 0.5),
      p99: quantile(latencies, 0.99),
      cost,
      hellos,
      notes: [],
    });
  }
  return lines;
};

const run = async (stage: Stage): Promise<Line[]> => {
  const [now] = await stage.query<{ n: number }>('select count(*)::int as n from orders');
  // A quick run loads a few orders, so that the loader is tested too.
  const sizes = stage.options.quick ? [(now?.n ?? 0) + 5, (now?.n ?? 0) + 60] : stage.options.orders;
  const shown = (orders: number): string => orders.toLocaleString('en');
  const lines: Line[] = [];
  let first: Map<string, Line> | undefined;
  for (const orders of sizes) {
    const measured = await measureAt(stage, orders);
    first ??= measured;
    for (const [name, line] of measured) {
      const [p99, firstP99] = [line.p99 ?? Number.NaN, first.get(name)?.p99 ?? Number.NaN];
      const notes = measured === first ? [] : [`p99 ${(p99 / firstP99).toFixed(1)} times that at ${shown(sizes[0] ?? 0)} orders`];
      lines.push({ ...line, name: `${name} at ${shown(orders)}`, ...(measured !== first && { goal: 'p99 2x; 1.3x' }), notes });
    }
  }
  return lines;
};

export const growth: Row = {
  name: 'growth',
  what: 'order list, order get, customer search, cart and checkout with 10,000 and 100,000 orders',
  run,
};
