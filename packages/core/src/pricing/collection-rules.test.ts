import { contract, type CategoryId, type CollectionId, type CollectionRule, type Product } from '@cartwright/contracts';
import { aGuestCart, unique, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCollection, createProduct, deleteCollection, updateCollection } from '../catalog/index.ts';
import { emptySearchQueue, listCollectionProducts } from '../search/index.ts';
import { deletePricingRule, listPricingRules, quotePrice } from './index.ts';
import { nobody, openPricingShop, staff, type PricingShop } from './pricing-shop.fixture.ts';

let shop: PricingShop;
const products: Product[] = [];
const category = async (slug: string, parentId: CategoryId | null = null) => {
  const id = shop.core.ids.next<CategoryId>();
  await shop.core.database.kysely.insertInto('categories').values({ id, name: slug, slug, parentId }).execute();
  return id;
};
const put = async (fields: object, { priceCents = 1_000, stock = 5, size = '' } = {}) => {
  const variants = [{ sku: `SKU-${unique()}`, priceCents, stock, options: size ? { Size: size } : {} }];
  products.push(await createProduct(shop.core, staff, contract.products.create.input.parse({ status: 'active', variants, ...fields })));
};
const aCollection = (rule: CollectionRule, active = true) =>
  createCollection(shop.core, staff, contract.collections.create.input.parse({ name: `Collection ${unique()}`, rule, active }));
const reduced = async (collectionId: CollectionId) => {
  const rule = await shop.aRule({ effect: 'percent_off', percentBasisPoints: 5_000, collectionId });
  const names: string[] = [];
  for (const product of products) {
    const { appliedRules } = await quotePrice(shop.core, nobody, { variantId: variantOf(product).id, quantity: 1 });
    if (appliedRules.some((applied) => applied.ruleId === rule.id)) names.push(product.name);
  }
  await deletePricingRule(shop.core, staff, { id: rule.id });
  return names.toSorted();
};

beforeAll(async () => {
  shop = await openPricingShop();
  const home = await category('home');
  const kitchen = await category('kitchen', home);
  await put({ name: 'Stoneware Mug', brand: 'Tide', categoryId: kitchen, tags: ['clay', 'gift'] }, { priceCents: 2_200, size: 'Small' });
  await put(
    { name: 'Walnut Spoon', brand: 'Holm', categoryId: kitchen, tags: ['wood', 'gift'], description: 'Beside a mug.' },
    { priceCents: 900 },
  );
  await put({ name: 'Café Tray', brand: 'Holm', categoryId: home, tags: ['wood'] }, { priceCents: 4_900, stock: 0, size: 'Large' });
  await put({ name: 'Planter', tags: ['clay'] }, { priceCents: 12_000 });
  await emptySearchQueue(shop.core);
});
afterAll(() => shop.close());

describe('a pricing rule for a collection', () => {
  it.each<[CollectionRule, number]>([
    [{}, 4],
    [{ q: 'mugs' }, 2],
    [{ q: 'cafe -mug' }, 1],
    [{ category: 'home' }, 3],
    [{ category: 'kitchen' }, 2],
    [{ category: 'nowhere' }, 0],
    [{ brands: ['Holm'] }, 2],
    [{ brands: ['Tide', 'Holm'], tags: ['gift'] }, 2],
    [{ tags: ['clay', 'wood'] }, 4],
    [{ options: ['Size:Small', 'Size:Large'] }, 2],
    [{ options: ['Size:Small', 'Colour:Red'] }, 0],
    [{ minPriceCents: 2_200, maxPriceCents: 5_000 }, 2],
    [{ inStock: false }, 1],
    [{ inStock: true, maxPriceCents: 1_000 }, 1],
  ])('a pricing rule for a collection applies to exactly the products that the collection shows: %j', async (rule, count) => {
    const collection = await aCollection(rule);
    const page = contract.collections.products.input.parse({ slug: collection.slug, pageSize: 100 });
    const shown = (await listCollectionProducts(shop.core, nobody, page)).items.map((p) => p.name).toSorted();
    expect(shown).toHaveLength(count);
    expect(await reduced(collection.id)).toEqual(shown);
  });

  it('a pricing rule follows changes of its collection, applies to a hidden one, and is deleted with it', async () => {
    const collection = await aCollection({ tags: ['clay'] }, false);
    expect(await reduced(collection.id)).toEqual(['Planter', 'Stoneware Mug']);
    await updateCollection(shop.core, staff, { id: collection.id, version: 1, rule: { tags: ['wood'] } });
    expect(await reduced(collection.id)).toEqual(['Café Tray', 'Walnut Spoon']);
    const { id } = await shop.aRule({ effect: 'free_shipping', collectionId: collection.id });
    await deleteCollection(shop.core, staff, { id: collection.id });
    const left = await listPricingRules(shop.core, staff, contract.pricing.listRules.input.parse({}));
    expect(left.items.map((rule) => rule.id)).not.toContain(id);
  });

  it('a pricing rule for a collection reduces an order by the lines of the collection only', async () => {
    const { id: collectionId } = await aCollection({ brands: ['Tide'] });
    const rule = await shop.aRule({ effect: 'order_percent_off', percentBasisPoints: 1_000, collectionId });
    const [mug, spoon] = products;
    if (!mug || !spoon) throw new Error('The products were not created');
    const { cart } = await aGuestCart(shop.core, [
      [mug, 1],
      [spoon, 2],
    ]);
    expect(cart).toMatchObject({ totals: { subtotalCents: 4_000, discountCents: 220 }, promotions: [{ ruleId: rule.id }] });
    await deletePricingRule(shop.core, staff, { id: rule.id });
  });

  it('a pricing rule for an unknown collection is refused', async () => {
    await expect(shop.aRule({ effect: 'free_shipping', collectionId: shop.core.ids.next<CollectionId>() })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
