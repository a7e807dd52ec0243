/** The rows `flash` and `sold-out`: many buyers of one hot variant. A purchase is one call without payment; the order stays unpaid. */
import { checkStatuses, mustEqual } from '../checks.ts';
import { openClient, Refused, type Client, type Sent } from '../load/client.ts';
import { quantile, runLoad } from '../load/generate.ts';
import type { Row, Work } from '../row.ts';
import { anAddress, idempotencyKey, unique } from '../stage/purchase.ts';
import { settle } from '../stage/settle.ts';
import type { Stage } from '../stage/stage.parts.ts';

const clients = 256;

/** Opens a sale with a number of units of a product that no cart contains. */
export const openSale = async (stage: Stage, units: number): Promise<string> => {
  const client = openClient(stage.api.url);
  try {
    const at = stage.products.length - 1 - ((stage.turn += 1) % 50);
    const sale = await client.call<{ items: { id: string }[] }>({
      method: 'POST',
      path: '/api/v1/flash-sales',
      headers: { authorization: `Bearer ${stage.staffToken}` },
      body: {
        name: `Bench ${unique()}`,
        startsAt: '2026-01-01T00:00:00Z',
        endsAt: '2199-01-01T00:00:00Z',
        paymentWindowMinutes: 120,
        items: [{ variantId: stage.products[at]?.variants[0]?.id, units, salePriceCents: 990 }],
      },
    });
    const [item] = sale.items;
    if (!item) throw new Error('The sale has no item.');
    return item.id;
  } finally {
    client.close();
  }
};
/** A purchase by a new buyer. */
export const purchaseOf = (itemId: string): Sent => ({
  method: 'POST',
  path: `/api/v1/flash-sales/items/${itemId}/buy`,
  headers: { 'idempotency-key': idempotencyKey() },
  body: { email: `${unique()}@example.com`, shippingAddress: anAddress },
});
const buyOf = async (client: Client, itemId: string): Promise<void> => {
  const bought = await client.call<{ quantity: number; unitPriceCents: number }>(purchaseOf(itemId));
  mustEqual(bought.quantity, 1, 'the quantity of a purchase');
  mustEqual(bought.unitPriceCents, 990, 'the price of a purchase');
};

/** Checks the orders of a sale's item: one for each sold unit, and no more units than allocated. */
const checkSold = async (stage: Stage, itemId: string, sold: number): Promise<void> => {
  const [row] = await stage.query<{ purchases: number; held: number; free: number; allocated: number }>(
    `select (select count(*)::int from flash_purchases p join orders o on o.id = p.order_id where p.item_id = i.id) as purchases,
       (select coalesce(sum(quantity), 0)::int from holds where allocation_id = i.id and state in ('active', 'committed')) as held,
       a.units_free::int as free, i.units_allocated::int as allocated
     from flash_sale_items i join stock_allocations a on a.id = i.id where i.id = $1`,
    [itemId],
  );
  mustEqual(row?.purchases, sold, 'the number of orders of a sale');
  mustEqual(row?.held, sold, 'the number of units that orders of a sale hold');
  mustEqual(row?.free, (row?.allocated ?? Number.NaN) - sold, 'the number of units left of a sale');
};

/** Runs all buyers at once, each with its own connection and one request. */
export const rush = async (
  stage: Stage,
  itemId: string,
  buyers: number,
): Promise<{ statuses: Map<number, number>; p99: number; seconds: number }> => {
  const statuses = new Map<number, number>();
  const latencies: number[] = [];
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: buyers }, async () => {
      const client = openClient(stage.api.url);
      try {
        const start = performance.now();
        const { status } = await client.ask(purchaseOf(itemId));
        latencies.push(performance.now() - start);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      } finally {
        client.close();
      }
    }),
  );
  return { statuses, p99: quantile(latencies, 0.99), seconds: (performance.now() - begun) / 1_000 };
};

const prepareFlash = async (stage: Stage): Promise<Work> => {
  const { quick } = stage.options;
  const [buyers, few, stretchUnits] = quick ? [40, 10, 8] : [2_000, 100, 10_000];
  const small = await openSale(stage, few);
  const burst = await rush(stage, small, buyers);
  checkStatuses(burst.statuses, { 201: few, 409: buyers - few }, `${buyers} buyers of ${few} units`);
  await checkSold(stage, small, few);
  await settle(stage);
  const plenty = await openSale(stage, 500_000);
  return {
    clients: quick ? 4 : clients,
    settles: true,
    length: { operations: stretchUnits },
    operation: (client) => buyOf(client, plenty),
    check: (done) => checkSold(stage, plenty, done),
    finish: async () => {
      // The same number of units for the same number of simultaneous buyers, each of whom buys until no unit is left.
      const sale = await openSale(stage, stretchUnits);
      const statuses = new Map<number, number>();
      const load = await runLoad(stage.api.url, buyers, { operations: stretchUnits + few }, async (client) => {
        const { status } = await client.ask(purchaseOf(sale));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      });
      checkStatuses(statuses, { 201: stretchUnits, 409: few }, `${stretchUnits + few} purchases of ${stretchUnits} units`);
      await checkSold(stage, sale, stretchUnits);
      await settle(stage);
      const last =
        `${stretchUnits} units to ${buyers} at once: exact, in ${load.seconds.toFixed(1)} s, p99 ` +
        `${quantile(load.latencies, 0.99).toFixed(0)} ms`;
      return `${buyers} buyers at once for ${few} units: exact, p99 ${burst.p99.toFixed(0)} ms; ${last}`;
    },
  };
};

const prepareSoldOut = async (stage: Stage): Promise<Work> => {
  const itemId = await openSale(stage, 1);
  const first = await rush(stage, itemId, 1);
  checkStatuses(first.statuses, { 201: 1 }, 'the first buyer');
  return {
    clients: stage.options.quick ? 4 : clients,
    settles: false,
    operation: async (client) => {
      const sent = purchaseOf(itemId);
      const answer = await client.ask(sent);
      if (answer.status !== 409 || !answer.body.includes('OUT_OF_STOCK')) throw new Refused(sent, answer);
    },
    check: () => checkSold(stage, itemId, 1),
  };
};

export const flash: readonly Row[] = [
  { name: 'flash', what: 'a one-call purchase of one hot variant, each by a new buyer', goal: '12; 6', prepare: prepareFlash },
  { name: 'sold-out', what: 'a refusal after the last unit', goal: '2.5; 1.8', prepare: prepareSoldOut },
];
