/** The rows `add-to-cart` and `checkout`. */
import { must, mustEqual } from '../checks.ts';
import type { Row } from '../row.ts';
import { buyCart, fillCart } from '../stage/purchase.ts';
import type { Stage } from '../stage/stage.parts.ts';

const clients = 16;

const countOf = async (stage: Stage, statement: string): Promise<number> =>
  (await stage.query<{ n: number }>(`select count(*)::int as n from ${statement}`))[0]?.n ?? Number.NaN;

/** Checks the stock: reserved units equal held units, and units on hand equal the ledger. */
export const checkStock = async (stage: Stage): Promise<void> => {
  const wrong = await stage.query<{ variant_id: string }>(
    `select s.variant_id from stock_levels s
      left join (select variant_id, sum(units) as held from (select variant_id, quantity as units from holds where state = 'active'
        union all select variant_id, units_free from stock_allocations) x group by 1) h using (variant_id)
      left join (select variant_id, sum(quantity) as total from stock_movements group by 1) m using (variant_id)
     where s.reserved <> coalesce(h.held, 0) or s.on_hand <> coalesce(m.total, 0)`,
  );
  mustEqual(wrong.length, 0, 'the number of variants with inconsistent stock');
};

const prepareAddToCart: Row['prepare'] = async (stage) => {
  const held = `holds where state = 'active' and cart_id is not null`;
  const before = await countOf(stage, held);
  return {
    clients,
    settles: true,
    operation: async (client) => void (await fillCart(stage, client, 1)),
    check: async (done) => {
      mustEqual((await countOf(stage, held)) - before, done, 'the number of new holds');
      await checkStock(stage);
    },
  };
};

interface OrderCounts {
  readonly orders: number;
  readonly charges: number;
  readonly invoices: number;
  readonly sold: number;
  readonly mails: number;
  readonly events: number;
}
const orderCounts = async (stage: Stage): Promise<OrderCounts> => {
  const [row] = await stage.query<OrderCounts>(
    `select (select count(*)::int from orders where status = 'confirmed') as orders,
       (select count(*)::int from sandbox_charges where status = 'captured') as charges,
       (select count(*)::int from invoices) as invoices,
       (select -coalesce(sum(quantity), 0)::int from stock_movements where kind = 'sold') as sold,
       (select count(*)::int from notifications where status = 'sent' and order_id is not null) as mails,
       (select count(*)::int from outbox_events where name = 'order.confirmed') as events`,
  );
  if (!row) throw new Error('The database returned no counts.');
  return row;
};

const items = 3;
const prepareCheckout: Row['prepare'] = async (stage) => {
  const before = await orderCounts(stage);
  return {
    clients,
    settles: true,
    operation: async (client) => void (await buyCart(stage, client, items)),
    check: async (done) => {
      const after = await orderCounts(stage);
      mustEqual(after.orders - before.orders, done, 'the number of new confirmed orders');
      mustEqual(after.charges - before.charges, done, 'the number of new captured charges');
      mustEqual(after.invoices - before.invoices, done, 'the number of new invoices');
      mustEqual(after.sold - before.sold, done * items, 'the number of units sold');
      mustEqual(after.events - before.events, done, 'the number of events of confirmed orders');
      must(after.mails - before.mails >= done, `${after.mails - before.mails} mails were sent for ${done} orders`);
      await checkStock(stage);
    },
  };
};

export const carts: readonly Row[] = [
  { name: 'add-to-cart', what: 'a new cart with one priced and held item: two requests', goal: '15; 8', prepare: prepareAddToCart },
  {
    name: 'checkout',
    what: 'a new cart of three items to the confirmed order, with tax, shipping, charge, invoice, mail and events: three requests',
    goal: '180; 100',
    prepare: prepareCheckout,
  },
];
