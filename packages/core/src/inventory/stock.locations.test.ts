import type { StockLocation } from '@cartwright/contracts';
import { aConsistentShop, aPaidOrder, aProduct, race, unique, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { cancelOrder } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import {
  adjustStock,
  configureStock,
  createStockLocation,
  getStockLevel,
  listStockLocations,
  listStockMovements,
  setStock,
  transferStock,
  updateStockLocation,
} from './index.ts';

const staff = system('test');
const shop = await aConsistentShop();
const main = (await listStockLocations(shop.core, staff)).locations[0] ?? expect.fail('no default location');
const north = await createStockLocation(shop.core, staff, { code: 'north', name: 'Northern warehouse', priority: 5 });

type VariantId = ReturnType<typeof variantOf>['id'];
/** A variant with the given units in the main and the northern warehouse. */
const aVariant = async (inMain: number, inNorth: number) => {
  const product = await aProduct(shop.core, { stock: inMain });
  const variantId = variantOf(product).id;
  if (inNorth > 0) await adjustStock(shop.core, staff, { variantId, delta: inNorth, locationId: north.id, reason: 'delivery' });
  return { product, variantId };
};
const whereIs = async (variantId: VariantId) =>
  Object.fromEntries((await getStockLevel(shop.core, staff, { variantId })).locations.map((l) => [l.code, l.onHand]));
const ledgerOf = async (variantId: VariantId) =>
  (await listStockMovements(shop.core, staff, { variantId, page: 1, pageSize: 100 })).items.map((m) => [m.kind, m.location, m.quantity]);

describe('units at locations', () => {
  it('the units of all locations add up to what can be sold', async () => {
    const { product, variantId } = await aVariant(3, 4);
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 7, available: 7 });
    await aPaidOrder(shop.core, product, 7);
    expect(await whereIs(variantId)).toEqual({ main: 0, north: 0 });
    expect(await ledgerOf(variantId)).toEqual(
      expect.arrayContaining([
        ['sold', 'main', -3],
        ['sold', 'north', -4],
      ]),
    );
  });

  it('a sale takes its units from the first location by priority that has the whole line', async () => {
    const { product, variantId } = await aVariant(3, 5);
    await aPaidOrder(shop.core, product, 2);
    expect(await whereIs(variantId)).toEqual({ main: 1, north: 5 });
    await aPaidOrder(shop.core, product, 4);
    expect(await whereIs(variantId)).toEqual({ main: 1, north: 1 });
  });

  it('the units of a cancelled paid order return to the locations they came from', async () => {
    const { product, variantId } = await aVariant(1, 2);
    const { order } = await aPaidOrder(shop.core, product, 3);
    await cancelOrder(shop.core, staff, { orderId: order.id });
    expect(await whereIs(variantId)).toEqual({ main: 1, north: 2 });
  });

  it('units sold on backorder leave no location below zero, and are taken from the location at which they arrive', async () => {
    const { product, variantId } = await aVariant(1, 1);
    await configureStock(shop.core, staff, { variantId, backorderLimit: 10 });
    await aPaidOrder(shop.core, product, 5);
    expect(await whereIs(variantId)).toEqual({ main: 0, north: 0 });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 0, reserved: 3, status: 'backorder' });
    await adjustStock(shop.core, staff, { variantId, delta: 2, locationId: north.id, reason: 'delivery' });
    await adjustStock(shop.core, staff, { variantId, delta: 2, reason: 'delivery' });
    expect(await whereIs(variantId)).toEqual({ main: 1, north: 0 });
    expect((await ledgerOf(variantId)).filter(([kind]) => kind === 'sold')).toEqual([
      ['sold', 'main', -1],
      ['sold', 'north', -2],
      ['sold', 'north', -1],
      ['sold', 'main', -1],
    ]);
  });

  it('a transfer between locations leaves what can be sold unchanged, and never moves more than are there', async () => {
    const { variantId } = await aVariant(10, 0);
    const go = { variantId, fromLocationId: main.id, toLocationId: north.id, quantity: 3, reason: 'balance' };
    const { won, refused, defects } = await race(6, () => transferStock(shop.core, staff, go));
    expect({ won: won.length, refused, defects }).toEqual({ won: 3, refused: { INSUFFICIENT_STOCK: 3 }, defects: [] });
    expect(await whereIs(variantId)).toEqual({ main: 1, north: 9 });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 10 });
    await expect(transferStock(shop.core, staff, { ...go, toLocationId: main.id })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('staff can count one location or all of them, and remove from one location only what it has', async () => {
    const { variantId } = await aVariant(6, 4);
    const version = async () => (await getStockLevel(shop.core, staff, { variantId })).version;
    await setStock(shop.core, staff, { variantId, onHand: 1, version: await version(), locationId: north.id, reason: 'count' });
    expect(await whereIs(variantId)).toEqual({ main: 6, north: 1 });
    await setStock(shop.core, staff, { variantId, onHand: 8, version: await version(), reason: 'count' });
    expect(await whereIs(variantId)).toEqual({ main: 7, north: 1 });
    const lost = { variantId, delta: -2, reason: 'lost' };
    await expect(adjustStock(shop.core, staff, { ...lost, locationId: north.id })).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    await adjustStock(shop.core, staff, lost);
    expect(await whereIs(variantId)).toEqual({ main: 5, north: 1 });
  });

  it('the units of all locations add up to the stock level after concurrent sales, deliveries, transfers and cancellations', async () => {
    const { product, variantId } = await aVariant(30, 30);
    const { defects } = await race(48, async (n): Promise<unknown> => {
      if (n % 4 === 0) return adjustStock(shop.core, staff, { variantId, delta: 2, locationId: north.id, reason: 'delivery' });
      if (n % 4 === 1)
        return transferStock(shop.core, staff, {
          variantId,
          fromLocationId: main.id,
          toLocationId: north.id,
          quantity: 2,
          reason: 'balance',
        });
      const { order } = await aPaidOrder(shop.core, product, 3);
      return n % 4 === 2 ? cancelOrder(shop.core, staff, { orderId: order.id }) : order;
    });
    expect(defects).toEqual([]);
    const { onHand, locations } = await getStockLevel(shop.core, staff, { variantId });
    expect(locations.reduce((sum, l) => sum + l.onHand, 0)).toBe(onHand);
  });
});

describe('a location', () => {
  const open = () => createStockLocation(shop.core, staff, { code: `place-${unique()}`, name: 'A place', priority: 50 });

  it('a location code can be used once', async () => {
    await expect(createStockLocation(shop.core, staff, { code: 'north', name: 'Again', priority: 1 })).rejects.toMatchObject({
      code: 'LOCATION_CODE_TAKEN',
    });
  });

  it('a location can be closed once it is empty, and takes no units after that', async () => {
    const place = await open();
    const { variantId } = await aVariant(2, 0);
    const go = { variantId, fromLocationId: main.id, toLocationId: place.id, quantity: 1, reason: 'balance' };
    await transferStock(shop.core, staff, go);
    await expect(updateStockLocation(shop.core, staff, { locationId: place.id, active: false })).rejects.toMatchObject({
      code: 'LOCATION_NOT_EMPTY',
    });
    await transferStock(shop.core, staff, { ...go, fromLocationId: place.id, toLocationId: main.id });
    expect(await updateStockLocation(shop.core, staff, { locationId: place.id, active: false })).toMatchObject({ active: false });
    await expect(transferStock(shop.core, staff, go)).rejects.toMatchObject({
      code: 'LOCATION_CLOSED',
      message: expect.stringContaining(place.code),
    });
  });

  it('exactly one of five locations made the default at once is the default, and it cannot be closed', async () => {
    const places = await Promise.all(Array.from({ length: 5 }, open));
    const { defects } = await race(5, (n) =>
      updateStockLocation(shop.core, staff, { locationId: places[n]?.id ?? expect.fail(), isDefault: true }),
    );
    expect(defects).toEqual([]);
    const { rows } = await sql<{ id: StockLocation['id'] }>`select id from stock_locations where is_default`.execute(shop.core.db);
    expect(rows).toHaveLength(1);
    const locationId = rows[0]?.id ?? expect.fail();
    await expect(updateStockLocation(shop.core, staff, { locationId, active: false })).rejects.toMatchObject({
      code: 'LOCATION_IS_DEFAULT',
    });
    await updateStockLocation(shop.core, staff, { locationId: main.id, isDefault: true });
  });
});
