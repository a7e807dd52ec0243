/** Staff change the catalogue by calls of the SDK: categories, collections, products, images, import files and stock. */
import { createCartwright } from '@cartwright/sdk';
import { aProduct, csvOf, there, unique, variantOf } from '@cartwright/testing';
import { expect, it } from 'vitest';
import { aLiveShopWithAdmin, anAdminClient } from './live-shop.ts';

const { live } = await aLiveShopWithAdmin();
const { core } = live.shop;
const admin = await anAdminClient(live);
const buyer = createCartwright({ baseUrl: live.url });
const titles = async () => (await buyer.categories.tree()).categories.map(({ name }) => name);

it('a category is renamed, moved before its sibling and deleted over the API', async () => {
  const one = await admin.categories.create({ name: `One ${unique()}` });
  const two = await admin.categories.create({ name: `Two ${unique()}` });
  const renamed = await admin.categories.update({ id: two.id, name: `First ${unique()}`, description: 'What is new' });
  expect(renamed).toMatchObject({ id: two.id, slug: two.slug, description: 'What is new' });
  await admin.categories.reorder({ parentId: null, categoryIds: [two.id, one.id] });
  expect(await titles()).toEqual([renamed.name, one.name]);
  await admin.categories.delete({ id: one.id });
  expect(await titles()).toEqual([renamed.name]);
});

it('a collection shows the products of its present rule to buyers until it is deleted', async () => {
  const tag = `t${unique()}`;
  const product = await aProduct(core, { tags: [tag] });
  const collection = await admin.collections.create({ name: `Collection ${tag}`, rule: { tags: ['nothing'] } });
  const shown = async () => (await buyer.collections.products({ slug: collection.slug })).items.map(({ id }) => id);
  expect(await shown()).toEqual([]);
  const changed = await admin.collections.update({ id: collection.id, version: collection.version, rule: { tags: [tag] } });
  expect(changed.rule).toEqual({ tags: [tag] });
  expect(await shown()).toEqual([product.id]);
  await admin.collections.delete({ id: collection.id });
  await expect(shown()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('a product is priced, discounted, stocked, hidden, shown again and deleted over the API', async () => {
  const { id } = await aProduct(core, { priceCents: 2_000 });
  expect(variantOf(await admin.products.setPrice({ id, priceCents: 4_000 })).priceCents).toBe(4_000);
  expect(variantOf(await admin.products.discount({ id, percentBasisPoints: 2_500 }))).toMatchObject({
    priceCents: 3_000,
    compareAtPriceCents: 4_000,
  });
  expect(variantOf(await admin.products.setStock({ id, onHand: 7 })).availability.available).toBe(7);
  expect(await admin.products.unpublish({ id })).toMatchObject({ status: 'archived' });
  await expect(buyer.products.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await admin.products.publish({ id })).toMatchObject({ status: 'active' });
  expect(variantOf(await buyer.products.get({ id })).priceCents).toBe(3_000);
  await admin.products.delete({ id });
  await expect(buyer.products.get({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('a bulk change reports each of its products', async () => {
  const [one, two] = [await aProduct(core), await aProduct(core, { tags: ['sale'] })];
  expect(await admin.products.bulk({ ids: [one.id, two.id], action: 'add_tags', tags: ['sale'] })).toMatchObject({
    changedCount: 1,
    results: [
      { id: one.id, outcome: 'changed' },
      { id: two.id, outcome: 'unchanged' },
    ],
  });
  expect((await buyer.products.get({ id: one.id })).tags).toEqual(['sale']);
});

it('images of a product are added, described, reordered and removed', async () => {
  const { id: productId } = await aProduct(core);
  await admin.productImages.add({ productId, url: 'https://images.example.com/front.jpg' });
  const { images } = await admin.productImages.add({ productId, url: 'https://images.example.com/back.jpg', position: 1 });
  const [back, front] = [there(images[0]), there(images[1])];
  expect([back.url, front.url]).toEqual(['https://images.example.com/back.jpg', 'https://images.example.com/front.jpg']);
  const described = await admin.productImages.update({ productId, imageId: back.id, altText: 'From behind' });
  expect(described.images[0]).toMatchObject({ id: back.id, altText: 'From behind' });
  const reordered = await admin.productImages.reorder({ productId, imageIds: [front.id, back.id] });
  expect(reordered.images.map(({ id }) => id)).toEqual([front.id, back.id]);
  await admin.productImages.delete({ productId, imageId: front.id });
  expect((await buyer.products.get({ id: productId })).images.map(({ id }) => id)).toEqual([back.id]);
});

it('a product file is previewed without effect, and then imported', async () => {
  const handle = `lamp-${unique()}`;
  const csv = csvOf([{ Handle: handle, Title: 'Lamp', 'Variant SKU': `L-${unique()}`, 'Variant Price': '19.90', Status: 'active' }]);
  expect(await admin.imports.create({ csv, mode: 'preview' })).toMatchObject({ status: 'finished', createdCount: 1, failedCount: 0 });
  await expect(admin.products.get({ id: handle })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { id, rows } = await admin.imports.create({ csv, mode: 'commit' });
  expect(rows).toMatchObject([{ handle, outcome: 'created' }]);
  expect(variantOf(await admin.products.get({ id: handle })).priceCents).toBe(1_990);
  expect(await admin.imports.get({ id, outcome: 'created' })).toMatchObject({ status: 'finished', rows: { totalCount: 1 } });
});

it('a product file is uploaded in chunks, started and cancelled', async () => {
  const { id } = await admin.imports.begin({ fileName: 'lamps.csv' });
  const csv = csvOf([{ Handle: `lamp-${unique()}`, Title: 'Lamp', 'Variant Price': '19.90' }]);
  await admin.imports.append({ id, position: 1, content: csv.slice(20) });
  await admin.imports.append({ id, position: 0, content: csv.slice(0, 20) });
  // No worker runs here, so the import stays in the queue.
  expect(await admin.imports.start({ id, mode: 'commit' })).toMatchObject({ id, status: 'queued', fileName: 'lamps.csv' });
  expect(await admin.imports.cancel({ id })).toMatchObject({ id, status: 'cancelled' });
});

it('a file of any columns is inspected, and imported as its mapping says', async () => {
  const { id } = await admin.imports.begin({ fileName: 'lamps.csv' });
  const sku = `L-${unique()}`;
  await admin.imports.append({ id, position: 0, content: `Title;Code;Our amount\nLamp;${sku};19,90\n` });
  const { format, columns, suggestion } = await admin.imports.inspect({ id });
  expect({ format, columns, suggestion }).toEqual({
    format: null,
    columns: [
      { name: 'Title', samples: ['Lamp'] },
      { name: 'Code', samples: [sku] },
      { name: 'Our amount', samples: ['19,90'] },
    ],
    suggestion: { columns: { name: 'Title', sku: 'Code' } },
  });
  const refused = admin.imports.start({ id, mode: 'preview', mapping: suggestion });
  await expect(refused).rejects.toMatchObject({ code: 'INVALID_MAPPING', details: { fields: ['price'], columns: [] } });
  const mapping = { ...suggestion, columns: { ...suggestion.columns, price: 'Our amount' } };
  expect(await admin.imports.start({ id, mode: 'preview', mapping })).toMatchObject({ status: 'queued', mapping });
  await admin.imports.cancel({ id });
});

it('stock is counted, configured, moved to a new location and repaired over the API', async () => {
  const { id: variantId } = variantOf(await aProduct(core, { stock: 10 }));
  const { version } = await admin.inventory.get({ variantId });
  expect(await admin.inventory.set({ variantId, version, onHand: 12, reason: 'counted' })).toMatchObject({ onHand: 12, available: 12 });
  expect(await admin.inventory.configure({ variantId, reorderThreshold: 20 })).toMatchObject({ reorderThreshold: 20, status: 'low_stock' });
  const back = await admin.inventory.createLocation({ code: `back-${unique()}`, name: 'Back' });
  expect(await admin.inventory.updateLocation({ locationId: back.id, name: 'Back room', priority: 7 })).toMatchObject({
    code: back.code,
    name: 'Back room',
    priority: 7,
  });
  const from = there((await admin.inventory.locations()).locations.find(({ isDefault }) => isDefault));
  const moved = await admin.inventory.transfer({
    variantId,
    fromLocationId: from.id,
    toLocationId: back.id,
    quantity: 5,
    reason: 'nearer',
  });
  expect(moved.locations).toContainEqual({ locationId: back.id, code: back.code, onHand: 5 });
  expect(await admin.inventory.repair({ dryRun: false, variantIds: [variantId] })).toMatchObject({
    dryRun: false,
    variantCount: 0,
    changes: [],
    uncorrected: [],
    supplied: [],
  });
});

it('similar products are found, and a reindex that is started twice is one run', async () => {
  const [one, two] = [await aProduct(core, { tags: ['kettle'] }), await aProduct(core, { tags: ['kettle'] })];
  expect((await buyer.search.similar({ id: one.id })).items.map(({ id }) => id)).toContain(two.id);
  const run = await admin.search.reindex();
  expect(run).toMatchObject({ status: 'queued', processedCount: 0 });
  expect((await admin.search.reindex()).id).toBe(run.id);
});
