/** Scenarios that change something. Each counts in the database what its answers claim. */
import { sql } from 'kysely';
import { hammer, repeat, type Caller } from './load.ts';
import { anAddress } from './purchase.ts';
import { must, type Scenario } from './scenario.ts';
import { medianOfThree, settleEvents, type Stage } from './stage.ts';

let serial = 0;
const unique = (): string => `${process.pid}-${(serial += 1)}`;
const key = (): string => `bench-key-${unique()}-`.padEnd(16, '0');
const count = async (stage: Stage, statement: string): Promise<number> =>
  (await sql<{ n: number }>`select count(*)::int as n from (${sql.raw(statement)}) x`.execute(stage.core.db)).rows[0]?.n ?? 0;

interface Opened {
  readonly cart: { readonly id: string };
  readonly cartToken: string;
}
interface Filled {
  readonly reservedUntil: string | null;
  readonly totals: { readonly totalCents: number };
}
const variantAt = ({ products }: Stage, at: number): { id: string; priceCents: number } => {
  const variant = products[at % products.length]?.variants[0];
  if (!variant) throw new Error('There is no such product');
  return variant;
};
/** A new cart of so many items. */
const fillCart = async (stage: Stage, call: Caller, items: number): Promise<{ cartId: string; headers: Record<string, string> }> => {
  const { cart, cartToken } = await call<Opened>({ method: 'POST', path: '/api/v1/carts', body: {} });
  const headers = { 'x-cart-token': cartToken };
  const from = Math.floor(Math.random() * stage.products.length);
  const chosen = Array.from({ length: items }, (_, i) => variantAt(stage, from + i));
  const [only] = chosen;
  const filled = await call<Filled>(
    items === 1
      ? { method: 'POST', path: `/api/v1/carts/${cart.id}/items`, headers, body: { variantId: only?.id, quantity: 1 } }
      : {
          method: 'POST',
          path: `/api/v1/carts/${cart.id}/items/batch`,
          headers,
          body: { items: chosen.map((v) => ({ variantId: v.id, quantity: 1 })) },
        },
  );
  const least = chosen.reduce((sum, v) => sum + v.priceCents, 0);
  must(filled.reservedUntil !== null && filled.totals.totalCents >= least, 'a cart is not priced or not reserved');
  return { cartId: cart.id, headers };
};

/** Repeats an operation under load, three times, and gives the number of its successes to the check. */
const under = async (stage: Stage, clients: number, operation: (call: Caller) => Promise<void>, check: (done: number) => Promise<void>) => {
  let done = 0;
  let firstError: string | null = null;
  const measured = await medianOfThree(stage.api, stage, async (seconds) => {
    const load = await repeat(stage.api.url, { clients, seconds }, async (call) => {
      await operation(call);
      done += 1;
    });
    firstError ??= load.firstError;
    return load;
  });
  await check(done);
  await settleEvents(stage);
  return { concurrency: clients, ...measured, ...(firstError !== null && { note: firstError }) };
};

const password = 'correct horse battery staple';
export const writes: readonly Scenario[] = [
  {
    name: 'login',
    what: 'sign-in with argon2id at the specified cost; ping beside it',
    against: { yardstick: 'hash', first: 0.9, aim: 0.9 },
    run: async (stage) => {
      const email = `bench-${unique()}@example.com`;
      const customer = { email, password, firstName: 'Ada', lastName: 'Byron' };
      const headers = { 'content-type': 'application/json' };
      const joined = await fetch(`${stage.api.url}/api/v1/auth/register`, { method: 'POST', headers, body: JSON.stringify(customer) });
      must(joined.ok, `registering answered ${joined.status}`);
      const ping = `${stage.api.url}/api/v1/ping`;
      const alone = await hammer([ping], 2, 2);
      let beside = alone;
      const measured = await under(
        stage,
        8,
        async (call) => {
          const { tokens } = await call<{ tokens: { accessToken: string } }>({
            method: 'POST',
            path: '/api/v1/auth/login',
            body: { email, password },
          });
          must(tokens.accessToken.split('.').length === 3, 'no token');
        },
        async () => {
          const signIns = repeat(stage.api.url, { clients: 8, seconds: 3 }, async (call) => {
            await call({ method: 'POST', path: '/api/v1/auth/login', body: { email, password } });
          });
          [beside] = await Promise.all([hammer([ping], 2, 2), signIns]);
        },
      );
      return { ...measured, note: `p99 of ping ${alone.p99} ms alone, ${beside.p99} ms beside it` };
    },
  },
  {
    name: 'add-to-cart',
    what: 'a new cart with one priced and reserved item: two requests',
    against: { yardstick: 'hello', first: 0.06, aim: 0.12 },
    run: async (stage) => {
      const held = `select 1 from holds where state = 'active' and cart_id is not null`;
      const before = await count(stage, held);
      return under(
        stage,
        16,
        (call) => fillCart(stage, call, 1).then(() => undefined),
        async (done) => must((await count(stage, held)) === before + done, 'carts and holds differ in number'),
      );
    },
  },
  {
    name: 'checkout',
    what: 'a new cart of three items to the confirmed order: three requests',
    against: { yardstick: 'hello', first: 0.02, aim: 0.06 },
    run: async (stage) => {
      const sold = `select 1 from orders where status = 'confirmed'`;
      const before = await count(stage, sold);
      const buy = async (call: Caller): Promise<void> => {
        const { cartId, headers } = await fillCart(stage, call, 3);
        const body = { cartId, email: `${unique()}@example.com`, shippingAddress: anAddress, payment: { token: 'tok_success' } };
        const order = await call<{ status: string }>({
          method: 'POST',
          path: '/api/v1/checkout',
          headers: { ...headers, 'idempotency-key': key() },
          body,
        });
        must(order.status === 'confirmed', `an order is ${order.status}`);
      };
      return under(stage, 16, buy, async (done) => {
        must((await count(stage, sold)) === before + done, 'orders and answers differ in number');
        const charges = await count(stage, `select 1 from sandbox_charges where status = 'captured'`);
        must(charges === before + done, `${charges} charges for ${before + done} orders`);
      });
    },
  },
];
