/** Downloads of the client from a real shop. */
import { createServer, type ShopServer } from '@cartwright/api';
import { csvFiles } from '@cartwright/contracts';
import { anOrder, aProduct, aStaffMember, createTestShop, password, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvPaths } from '../src/download.ts';
import { createCartwright } from '../src/index.ts';
import { errorOf } from './recording-fetch.ts';

let shop: TestShop;
let server: ShopServer;
let baseUrl: string;
let aheadMs = 0;
beforeAll(async () => {
  shop = await createTestShop({}, { clock: { now: () => new Date(Date.now() + aheadMs) } });
  server = createServer(shop.core, { host: '127.0.0.1', port: 0, corsOrigins: [], trustProxy: 0, metricsToken: null });
  baseUrl = await server.listen();
});
afterAll(async () => {
  await server.close();
  await shop.close();
});

describe('a download', () => {
  it('the client downloads files from the addresses of the contract', () => {
    expect(csvPaths).toEqual(Object.fromEntries(Object.entries(csvFiles).map(([name, { rest }]) => [name, rest.path])));
  });

  it('a download streams the file with the filters of its list, also after the token has expired', async () => {
    const product = await aProduct(shop.core, { stock: 5 });
    const { order } = await anOrder(shop.core, [[product, 1]]);
    await anOrder(shop.core, [[product, 1]], { token: 'tok_late' });
    const client = createCartwright({ baseUrl });
    await client.signIn({ email: (await aStaffMember(shop.core)).email, password });
    const linesOf = async (stream: ReadableStream<Uint8Array>) => (await new Response(stream).text()).trim().split('\n');
    const lines = await linesOf(await client.download('orders', { status: 'confirmed' }));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(order.orderNumber);
    expect((await linesOf(await client.download('products'))).join()).toContain(variantOf(product).sku);
    aheadMs = 20 * 60_000;
    expect(await linesOf(await client.download('orders'))).toHaveLength(3);
    aheadMs = 0;
  });

  it('a download throws the error of the shop, and can be aborted', async () => {
    expect(await errorOf(createCartwright({ baseUrl }).download('orders'))).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    const signal = AbortSignal.abort();
    expect(await errorOf(createCartwright({ baseUrl }).download('orders', {}, { signal }))).toMatchObject({ code: 'ABORTED' });
    const nowhere = createCartwright({ baseUrl: 'http://127.0.0.1:1' });
    expect(await errorOf(nowhere.download('orders'))).toMatchObject({ code: 'UNREACHABLE' });
  });
});
