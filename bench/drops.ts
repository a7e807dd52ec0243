/** Scenarios of a drop: many buyers of one variant, the answers once it is gone, and a whole crowd of shoppers. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { contract, type FlashSaleItemId } from '@cartwright/contracts';
import { createFlashSale } from '@cartwright/core/flash-sales';
import { system } from '@cartwright/core/kernel';
import autocannon from 'autocannon';
import { sql } from 'kysely';
import { quantile, repeat, type Caller, type Load } from './load.ts';
import { root } from './processes.ts';
import { must, type Scenario } from './scenario.ts';
import { medianOfThree, settleEvents, type Stage } from './stage.ts';

const anAddress = {
  firstName: 'Ada',
  lastName: 'Byron',
  line1: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  countryCode: 'GB',
};
let serial = 0;
const unique = (): string => `${process.pid}-${(serial += 1)}`;

/** An open sale of so many units of a product that no other scenario of this kind uses. */
const openSale = async ({ core, products }: Stage, at: number, units: number): Promise<FlashSaleItemId> => {
  const sale = await createFlashSale(
    core,
    system('bench'),
    contract.flashSales.create.input.parse({
      name: `Bench ${unique()}`,
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: '2999-01-01T00:00:00Z',
      paymentWindowMinutes: 120,
      items: [{ variantId: products[at]?.variants[0]?.id, units, salePriceCents: 990 }],
    }),
  );
  const [item] = sale.items;
  if (!item) throw new Error('The sale has no item');
  return item.id;
};
const countOrders = async ({ core }: Stage, itemId: string): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::int as n from flash_purchases where item_id = ${itemId}`.execute(core.db)).rows[0]?.n ?? 0;

const wish = (): { body: string; headers: Record<string, string> } => ({
  body: JSON.stringify({ email: `${unique()}@example.com`, shippingAddress: anAddress }),
  headers: { 'content-type': 'application/json', 'idempotency-key': `bench-drop-${unique()}`.padEnd(16, '0') },
});

interface Rush extends Load {
  readonly byStatus: Readonly<Record<string, number>>;
}
/** New buyers without end, or so many and no more. */
const rush = async (
  stage: Stage,
  itemId: string,
  connections: number,
  length: { duration: number } | { amount: number },
): Promise<Rush> => {
  const result = await autocannon({
    url: stage.api.url,
    connections,
    ...length,
    requests: [{ method: 'POST', path: `/api/v1/flash-sales/items/${itemId}/buy`, setupRequest: (request) => ({ ...request, ...wish() }) }],
  });
  const byStatus = Object.fromEntries(Object.entries(result.statusCodeStats ?? {}).map(([status, { count }]) => [status, count ?? 0]));
  const { requests, latency, errors } = result;
  return { n: requests.total, perSecond: requests.average, p50: latency.p50, p99: latency.p99, errors, byStatus };
};

const clients = 256;
/** A warm-up of a second may end before the first answer on a machine that others use. */
const onlyStatus = ({ byStatus }: Rush, status: string, seconds: number): boolean =>
  Object.keys(byStatus).join() === status || (seconds <= 1 && Object.keys(byStatus).length === 0);

/** The p99 of lists of products that shoppers read meanwhile, in ms. */
const listP99 = async ({ api }: Stage, seconds: number): Promise<number> => {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(root, 'bench/readers.ts'), api.url, String(seconds)]);
  return (JSON.parse(stdout) as { p99: number }).p99;
};

const flash: Scenario = {
  name: 'flash',
  what: 'one-call purchases of one hot variant, by ever new buyers; then 2,000 buyers of 100 units at once',
  against: { yardstick: 'hello', first: 0.3, aim: 0.6 },
  run: async (stage) => {
    const plenty = await openSale(stage, 900, 900_000);
    let answered = 0;
    const measured = await medianOfThree(stage.api, stage, async (seconds) => {
      const load = await rush(stage, plenty, clients, { duration: seconds });
      answered += load.byStatus['201'] ?? 0;
      must(onlyStatus(load, '201', seconds), `answers of ${JSON.stringify(load.byStatus)} while units are free`);
      return load;
    });
    // Requests under way when a stretch ends are served, but not counted by the generator.
    const orders = await countOrders(stage, plenty);
    must(orders >= answered && orders <= answered + 4 * clients, `${orders} orders for ${answered} answers`);
    const few = await openSale(stage, 901, 100);
    const burst = await rush(stage, few, 1_000, { amount: 2_000 });
    must(
      burst.byStatus['201'] === 100 && burst.byStatus['409'] === 1_900,
      `2,000 buyers of 100 units got ${JSON.stringify(burst.byStatus)}`,
    );
    await settleEvents(stage);
    const alone = await listP99(stage, 4);
    const [beside] = await Promise.all([listP99(stage, 4), rush(stage, plenty, clients, { duration: 6 })]);
    await settleEvents(stage);
    const lists = `p99 of a list ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside ${clients} buyers without pause`;
    return { concurrency: clients, ...measured, note: `2,000 buyers of 100 units: 100 sold, 1,900 told so, p99 ${burst.p99} ms; ${lists}` };
  },
};

const soldOut: Scenario = {
  name: 'sold-out',
  what: 'answers to late buyers once all units are sold',
  against: { yardstick: 'hello', first: 0.4, aim: 0.7 },
  run: async (stage) => {
    const itemId = await openSale(stage, 902, 1);
    await rush(stage, itemId, 1, { amount: 1 });
    const measured = await medianOfThree(stage.api, stage, async (seconds) => {
      const load = await rush(stage, itemId, clients, { duration: seconds });
      must(onlyStatus(load, '409', seconds), `answers of ${JSON.stringify(load.byStatus)} after all is sold`);
      return load;
    });
    must((await countOrders(stage, itemId)) === 1, 'a unit was sold twice');
    return { concurrency: clients, ...measured };
  },
};

const crowdSeconds = 30;
const crowdUsers = 1_000;
/** A second or so to read a page. */
const thinkMs = (): number => 500 + Math.random() * 1_500;

const crowd: Scenario = {
  name: 'crowd',
  what: `${crowdUsers} shoppers at once who look at what they get: 90 % browse, 9 % fill a cart, 1 % buy`,
  run: async (stage) => {
    const itemId = await openSale(stage, 903, 100_000);
    const reads: number[] = [];
    const writes: number[] = [];
    const timed = async (into: number[], work: Promise<unknown>): Promise<void> => {
      const start = performance.now();
      await work;
      into.push(performance.now() - start);
    };
    const product = () => stage.products[Math.floor(Math.random() * stage.products.length)];
    const cart = async (call: Caller): Promise<void> => {
      const { cart: opened, cartToken } = await call<{ cart: { id: string }; cartToken: string }>({
        method: 'POST',
        path: '/api/v1/carts',
        body: {},
      });
      const body = { variantId: product()?.variants[0]?.id, quantity: 1 };
      await call({ method: 'POST', path: `/api/v1/carts/${opened.id}/items`, headers: { 'x-cart-token': cartToken }, body });
    };
    const buy = (call: Caller): Promise<unknown> => {
      const { body, headers } = wish();
      return call({ method: 'POST', path: `/api/v1/flash-sales/items/${itemId}/buy`, headers, body: JSON.parse(body) as unknown });
    };
    const load = await repeat(stage.api.url, { clients: crowdUsers, seconds: crowdSeconds }, async (call) => {
      await pause(thinkMs());
      const mood = Math.random();
      if (mood < 0.45) await timed(reads, call({ method: 'GET', path: `/api/v1/products?page=${1 + Math.floor(Math.random() * 50)}` }));
      else if (mood < 0.9) await timed(reads, call({ method: 'GET', path: `/api/v1/products/${product()?.id}` }));
      else if (mood < 0.99) await timed(writes, cart(call));
      else await timed(writes, buy(call));
    });
    must(load.errors === 0, `${load.errors} errors, the first: ${load.firstError}`);
    await settleEvents(stage);
    const at = (values: readonly number[], q: number): string => quantile(values, q).toFixed(0);
    return {
      n: load.n,
      perSecond: load.perSecond,
      errors: load.errors,
      concurrency: crowdUsers,
      note: `reads p50 ${at(reads, 0.5)} p99 ${at(reads, 0.99)} ms (200 allowed), writes p50 ${at(writes, 0.5)} p99 ${at(writes, 0.99)} ms (500 allowed)`,
    };
  },
};

export const drops: readonly Scenario[] = [flash, soldOut, crowd];
