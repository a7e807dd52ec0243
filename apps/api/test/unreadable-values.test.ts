/** One damaged value in each sealed column: its record reports it, every list, file and page still works, and staff see where it is. */
import { contract, type Order } from '@cartwright/contracts';
import { rotateSigningKey } from '@cartwright/core/accounts';
import { closeCore, createCore } from '@cartwright/core/composition';
import { updateCart } from '@cartwright/core/carts';
import { sealedColumns, system } from '@cartwright/core/kernel';
import { findStaleNotifications, notifyConsumer, sendNotification } from '@cartwright/core/notifications';
import { deliverEvents, registerConsumers, relayOutbox } from '@cartwright/core/events';
import { checkInvariants, checkSealedValues } from '@cartwright/core/operations';
import { editOrder } from '@cartwright/core/order-edits';
import { addOrderNote, shipOrder, updateOrderAddress } from '@cartwright/core/orders';
import { requestReturn } from '@cartwright/core/returns';
import { aGuestCart, aKey, anAddress, anOrder, aPaidOrder, aProduct, aStaffMember, password, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entries } from '../src/entries.ts';
import { createServer } from '../src/server.ts';
import { bearer, startLiveShop, testHttp, type LiveShop } from './live-shop.ts';

let live: LiveShop;
let headers: Record<string, string>;
beforeAll(async () => {
  live = await startLiveShop({ rateLimitFactor: 1_000 });
  headers = bearer(await live.token('admin'));
});
afterAll(() => live.close());

const staff = system('test');
const run = (statement: string) => sql.raw<Record<string, unknown>>(statement).execute(live.shop.core.db);
/** Changes one character of the sealed value, as a bad block or a manual mistake would. */
const damage = async (table: string, column: string, row: string): Promise<number> => {
  // Bypasses the triggers, as a disk fault does.
  const { rows } = await live.shop.core.database.kysely.transaction().execute(async (db) => {
    await sql`set local session_replication_role = replica`.execute(db);
    return sql
      .raw(
        `update ${table} set ${column} = overlay(${column}
          placing case substr(${column}, length(${column}) - 5, 1) when 'A' then 'B' else 'A' end from length(${column}) - 5 for 1)
     where ${row} and ${column} is not null returning 1`,
      )
      .execute(db);
  });
  return rows.length;
};
const get = (path: string) => live.rest('GET', path, { headers });
const anOrderOf = async (): Promise<Order> => (await aPaidOrder(live.shop.core, await aProduct(live.shop.core), 2)).order;
/** Delivers every event to the mail consumer, as the worker does. */
const deliverAll = async (): Promise<void> => {
  const { core } = live.shop;
  await registerConsumers(core, [notifyConsumer]);
  for (let round = await relayOutbox(core); round.relayed > 0; round = await relayOutbox(core))
    for (const { eventId, consumer } of round.deliveries) await deliverEvents(core, [notifyConsumer], consumer, [eventId]);
  for (const id of await findStaleNotifications(core, 0)) await sendNotification(core, id);
};

/** Starts another process on the same database, which has read no key yet. */
const startLiveShopOn = async ({ shop }: LiveShop): Promise<{ url: string; close(): Promise<void> }> => {
  const core = await createCore(shop.config, { log: shop.core.log });
  const server = createServer(core, testHttp);
  const url = await server.listen();
  return {
    url,
    close: async () => {
      await server.close();
      await closeCore(core);
    },
  };
};

it('the checks cover every sealed column of the database', async () => {
  const { rows } = await run(
    `select table_name as "table", column_name as "column" from information_schema.columns where table_schema = 'public'
      and column_name like '%\\_sealed' order by 1, 2`,
  );
  expect(sealedColumns.map(({ table, column }) => ({ table, column }))).toEqual(rows);
});

describe('an order whose values are damaged', () => {
  it('an order with damaged values names its unreadable fields, and other orders are complete', async () => {
    const [bad, good] = [await anOrderOf(), await anOrderOf()];
    expect(await damage('orders', 'email_sealed', `id = '${bad.id}'`)).toBe(1);
    expect(await damage('orders', 'shipping_address_sealed', `id = '${bad.id}'`)).toBe(1);
    const { body } = await get('/orders?pageSize=50');
    const items = body['items'] as Order[];
    expect(items.find(({ id }) => id === bad.id)).toMatchObject({
      orderNumber: bad.orderNumber,
      customer: { name: null, email: null },
      unreadable: expect.arrayContaining(['customer.email', 'shippingAddress']),
    });
    expect(items.find(({ id }) => id === good.id)).toMatchObject({ customer: good.customer, unreadable: [] });
    expect(await get(`/orders/${bad.id}`)).toMatchObject({ status: 200, body: { shippingAddress: null, items: bad.items } });
    const file = await fetch(`${live.url}/api/v1/orders/export.csv`, { headers }).then(async (answer) => ({
      status: answer.status,
      text: await answer.text(),
    }));
    expect(file.status).toBe(200);
    expect(file.text).toMatch(new RegExp(`^${bad.orderNumber},.*UNREADABLE,UNREADABLE`, 'm'));
    expect(file.text).toContain(String(good.customer.email));
  });

  it('an order with a damaged address is not shipped until staff have entered the address again', async () => {
    const { core } = live.shop;
    const order = await anOrderOf();
    await damage('orders', 'shipping_address_sealed', `id = '${order.id}'`);
    const ship = () =>
      shipOrder(core, staff, contract.orders.ship.input.parse({ orderId: order.id, carrier: 'Post', trackingNumber: 'P1' }));
    await expect(ship()).rejects.toMatchObject({ code: 'UNREADABLE_VALUE', details: { field: 'shippingAddress' } });
    const corrected = await updateOrderAddress(core, staff, { orderId: order.id, shippingAddress: anAddress });
    expect(corrected).toMatchObject({ shippingAddress: anAddress, unreadable: [] });
    expect((await ship()).status).toBe('shipped');
  });

  it('the mail of an order with a damaged e-mail address fails with a reason, and other mails are sent', async () => {
    const [bad, good] = [await anOrderOf(), await anOrderOf()];
    await damage('orders', 'email_sealed', `id = '${bad.id}'`);
    await deliverAll();
    const mails = (id: string) => run(`select status, failure_reason as reason from notifications where order_id = '${id}'`);
    expect((await mails(bad.id)).rows).toEqual([{ status: 'failed', reason: expect.stringContaining('damaged and cannot be read') }]);
    expect((await mails(good.id)).rows).toEqual([{ status: 'sent', reason: null }]);
  });
});

describe('one damaged value of every sealed column', () => {
  it('every list, page and file for staff works with one damaged value per sealed column, and each value is listed with its table, column and row', async () => {
    const { core } = live.shop;
    const admin = await aStaffMember(core);
    const product = await aProduct(core, { stock: 50 });
    const order = await anOrderOf();
    const waiting = await anOrder(core, [[product, 1]], { token: 'tok_3ds' });
    await addOrderNote(core, admin, contract.orders.addNote.input.parse({ orderId: order.id, text: 'a note' }));
    const edited = (await aPaidOrder(core, product)).order;
    await editOrder(core, admin, {
      orderId: edited.id,
      expectedUpdatedAt: edited.updatedAt,
      lines: [{ variantId: variantOf(product).id, quantity: 2 }],
      shippingAddress: { ...anAddress, line1: '2 Other Street' },
      reason: 'asked by phone',
    });
    const sent = await anOrderOf();
    await shipOrder(core, admin, contract.orders.ship.input.parse({ orderId: sent.id, carrier: 'Post', trackingNumber: 'P2' }));
    await requestReturn(
      core,
      admin,
      contract.returns.request.input.parse({
        orderId: sent.id,
        reason: 'broken',
        items: [{ orderItemId: sent.items[0]?.id, quantity: 1 }],
      }),
    );
    const { guest, cart } = await aGuestCart(core, [[product, 1]]);
    await updateCart(core, guest, { cartId: cart.id, email: 'a@example.com', note: 'ring twice', shippingAddress: anAddress });
    await live.rest('POST', '/carts', { headers: { ...headers, 'idempotency-key': aKey() }, body: {} });
    await run(`update orders set notes_sealed = email_sealed where id = '${order.id}'`);
    await sql`insert into installation (secret_check_sealed)
      values (${core.sealer.seal(['installation', 'secret_check_sealed', '1'], 'cartwright')})`.execute(core.db);
    await deliverAll();

    const place = async (table: string, column: string, id: string): Promise<string> => {
      const { rows } = await run(`select ${id}::text as id from ${table} where ${column} is not null order by ${id} desc limit 1`);
      if (rows.length === 0) expect.fail(`nothing is sealed in ${table}.${column}`);
      return String(rows[0]?.['id']);
    };
    const damaged: { table: string; column: string; rowId: string }[] = [];
    for (const { table, column, id } of sealedColumns) {
      const rowId = await place(table, column, id);
      expect(await damage(table, column, `${id}::text = '${rowId}'`), `${table}.${column}`).toBe(1);
      damaged.push({ table, column, rowId });
    }

    const ids: Record<string, string> = {
      orderId: order.id,
      cartId: cart.id,
      userId: admin.userId,
      productId: product.id,
      variantId: variantOf(product).id,
      mailId: damaged.find((d) => d.table === 'mails')?.rowId ?? '',
      paymentId: waiting.order.payments[0]?.id ?? '',
    };
    const queries = [...entries].flatMap(([name, entry]) => (entry.kind === 'query' ? [{ name, path: entry.rest.path }] : []));
    expect(queries.length).toBeGreaterThan(40);
    const orderIds = [order.id, waiting.order.id, edited.id, sent.id];
    const addresses = queries.flatMap(({ path }) =>
      path.includes('{orderId}')
        ? orderIds.map((orderId) =>
            path.replaceAll(/\{(\w+)\}/g, (_, key: string) => (key === 'orderId' ? orderId : (ids[key] ?? order.id))),
          )
        : [path.replaceAll(/\{(\w+)\}/g, (_, key: string) => ids[key] ?? order.id)],
    );
    const failed: string[] = [];
    for (const path of addresses) {
      const { status } = await get(path);
      if (status >= 500) failed.push(`${path}: ${status}`);
    }
    for (const file of ['/orders/export.csv', '/products/export.csv'])
      if ((await fetch(`${live.url}/api/v1${file}`, { headers })).status !== 200) failed.push(file);
    expect(failed).toEqual([]);

    expect(await checkSealedValues(core, 60_000)).toBeGreaterThanOrEqual(damaged.length);
    const { body } = await get('/system/unreadable-values?pageSize=100');
    const listed = (body['items'] as typeof damaged).map(({ table, column, rowId }) => ({ table, column, rowId }));
    expect(listed).toEqual(expect.arrayContaining(damaged));
    const { results } = await checkInvariants(core, staff);
    expect(results.find(({ id }) => id === 'I91')?.violations).toBeGreaterThanOrEqual(damaged.length);
    const metrics = await fetch(`${live.url}/metrics`).then((answer) => answer.text());
    expect(metrics).toMatch(/^unreadable_values_total\{table="orders",column="email_sealed"\} [1-9]/m);
  });

  it('a damaged value leaves the list when it is written again', async () => {
    const { core } = live.shop;
    const { guest, cart } = await aGuestCart(core, [[await aProduct(core), 1]]);
    await updateCart(core, guest, { cartId: cart.id, note: 'first' });
    await damage('carts', 'note_sealed', `id = '${cart.id}'`);
    await checkSealedValues(core, 60_000);
    const cartHeaders = { 'x-cart-token': guest.cartToken ?? '' };
    const read = () => live.rest('GET', `/carts/${cart.id}`, { headers: cartHeaders });
    expect(await read()).toMatchObject({ status: 200, body: { note: null, unreadable: ['note'] } });
    await expect.poll(async () => (await run(`select 1 from unreadable_values where row_id = '${cart.id}'`)).rows.length).toBe(1);
    await updateCart(core, guest, { cartId: cart.id, note: 'second' });
    expect(await read()).toMatchObject({ body: { note: 'second', unreadable: [] } });
    await checkSealedValues(core, 0);
    expect((await run(`select 1 from unreadable_values where row_id = '${cart.id}'`)).rows).toEqual([]);
  });

  it('the check finds damaged values although its progress names a column of another version', async () => {
    const { core } = live.shop;
    const { guest, cart } = await aGuestCart(core, [[await aProduct(core), 1]]);
    await updateCart(core, guest, { cartId: cart.id, note: 'first' });
    await damage('carts', 'note_sealed', `id = '${cart.id}'`);
    await run(`update sealed_checks set finished_at = null, checked_to = null`);
    await run(`insert into sealed_checks (table_name, column_name, checked_to) values ('orders', 'gone_sealed', 'x')`);
    await checkSealedValues(core, 60_000);
    expect((await run(`select 1 from unreadable_values where row_id = '${cart.id}'`)).rows).toHaveLength(1);
  });
});

it('a cart with an unreadable note cannot be ordered until the note is written again', async () => {
  const { core } = live.shop;
  const { guest, cart } = await aGuestCart(core, [[await aProduct(core), 1]]);
  await updateCart(core, guest, { cartId: cart.id, note: 'ring twice' });
  await damage('carts', 'note_sealed', `id = '${cart.id}'`);
  const order = () =>
    live.rest('POST', '/checkout', {
      headers: { 'x-cart-token': guest.cartToken ?? '', 'idempotency-key': aKey() },
      body: {
        cartId: cart.id,
        email: 'a@example.com',
        shippingAddress: anAddress,
        payment: { token: 'tok_success' },
        acceptAnyTotal: true,
      },
    });
  expect(await order()).toMatchObject({ status: 409, body: { code: 'UNREADABLE_VALUE', details: { field: 'note' } } });
  await updateCart(core, guest, { cartId: cart.id, note: null });
  expect((await order()).status).toBe(201);
});

it('a repeat whose stored answer is damaged is refused, and the request does not run again', async () => {
  const key = aKey();
  const product = await aProduct(live.shop.core);
  const body = { delta: 3, reason: 'count' };
  const adjust = () =>
    live.rest('POST', `/inventory/${variantOf(product).id}/adjust`, { headers: { ...headers, 'idempotency-key': key }, body });
  const first = await adjust();
  expect(first.status).toBeLessThan(300);
  await damage('idempotency_keys', 'response_sealed', `key = '${key}'`);
  expect(await adjust()).toMatchObject({ status: 409, body: { code: 'UNREADABLE_VALUE' } });
});

it('a damaged signing key signs nobody out: its tokens stay valid, and a new key signs', async () => {
  const { core } = live.shop;
  const token = await live.token('admin');
  await run(`update signing_keys set created_at = now() - interval '31 days'`);
  await rotateSigningKey(core);
  const { rows } = await run(`select kid from signing_keys where retired_at is null`);
  await damage('signing_keys', 'private_jwk_sealed', `kid = '${String(rows[0]?.['kid'])}'`);
  const other = await startLiveShopOn(live);
  const me = (access: string) => fetch(`${other.url}/api/v1/auth/me`, { headers: bearer(access) }).then((answer) => answer.status);
  expect(await me(token)).toBe(200);
  const { email } = await aStaffMember(core);
  const login = await fetch(`${other.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  expect(login.status).toBe(200);
  const session = (await login.json()) as { tokens: { accessToken: string } };
  expect(await me(session.tokens.accessToken)).toBe(200);
  await other.close();
});
