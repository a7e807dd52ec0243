/**
 * The database has no free connection, a locked row or a full disk: affected calls are asked to retry later, nothing is written in
 * part, and other calls succeed.
 */
import { reconcilePayments } from '@cartwright/core/payments';
import { aCheckout, aFlashSale, aPurchaseInput, aGuestCart, aKey, aProduct, brokenInvariants, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type Answer, type LiveShop } from './live-shop.ts';

const connections = 8;
let live: LiveShop;
let staff: Record<string, string>;
beforeAll(async () => {
  // The time that a shop waits for locks and connections; other tests wait longer.
  live = await startLiveShop({}, {}, { databasePoolSize: connections, databaseWaitSeconds: 3 });
  staff = bearer(await live.token('admin'));
});
afterAll(async () => {
  await reconcilePayments(live.shop.core, 0);
  expect(await brokenInvariants(live.shop.core)).toEqual([]);
  await live.close();
});

const buy = (itemId: string, purchase: object, key: string): Promise<Answer> =>
  live.rest('POST', `/flash-sales/items/${itemId}/buy`, { body: purchase, headers: { 'idempotency-key': key } });
const purchaseInputOf = (item: Parameters<typeof aPurchaseInput>[0], token = 'tok_success') => {
  const { itemId: _, ...purchase } = aPurchaseInput(item, { token });
  return purchase;
};
const outcomeOf = ({ status, headers, body }: Answer) => [status, body['code'], headers.get('retry-after')];

describe('a locked sale row', () => {
  it('a locked sale row refuses buyers with BUSY, takes no connection from other routes, and later sells to the same keys', async () => {
    const { item } = await aFlashSale(live.shop.core, { units: 40 });
    const [locked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const lockHolder = live.shop.core.database.kysely.transaction().execute(async (db) => {
      await sql`select 1 from stock_allocations where id = ${item.id} for update`.execute(db);
      locked.resolve();
      await done.promise;
    });
    await locked.promise;
    const buyers = Array.from({ length: 40 }, () => ({ purchase: purchaseInputOf(item), key: aKey() }));
    const refused = Promise.all(buyers.map(({ purchase, key }) => buy(item.id, purchase, key)));
    const others = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const aRead = () => live.rest('GET', `/products?page=${n + 1}`);
        const aCart = () => live.rest('POST', '/carts', { body: {}, headers: { 'idempotency-key': aKey() } });
        return (await (n % 2 ? aCart() : aRead())).status;
      }),
    );
    expect(new Set(others)).toEqual(new Set([200, 201]));
    for (const answer of await refused) expect(outcomeOf(answer)).toEqual([429, 'BUSY', '1']);
    done.resolve();
    await lockHolder;
    for (const answer of await Promise.all(buyers.map(({ purchase, key }) => buy(item.id, purchase, key)))) expect(answer.status).toBe(201);
  });
});

describe('a locked stock row', () => {
  it('a locked stock row refuses its buyers before other calls run out of connections', async () => {
    const product = await aProduct(live.shop.core, { stock: 50 });
    const carts = await Promise.all(Array.from({ length: connections + 2 }, () => aGuestCart(live.shop.core)));
    const add = ({ guest, cart }: (typeof carts)[number]) =>
      live.rest('POST', `/carts/${cart.id}/items`, {
        body: { variantId: variantOf(product).id, quantity: 1 },
        headers: { 'x-cart-token': guest.cartToken ?? '' },
      });
    const [locked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const lockHolder = live.shop.core.database.kysely.transaction().execute(async (db) => {
      await sql`select 1 from stock_levels where variant_id = ${variantOf(product).id} for update`.execute(db);
      locked.resolve();
      await done.promise;
    });
    await locked.promise;
    const stuck = Promise.all(carts.map(add));
    const others = await Promise.all([1, 2, 3].map((page) => live.rest('GET', `/products?page=${page}&pageSize=7`)));
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const answer of await stuck) expect(outcomeOf(answer)).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
    done.resolve();
    await lockHolder;
    for (const answer of await Promise.all(carts.map(add))) expect(answer.status).toBe(201);
  });
});

describe('an exhausted connection pool', () => {
  it('an exhausted connection pool causes 503 with Retry-After, leaves the server alive but not ready, and recovers at once', async () => {
    const { item } = await aFlashSale(live.shop.core, { units: 5 });
    const purchase = purchaseInputOf(item);
    const key = aKey();
    await live.rest('GET', `/flash-sales/${item.id}`);
    const taken = await Promise.all(Array.from({ length: connections }, () => live.shop.core.database.pool.connect()));
    const late = Promise.all([
      buy(item.id, purchase, key),
      live.rest('POST', '/carts', { body: {}, headers: { 'idempotency-key': aKey() } }),
      fetch(`${live.url}/readyz`).then((answer) => answer.status),
    ]);
    expect((await fetch(`${live.url}/healthz`)).status).toBe(200);
    const [bought, cart, ready] = await late;
    expect([outcomeOf(bought), outcomeOf(cart), ready]).toEqual([
      [503, 'SERVICE_UNAVAILABLE', '1'],
      [503, 'SERVICE_UNAVAILABLE', '1'],
      503,
    ]);
    for (const client of taken) client.release();
    expect((await buy(item.id, purchase, key)).status).toBe(201);
    expect((await fetch(`${live.url}/readyz`)).status).toBe(200);
  });
});

/** Makes commits that write to a table fail as on a full disk. */
const fillDisk = async (table: string, when = 'true'): Promise<void> => {
  await sql
    .raw(
      `create or replace function no_room() returns trigger language plpgsql as $$
        begin raise exception 'could not extend file: No space left on device' using errcode = 'disk_full'; end $$;
       create constraint trigger no_room after insert or update on ${table} deferrable initially deferred for each row when (${when})
       execute function no_room()`,
    )
    .execute(live.shop.core.db);
};
const makeRoom = (): Promise<unknown> => sql`drop function if exists no_room() cascade`.execute(live.shop.core.db);
/** Row counts of every table that a purchase writes. */
const counts = async (): Promise<Record<string, number>> => {
  const tables = [
    'orders',
    'order_items',
    'holds',
    'payments',
    'flash_purchases',
    'purchase_claims',
    'outbox_events',
    'stock_movements',
    'invoices',
  ];
  const found = await Promise.all(
    tables.map(async (table) => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(live.shop.core.db);
      return [table, rows[0]?.n ?? -1] as const;
    }),
  );
  return Object.fromEntries(found);
};
const chargesOf = async (orderId: unknown): Promise<string[]> => {
  const { rows } = await sql<{ status: string }>`
    select c.status from sandbox_charges c join payments p on p.id::text = c.idempotency_key where p.order_id = ${String(orderId)}`.execute(
    live.shop.core.db,
  );
  return rows.map((row) => row.status);
};

describe('a full disk', () => {
  afterEach(makeRoom);

  const aCheckoutRequest = async () => {
    const product = await aProduct(live.shop.core, { stock: 3 });
    const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
    const headers = { 'idempotency-key': aKey(), 'x-cart-token': guest.cartToken ?? '' };
    return {
      cart,
      variantId: variantOf(product).id,
      send: () => live.rest('POST', '/checkout', { body: aCheckout(cart, { email: 'ada@example.com' }), headers }),
    };
  };

  it('a full disk at the placing of an order leaves nothing behind, and the same key buys once there is space', async () => {
    const { item } = await aFlashSale(live.shop.core, { units: 5 });
    const checkout = await aCheckoutRequest();
    const purchase = purchaseInputOf(item);
    const key = aKey();
    const before = await counts();
    await fillDisk('orders');
    expect(outcomeOf(await buy(item.id, purchase, key))).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
    expect(outcomeOf(await checkout.send())).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
    expect((await live.rest('GET', '/products')).status).toBe(200);
    expect(await counts()).toEqual(before);
    await makeRoom();
    const [bought, ordered] = [await buy(item.id, purchase, key), await checkout.send()];
    expect([bought.status, ordered.status]).toEqual([201, 201]);
    expect([await chargesOf(bought.body['orderId']), await chargesOf(ordered.body['id'])]).toEqual([['captured'], ['captured']]);
  });

  it('a full disk at the storing of the key leaves no row, and the same key buys once there is space', async () => {
    const checkout = await aCheckoutRequest();
    await fillDisk('idempotency_keys');
    const before = await counts();
    expect(outcomeOf(await checkout.send())).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
    expect(await counts()).toEqual(before);
    await makeRoom();
    expect((await checkout.send()).status).toBe(201);
  });

  it('a full disk after a charge leaves the order pending, and the repeat or the worker settles it with one charge', async () => {
    const { sale, item } = await aFlashSale(live.shop.core, { units: 5 });
    const checkout = await aCheckoutRequest();
    const purchase = purchaseInputOf(item);
    const key = aKey();
    await fillDisk('payments', `new.status = 'captured'`);
    expect(outcomeOf(await buy(item.id, purchase, key))).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
    expect(outcomeOf(await checkout.send())).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
    const { rows } = await sql<{ status: string; phase: string; paid: boolean; invoices: number }>`
      select o.status, p.gateway_phase as phase, o.paid_at is not null as paid,
      (select count(*)::int from invoices i where i.order_id = o.id) as invoices
      from orders o join payments p on p.order_id = o.id where p.status = 'pending'`.execute(live.shop.core.db);
    const undecided = { status: 'pending', phase: 'calling', paid: false, invoices: 0 };
    expect(rows).toEqual([undecided, undecided]);
    await makeRoom();
    const bought = await buy(item.id, purchase, key);
    expect(bought).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    expect(await reconcilePayments(live.shop.core, 0)).toMatchObject({ settled: 1 });
    const ordered = await checkout.send();
    expect(ordered).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    expect([await chargesOf(bought.body['orderId']), await chargesOf(ordered.body['id'])]).toEqual([['captured'], ['captured']]);
    expect((await live.rest('GET', `/flash-sales/${sale.id}/metrics`, { headers: staff })).body).toMatchObject({
      items: [{ unitsFree: 4, unitsHeld: 0, unitsSold: 1 }],
    });
  });

  it('a full disk at a stock adjustment changes nothing', async () => {
    const { id } = variantOf(await aProduct(live.shop.core, { stock: 3 }));
    const adjust = () =>
      live.rest('POST', `/inventory/${id}/adjust`, {
        body: { delta: 4, reason: 'found' },
        headers: { ...staff, 'idempotency-key': key },
      });
    const key = aKey();
    await fillDisk('stock_movements');
    expect(outcomeOf(await adjust())).toEqual([503, 'SERVICE_UNAVAILABLE', '1']);
    await makeRoom();
    expect(await adjust()).toMatchObject({ status: 200, body: { onHand: 7 } });
  });
});
