/**
 * A program as an integrator writes it, compiled and run against the packed packages in a folder outside this
 * repository. It returns its results for a test to compare.
 */
import { addressSchema, errorRules, type Order } from '@cartwright/contracts';
import {
  CartwrightError,
  createCartwright,
  verifyWebhook,
  type Cartwright,
  type ShopInputs,
  type ShopOutputs,
  type ShopRouter,
} from '@cartwright/sdk';
import { createTRPCClient, httpBatchLink } from '@trpc/client';

type Product = ShopOutputs['products']['get'];
const address: ShopInputs['checkout']['complete']['shippingAddress'] = {
  firstName: 'Ada',
  lastName: 'Byron',
  line1: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  countryCode: 'GB',
};

const buy = async (shop: Cartwright, product: Product): Promise<Order> => {
  const variant = product.variants.find(({ availability }) => availability.inStock);
  if (!variant) throw new Error('Nothing to buy');
  const { cart } = await shop.carts.create({ currency: variant.currency });
  const { totals } = await shop.carts.addItem({ cartId: cart.id, variantId: variant.id, quantity: 1 });
  const input = {
    cartId: cart.id,
    email: 'ada@example.com',
    shippingAddress: address,
    payment: { token: 'tok_success' },
    expectedTotalCents: totals.totalCents,
  };
  const options = { idempotencyKey: `integrator-${cart.id}` };
  const first = await shop.checkout.complete.withResponse(input, options);
  const again = await shop.checkout.complete.withResponse(input, options);
  if (first.replayed || !again.replayed || first.data.id !== again.data.id) throw new Error('The idempotency key was ignored');
  return again.data;
};

const refusal = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'none';
  } catch (error) {
    if (error instanceof CartwrightError) return `${error.code} ${error.status} ${error.retry}`;
    throw error;
  }
};

const firstEvent = async (shop: Cartwright, cause: () => Promise<unknown>): Promise<string> => {
  const end = new AbortController();
  const timeline: string[] = [];
  const feed = shop.events.live(
    { name: 'product.created' },
    {
      signal: end.signal,
      onConnected: () => void cause().catch(() => end.abort()),
      onData: (event) => {
        timeline.push(event.name);
        end.abort();
      },
    },
  );
  await feed.done;
  return timeline.join();
};

export interface Seen {
  readonly order: string;
  readonly absent: string;
  readonly walked: number;
  readonly event: string;
  readonly ping: boolean;
  readonly forged: string;
  readonly addressIsValid: boolean;
  readonly status: number;
}

export const shopAround = async (baseUrl: string, staff: { email: string; password: string }): Promise<Seen> => {
  const shop = createCartwright({ baseUrl });
  const office = createCartwright({ baseUrl });
  await office.signIn(staff);
  const product = await office.products.create({
    name: 'Difference engine',
    status: 'active',
    variants: [{ sku: crypto.randomUUID(), priceCents: 170_000, stock: 3 }],
  });
  const order = await buy(shop, await shop.products.get({ id: product.slug }));
  let walked = 0;
  for await (const { orderNumber } of office.orders.iterate({ pageSize: 1 })) walked += orderNumber === order.orderNumber ? 1 : 0;
  const trpc = createTRPCClient<ShopRouter>({ links: [httpBatchLink({ url: `${baseUrl}/trpc` })] });
  const [{ pong }] = await Promise.all([trpc.system.ping.query({}), shop.raw.system.ping.query({})]);
  const another = { name: 'Analytical engine', variants: [{ sku: crypto.randomUUID(), priceCents: 1, stock: 0 }] };
  return {
    order: order.label,
    absent: await refusal(shop.products.get({ id: 'nowhere' })),
    walked,
    event: await firstEvent(office, () => office.products.create(another)),
    ping: pong,
    forged: await refusal(verifyWebhook({ body: '{}', headers: {}, secret: 'whsec_c2VjcmV0' })),
    addressIsValid: addressSchema.safeParse(address).success,
    status: errorRules.INSUFFICIENT_STOCK.status,
  };
};

/** Code that must not compile: the compiler reports each line without an error. */
export const mistakes = (shop: Cartwright): unknown[] => [
  // @ts-expect-error -- no such domain
  shop.unknownDomain,
  // @ts-expect-error -- the id is missing
  () => shop.products.get({}),
  // @ts-expect-error -- a quantity is a number
  () => shop.carts.addItem({ cartId: 'c', variantId: 'v', quantity: '1' }),
  // @ts-expect-error -- no such field
  () => shop.products.list({ colour: 'red' }),
  // @ts-expect-error -- no such status
  async () => (await shop.orders.get({ orderId: 'o' })).status === 'paid',
  // @ts-expect-error -- a single record has no pages
  () => shop.orders.get.iterate({}),
  // @ts-expect-error -- no such error code
  (error: CartwrightError) => error.code === 'OUT_OF_LUCK',
];
