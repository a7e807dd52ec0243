import { aPaidOrder, aProduct, importCsv } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../../test/live-shop.ts';

let live: LiveShop;
let staff: Record<string, string>;
beforeAll(async () => {
  live = await startLiveShop();
  staff = bearer(await live.token('support'));
});
afterAll(() => live.close());
const get = (search: string, headers: Record<string, string> = staff, method = 'GET') =>
  fetch(`${live.url}/api/v1/orders/export.csv${search}`, { headers, method });

describe('GET /api/v1/orders/export.csv', () => {
  it('the order export sends the filtered orders as a file', async () => {
    const { order } = await aPaidOrder(live.shop.core, await aProduct(live.shop.core));
    const answer = await get('?status=confirmed&needsAttention=false&minTotalCents=1');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="orders.csv"');
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{8,64}$/);
    expect(await answer.text()).toContain(order.orderNumber);
    expect(await (await get('?status=delivered')).text()).not.toContain(order.orderNumber);
  });

  it('the order export refuses guests, customers, unknown filters and other methods', async () => {
    expect((await get('', {})).status).toBe(401);
    expect((await get('', bearer(await live.token('customer')))).status).toBe(403);
    const unknown = await get('?colour=red');
    expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([400, 'UNKNOWN_FIELD']);
    const posted = await get('', staff, 'POST');
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET']);
  });
});

describe('GET /api/v1/products/export.csv', () => {
  it('the product export sends the catalogue only to staff', async () => {
    const product = await aProduct(live.shop.core, { name: 'Exported Thing' });
    const address = `${live.url}/api/v1/products/export.csv`;
    const answer = await fetch(`${address}?status=active`, { headers: staff });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="products.csv"');
    expect(await answer.text()).toContain(`${product.slug},Exported Thing`);
    expect((await fetch(address)).status).toBe(401);
  });
});

describe('GET /api/v1/imports/products/{id}/failed.csv', () => {
  it('the failed rows of an import are sent only to staff who may import', async () => {
    const { id } = await importCsv(live.shop, 'Handle,Title,Variant Price\ncup,Cup,free\n', 'commit');
    const fetchRows = (of: string, headers: Record<string, string>) =>
      fetch(`${live.url}/api/v1/imports/products/${of}/failed.csv`, { headers });
    const importer = bearer(await live.token('admin'));
    const answer = await fetchRows(id, importer);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="failed-rows.csv"');
    expect(await answer.text()).toBe(
      'reasons,Handle,Title,Variant Price\n"Variant Price ""free"" is not a price in USD. Write it like 19.99.",cup,Cup,free\n',
    );
    expect((await fetchRows(id, {})).status).toBe(401);
    expect((await fetchRows(id, staff)).status).toBe(403);
    expect((await fetchRows('019aa000-0000-7000-8000-000000000000', importer)).status).toBe(404);
    expect((await fetchRows('one', importer)).status).toBe(400);
  });
});
