/** What is in stock: the same answer of lists, product pages, searches, facets and collections. */
import { contract, type Collection, type Product } from '@cartwright/contracts';
import { aGuestCart, createTestShop, letPass, type TestShop } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCollection, createProduct, getProduct, listProducts } from '../catalog/index.ts';
import { adjustStock, expireCartHolds } from '../inventory/index.ts';
import { system, transact, type Actor } from '../kernel/index.ts';
import { createPricingRules, quotePrice } from '../pricing/index.ts';
import { emptySearchQueue, listCollectionProducts, searchProducts } from './index.ts';
import { lockEntries } from './search-entry.locks.ts';
import { refreshInStock, takeQueued } from './search-entry.store.ts';

const staff = system('test');
const nobody: Actor = { kind: 'guest', cartToken: null };
let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

/** Runs what a worker does every second. */
const work = async () => {
  await expireCartHolds(shop.core);
  await emptySearchQueue(shop.core);
};

/** A product of one size with two units and one of none, with a collection of the same name that contains it while it is in stock. */
const open = async (name: string): Promise<{ product: Product; collection: Collection; ruleId: string }> => {
  const variants = [
    { sku: `${name}-1`, options: { Size: 'S' }, priceCents: 1_000, stock: 2 },
    { sku: `${name}-2`, options: { Size: 'M' }, priceCents: 1_000, stock: 0 },
  ];
  const input = contract.products.create.input.parse({ name, status: 'active', tags: [name], variants });
  const product = await createProduct(shop.core, staff, input);
  const rule = { tags: [name], inStock: true };
  const collection = await createCollection(shop.core, staff, contract.collections.create.input.parse({ name, rule }));
  const rules = [{ name, effect: 'percent_off', percentBasisPoints: 5_000, collectionId: collection.id }];
  const created = await createPricingRules(shop.core, staff, contract.pricing.createRules.input.parse({ rules }));
  return { product, collection, ruleId: created.rules[0]?.id ?? expect.fail('no rule') };
};

/** Whether each read says that the product is in stock. */
const answers = async ({ product, collection, ruleId }: Awaited<ReturnType<typeof open>>) => {
  const { core } = shop;
  await core.reads.forget(['search', 'catalog']);
  const list = (inStock: boolean, actor: Actor = nobody, tags = product.tags) =>
    listProducts(core, actor, contract.products.list.input.parse({ tags, inStock }));
  const search = (input: object) => searchProducts(core, nobody, contract.search.products.input.parse({ tags: product.tags, ...input }));
  const [there, gone, ofStaff] = [await list(true), await list(false), await list(true, staff)];
  expect([there.totalCount, gone.totalCount, ofStaff.totalCount]).toEqual([there.items.length, gone.items.length, ofStaff.items.length]);
  const page = await getProduct(core, nobody, { id: product.slug });
  const byWords = await search({ q: product.name });
  const byTag = await search({});
  const shown = await listCollectionProducts(core, nobody, contract.collections.products.input.parse({ slug: collection.slug }));
  const [variant] = product.variants;
  const { appliedRules } = await quotePrice(core, nobody, { variantId: variant?.id ?? expect.fail('no variant'), quantity: 1 });
  return {
    list: there.items.length === 1,
    'list of sold out products': gone.items.length === 0,
    'list of staff': ofStaff.items.length === 1,
    'product page': page.variants.some(({ availability }) => availability.inStock),
    'search by words': (await search({ q: product.name, inStock: true })).items.length === 1,
    'facets of words': byWords.facets.availability.inStock === 1,
    'search by filters': (await search({ inStock: true })).items.length === 1,
    'facets of filters': byTag.facets.availability.inStock === 1,
    collection: shown.items.length === 1,
    'price of a collection': appliedRules.some((rule) => rule.ruleId === ruleId),
  };
};
const all = (expected: boolean) => expect.toSatisfy((found: Record<string, boolean>) => Object.values(found).every((x) => x === expected));

it('every read says the same about stock while holds of carts are taken, lapse and are released', async () => {
  const own = await open('lapsing');
  expect(await answers(own)).toEqual(all(true));
  await aGuestCart(shop.core, [[own.product, 1]]);
  expect(await answers(own)).toEqual(all(true));
  await aGuestCart(shop.core, [[own.product, 1]]);
  expect(await answers(own)).toEqual(all(false));
  await work();
  expect(await answers(own)).toEqual(all(false));
  await letPass(shop.core, 16);
  expect(await answers(own)).toEqual(all(true));
  await aGuestCart(shop.core, [[own.product, 2]]);
  expect(await answers(own)).toEqual(all(false));
  await letPass(shop.core, 16);
  await work();
  expect(await answers(own)).toEqual(all(true));
});

it('of two workers, the one that read the stock earlier does not overwrite the flag of the other', async () => {
  const own = await open('contested');
  await work();
  await aGuestCart(shop.core, [[own.product, 2]]);
  const locked = Promise.withResolvers<void>();
  const refilled = Promise.withResolvers<void>();
  const later = transact(shop.core, async (tx) => {
    await lockEntries(tx, [own.product.id]);
    locked.resolve();
    await refilled.promise;
    await takeQueued(tx, 1_000);
    await refreshInStock(tx, [own.product.id]);
  });
  await locked.promise;
  const earlier = emptySearchQueue(shop.core);
  const waiting = sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => (await waiting.execute(shop.core.db)).rows.length).toBeGreaterThan(0);
  const [variant] = own.product.variants;
  const refill = { variantId: variant?.id ?? expect.fail('no variant'), delta: 5, reason: 'delivery' };
  await adjustStock(shop.core, staff, contract.inventory.adjust.input.parse(refill));
  refilled.resolve();
  await Promise.all([later, earlier]);
  expect(await answers(own)).toEqual(all(true));
});
