/** The rows `list-trading` and `detail-trading`: reads beside 20 orders and 5 price changes a second. */
import { must, mustEqual, type DetailAnswer } from '../checks.ts';
import { runAtRate } from '../load/generate.ts';
import type { Beside, Row, Work } from '../row.ts';
import { basePriceCents, changedPriceCents, isChanging } from '../stage/price-plan.ts';
import { buyCart } from '../stage/purchase.ts';
import { settle } from '../stage/settle.ts';
import type { Stage } from '../stage/stage.parts.ts';
import { prepareDetail, prepareList } from './reads.ts';

/** Lower rates in a quick run, which must also work on a busy machine. */
const ratesOf = ({ options }: Stage) => (options.quick ? { orders: 3, prices: 2 } : { orders: 20, prices: 5 });

const paidOrders = async (stage: Stage): Promise<number> =>
  (await stage.query<{ n: number }>('select count(*)::int as n from orders where paid_at is not null'))[0]?.n ?? Number.NaN;

/** Starts the orders and price changes. Checks at the end the number of paid orders and that the last prices are shown. */
export const trade = async (stage: Stage): Promise<Beside> => {
  const rates = ratesOf(stage);
  const before = await paidOrders(stage);
  const changing = stage.products.flatMap((product, at) => (isChanging(at, stage.products.length) ? [{ product, at, busy: false }] : []));
  const last = new Map<string, number>();
  let turn = 0;
  let changes = 0;
  const begun = performance.now();
  const orders = runAtRate(stage.api.url, rates.orders, async (client) => void (await buyCart(stage, client, 3)));
  const prices = runAtRate(stage.api.url, rates.prices, async (client) => {
    const next = changing[(turn += 1) % changing.length];
    if (!next || next.busy) return;
    next.busy = true;
    const headers = { authorization: `Bearer ${stage.staffToken}` };
    const { version } = await client.call<{ version: number }>({ method: 'GET', path: `/api/v1/products/${next.product.id}`, headers });
    const priceCents = last.get(next.product.slug) === basePriceCents(next.at) ? changedPriceCents(next.at) : basePriceCents(next.at);
    const variants = next.product.variants.map(({ id }) => ({ id, priceCents }));
    await client.call({ method: 'PATCH', path: `/api/v1/products/${next.product.id}`, headers, body: { version, variants } });
    last.set(next.product.slug, priceCents);
    changes += 1;
    next.busy = false;
  });
  return {
    done: orders.done,
    stop: async () => {
      await Promise.all([orders.stop(), prices.stop()]);
      const seconds = (performance.now() - begun) / 1_000;
      await settle(stage);
      mustEqual((await paidOrders(stage)) - before, orders.done(), 'the number of new paid orders');
      for (const [slug, priceCents] of last) await checkShown(stage, slug, priceCents);
      const rate = (n: number): string => (n / seconds).toFixed(1);
      return (
        `beside ${rate(orders.done())} orders (${rates.orders} offered) and ${rate(changes)} price changes (${rates.prices} ` +
        'offered) a second'
      );
    },
  };
};

/** A changed price is shown everywhere within a second; after five seconds it counts as lost. */
const checkShown = async (stage: Stage, slug: string, priceCents: number): Promise<void> => {
  let shown: readonly number[] = [];
  for (let tries = 0; tries < 50; tries += 1) {
    const answer = (await (await fetch(`${stage.api.url}/api/v1/products/${slug}`)).json()) as DetailAnswer;
    shown = answer.variants.map((variant) => variant.priceCents);
    if (shown.length > 0 && shown.every((cents) => cents === priceCents)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  must(false, `${slug} still shows ${shown.join(', ')} five seconds after its price became ${priceCents}`);
};

const trading =
  (prepare: (stage: Stage) => Promise<Work>) =>
  async (stage: Stage): Promise<Work> => ({ ...(await prepare(stage)), beside: () => trade(stage) });

export const tradingReads: readonly Row[] = [
  {
    name: 'list-trading',
    what: 'list beside 20 orders and 5 price changes a second',
    goal: '4; 2.5',
    prepare: trading(prepareList),
  },
  {
    name: 'detail-trading',
    what: 'detail beside 20 orders and 5 price changes a second',
    goal: '4; 2.5',
    prepare: trading(prepareDetail),
  },
];
