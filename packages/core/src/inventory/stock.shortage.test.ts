import { contract } from '@cartwright/contracts';
import { aConsistentShop, aGuestCart, aPaidOrder, aProduct, variantOf } from '@cartwright/testing';
import { expect, it } from 'vitest';
import { createFlashSale } from '../flash-sales/index.ts';
import { system } from '../kernel/index.ts';
import { editOrder } from '../order-edits/index.ts';
import { adjustStock, createStockLocation, listStockLocations, shortageText, transferStock } from './index.ts';

const staff = system('test');
const shop = await aConsistentShop();

it.each([
  [0, 1, 'No units of Mug – Blue (SKU MUG-2) are available, but 1 was requested.'],
  [-4, 2, 'No units of Mug – Blue (SKU MUG-2) are available, but 2 were requested.'],
  [1, 3, 'Only 1 unit of Mug – Blue (SKU MUG-2) is available, but 3 were requested.'],
  [2, 3, 'Only 2 units of Mug – Blue (SKU MUG-2) are available, but 3 were requested.'],
])('%i available units of %i requested are refused with one sentence', (available, requested, sentence) => {
  expect(shortageText({ productName: 'Mug', variantTitle: 'Blue', sku: 'MUG-2' }, { requested, available })).toBe(sentence);
});

it('a product with one variant is named without a title', () => {
  expect(shortageText({ productName: 'Mug', variantTitle: '', sku: 'MUG' }, { requested: 1, available: 0 })).toContain('of Mug (SKU MUG)');
});

it('too few units are refused with the same sentence by a cart, an edit, a flash sale, and at a location', async () => {
  const product = await aProduct(shop.core, { name: 'Mug', stock: 4 });
  const { id: variantId, sku } = variantOf(product);
  const { order } = await aPaidOrder(shop.core, product, 1);
  await aGuestCart(shop.core, [[product, 1]]);
  const only = (available: number, requested: number, where = 'available') => ({
    code: 'INSUFFICIENT_STOCK',
    message: `Only ${available} units of Mug (SKU ${sku}) are ${where}, but ${requested} were requested.`,
    details: { variantId, requested, available },
  });
  await expect(aGuestCart(shop.core, [[product, 9]])).rejects.toMatchObject(only(2, 9));
  const lines = contract.orders.edit.input.parse({
    orderId: order.id,
    expectedUpdatedAt: order.updatedAt,
    lines: [{ variantId, quantity: 4 }],
  });
  await expect(editOrder(shop.core, staff, lines)).rejects.toMatchObject(only(2, 3));
  const [startsAt, endsAt] = [1, 2].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
  const sale = contract.flashSales.create.input.parse({
    name: 'Drop',
    startsAt,
    endsAt,
    items: [{ variantId, units: 5, salePriceCents: 1 }],
  });
  await expect(createFlashSale(shop.core, staff, sale)).rejects.toMatchObject(only(2, 5));
  const north = await createStockLocation(shop.core, staff, { code: 'north', name: 'North', priority: 5 });
  const main = (await listStockLocations(shop.core, staff)).locations.find((one) => one.isDefault) ?? expect.fail('no default location');
  const move = { variantId, fromLocationId: main.id, toLocationId: north.id, quantity: 7, reason: 'balance' };
  await expect(transferStock(shop.core, staff, move)).rejects.toMatchObject(only(3, 7, 'at this location'));
  const loss = { variantId, delta: -8, locationId: main.id, reason: 'lost', force: false };
  await adjustStock(shop.core, staff, { ...loss, delta: 9, locationId: north.id });
  await expect(adjustStock(shop.core, staff, loss)).rejects.toMatchObject(only(3, 8, 'at this location'));
});
