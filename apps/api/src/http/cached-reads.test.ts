import { createProduct, updateProduct } from '@cartwright/core/catalog';
import { closeCore, createCore } from '@cartwright/core/composition';
import { system } from '@cartwright/core/kernel';
import { contract } from '@cartwright/contracts';
import { aGuestCart, aProduct, atMost, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { bearer, startLiveShop, testHttp, type LiveShop } from '../../test/live-shop.ts';
import { createServer } from '../server.ts';

const staff = system('test');
let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop();
});
afterAll(() => live.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${live.url}${path}`, { headers });
const core = () => live.shop.core;
const rest = (slug: string) => `/api/v1/products/${slug}`;
const trpc = (slug: string) => `/trpc/products.get?input=${encodeURIComponent(JSON.stringify({ id: slug }))}`;

describe.each([
  ['REST', rest],
  ['tRPC', trpc],
] as const)('a public read by %s', (name, pathOf) => {
  it('a public read is not sent again to a client that has it until the product changes', async () => {
    const product = await aProduct(core(), { name: `Kept ${name}` });
    const first = await get(pathOf(product.slug));
    const etag = first.headers.get('etag') ?? '';
    expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'public, max-age=30, stale-while-revalidate=60']);
    const again = await get(pathOf(product.slug), { 'if-none-match': `"other", W/${etag}` });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
    await updateProduct(core(), staff, { id: product.id, version: product.version, name: `Changed ${name}` });
    const changed = await get(pathOf(product.slug), { 'if-none-match': etag });
    expect([changed.status, await changed.text()]).toEqual([200, expect.stringContaining(`Changed ${name}`)]);
  });
  it('a product is found by a previous slug and by its handle, and the answer contains its current slug', async () => {
    const made = await createProduct(
      core(),
      staff,
      contract.products.create.input.parse({
        name: `Löffel ${name}`,
        handle: `Löffel №1+ (${name})`,
        status: 'active',
        variants: [{ sku: `SPOON-${name}`, priceCents: 1 }],
      }),
    );
    const { slug } = await updateProduct(core(), staff, { id: made.id, version: made.version, slug: `spoon-${name.toLowerCase()}` });
    for (const address of [made.id, slug, made.slug, made.handle]) {
      const answer = await get(pathOf(name === 'REST' ? encodeURIComponent(address) : address));
      const body = JSON.stringify(await answer.json());
      expect([answer.status, body.includes(`"slug":"${slug}"`)]).toEqual([200, true]);
      if (name === 'REST')
        expect(answer.headers.get('content-location')).toBe([made.id, slug].includes(address) ? null : `/api/v1/products/${slug}`);
    }
    if (name !== 'REST') return;
    const etag = (await get(rest(slug))).headers.get('etag') ?? '';
    const kept = await get(rest(encodeURIComponent(made.handle)), { 'if-none-match': etag });
    expect([kept.status, kept.headers.get('content-location')]).toEqual([304, `/api/v1/products/${slug}`]);
  });
  it('a read that depends on its caller is not shared by caches', async () => {
    const draft = await createProduct(
      core(),
      staff,
      contract.products.create.input.parse({ name: `Draft ${name}`, variants: [{ sku: `D-${name}`, priceCents: 1 }] }),
    );
    const seen = await get(pathOf(draft.slug), bearer(await live.token('support')));
    expect([seen.status, seen.headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    expect(seen.headers.get('vary')).toContain('authorization');
    const unseen = await get(pathOf(draft.slug));
    expect([unseen.status, unseen.headers.get('cache-control'), unseen.headers.get('etag')]).toEqual([404, 'no-store', null]);
  });
});

describe('the product cache', () => {
  it('a product list takes at most three statements, and one when it is cached, whatever its length', async () => {
    for (let n = 0; n < 25; n += 1) await aProduct(core(), { name: `Listed ${n}`, tags: ['listed'] });
    const ask = async (pageSize: number) =>
      (await live.shop.countQueries(() => get(`/api/v1/products?tag=listed&pageSize=${pageSize}`))).length;
    expect([await ask(5), await ask(25), await ask(5), await ask(25)]).toEqual([atMost(3), atMost(2), atMost(1), atMost(1)]);
    const detail = async (slug: string) => (await live.shop.countQueries(() => get(rest(slug)))).length;
    expect([await detail('listed-3'), await detail('listed-3')]).toEqual([atMost(2), atMost(1)]);
  });
  it('thirty simultaneous reads of a product load it once', async () => {
    const product = await aProduct(core(), { name: 'Crowded' });
    const statements = await live.shop.countQueries(() => Promise.all(Array.from({ length: 30 }, () => get(rest(product.slug)))));
    expect(statements.filter((text) => text.includes('"publish_at"'))).toEqual(atMost(1));
  });
  it('a cached read has the same body and ETag as the read of a process without a cache', async () => {
    const product = await aProduct(core(), { name: 'Equal', stock: 9, tags: ['equal'] });
    await aGuestCart(core(), [[product, 2]]);
    const paths = [rest(product.slug), trpc(product.slug), '/api/v1/products?tag=equal'];
    const fresh = await createCore(live.shop.config, { log: pino({ level: 'silent' }) });
    const server = createServer(fresh, testHttp);
    const url = await server.listen();
    for (const path of paths) await get(path);
    for (const path of paths) {
      const [kept, anew] = [await get(path), await fetch(url + path)];
      expect([await kept.text(), kept.headers.get('etag')]).toEqual([await anew.text(), anew.headers.get('etag')]);
    }
    await server.close();
    await closeCore(fresh);
  });
  it('a cached product shows its current stock', async () => {
    const product = await aProduct(core(), { name: 'Scarce', stock: 5 });
    const available = async () => {
      const body = contract.products.get.output.parse(await (await get(rest(product.slug))).json());
      return [body.available, variantOf(body).availability.available];
    };
    expect(await available()).toEqual([5, 5]);
    await aGuestCart(core(), [[product, 3]]);
    expect(await available()).toEqual([2, 2]);
  });
});
