import { contract } from '@cartwright/contracts';
import { answerLost, aConsistentShop, aCustomer, aProduct, race, variantOf, salesOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { adjustStock, getStockLevel } from '../inventory/index.ts';
import { system, type Actor } from '../kernel/index.ts';
import {
  adjustSaleUnits,
  createFlashSale,
  endFlashSale,
  endOverdueSales,
  getFlashSale,
  listFlashSales,
  pauseFlashSale,
  resumeFlashSale,
  updateFlashSale,
} from './index.ts';

const staff = system('test');
const anonymous: Actor = { kind: 'guest', cartToken: null };
const shop = await aConsistentShop();

const minutes = (n: number): string => new Date(Date.now() + n * 60_000).toISOString();
const { aSale, buy, metricsOf } = salesOf(shop);

describe('creating a flash sale', () => {
  test('the units of a sale leave the available stock and return when it ends', async () => {
    const { sale, product } = await aSale({ units: 10, stock: 15 });
    expect(await getStockLevel(shop.core, staff, { variantId: variantOf(product).id })).toMatchObject({ onHand: 15, available: 5 });
    await endFlashSale(shop.core, staff, { saleId: sale.id });
    await endFlashSale(shop.core, staff, { saleId: sale.id });
    expect(await getStockLevel(shop.core, staff, { variantId: variantOf(product).id })).toMatchObject({ onHand: 15, available: 15 });
    expect(await getFlashSale(shop.core, anonymous, { saleId: sale.id })).toMatchObject({ state: 'ended' });
  });

  test('a sale with more units than the counted stock can end and return its units, and another sale gets none of them', async () => {
    const { sale, item, product } = await aSale({ units: 10, stock: 15 });
    const { id: variantId } = variantOf(product);
    await adjustStock(shop.core, staff, { variantId, delta: -13, reason: 'water damage', force: true });
    const drop = { name: 'Next', startsAt: minutes(1), endsAt: minutes(2), items: [{ variantId, units: 1, salePriceCents: 1 }] };
    const next = createFlashSale(shop.core, staff, contract.flashSales.create.input.parse(drop));
    await expect(next).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK', details: { available: 0 } });
    await adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: -3 });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 2, reserved: 7 });
    await endFlashSale(shop.core, staff, { saleId: sale.id });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ onHand: 2, reserved: 0, available: 2 });
  });

  test('a sale cannot have more units than are available', async () => {
    await expect(aSale({ units: 10, stock: 9 })).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK', details: { available: 9 } });
  });

  test('a sale of a draft is visible to staff only and sells nothing until the product is published', async () => {
    const { sale, item, product } = await aSale({ units: 3 });
    const setStatus = (status: string) => sql`update products set status = ${status} where id = ${product.id}`.execute(shop.core.db);
    const list = contract.flashSales.list.input.parse({ pageSize: 100 });
    const listed = async (actor: Actor) => (await listFlashSales(shop.core, actor, list)).items.some((s) => s.id === sale.id);
    for (const status of ['draft', 'archived']) {
      await setStatus(status);
      await expect(getFlashSale(shop.core, anonymous, { saleId: sale.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(getFlashSale(shop.core, staff, { saleId: sale.id })).resolves.toMatchObject({ items: [{ id: item.id }] });
      expect([await listed(anonymous), await listed(staff)]).toEqual([false, true]);
      await expect(buy(item)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await setStatus('active');
    expect(await listed(anonymous)).toBe(true);
    await expect(buy(item)).resolves.toMatchObject({ replayed: false });
  });

  test('a repeated call with one key creates one sale and moves units once, even when the response was lost', async () => {
    const product = await aProduct(shop.core, { stock: 30 });
    const variantId = variantOf(product).id;
    const input = contract.flashSales.create.input.parse({
      name: 'Once',
      startsAt: minutes(-1),
      endsAt: minutes(60),
      items: [{ variantId, units: 10, salePriceCents: 500 }],
    });
    const sale = await answerLost(shop.core, staff, 'flashSales.create', (core) => createFlashSale(core, staff, input));
    const itemId = sale.items[0]?.id ?? expect.fail('no item');
    const moved = await answerLost(shop.core, staff, 'flashSales.adjustUnits', (core) =>
      adjustSaleUnits(core, staff, { itemId, delta: 5 }),
    );
    expect(moved).toMatchObject({ id: sale.id, items: [{ unitsAllocated: 15 }] });
    expect(await getStockLevel(shop.core, staff, { variantId })).toMatchObject({ available: 15 });
  });

  test('a sale that ends in the past or before its start is refused with the field', async () => {
    await expect(aSale({ startsIn: 10, endsIn: 5 })).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'endsAt' }] });
    await expect(aSale({ startsIn: -10, endsIn: -5 })).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'endsAt' }] });
  });

  test('only staff can run sales, and buyers see those that have not ended', async () => {
    const { sale } = await aSale({ startsIn: 60, endsIn: 120 });
    const customer = await aCustomer(shop.core);
    expect(() => pauseFlashSale(shop.core, customer, { saleId: sale.id })).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    const list = contract.flashSales.list.input.parse({ pageSize: 100 });
    const open = await listFlashSales(shop.core, customer, list);
    expect(open.items.find((s) => s.id === sale.id)).toMatchObject({ state: 'scheduled' });
    expect(open.items.some((s) => s.state === 'ended')).toBe(false);
    expect((await listFlashSales(shop.core, staff, { ...list, state: 'ended' })).items.length).toBeGreaterThan(0);
  });

  test('an update of a sale with an outdated version is refused', async () => {
    const { sale } = await aSale();
    await updateFlashSale(shop.core, staff, { saleId: sale.id, version: sale.version, name: 'Renamed' });
    await expect(updateFlashSale(shop.core, staff, { saleId: sale.id, version: sale.version, name: 'Other' })).rejects.toMatchObject({
      code: 'VERSION_MISMATCH',
    });
    await expect(
      updateFlashSale(shop.core, staff, { saleId: sale.id, version: sale.version + 1, startsAt: minutes(5) }),
    ).rejects.toMatchObject({ code: 'SALE_STARTED' });
  });
});

describe('running a flash sale', () => {
  test('a change of an ended sale is refused with the moment it ended, which may be before its planned end', async () => {
    const { sale } = await aSale();
    await endFlashSale(shop.core, staff, { saleId: sale.id });
    const change = () => updateFlashSale(shop.core, staff, { saleId: sale.id, version: sale.version, name: 'Late' });
    const { rows } = await sql<{ closedAt: Date }>`select closed_at as "closedAt" from flash_sales where id = ${sale.id}`.execute(
      shop.core.db,
    );
    const early = rows[0]?.closedAt ?? expect.fail();
    expect(early < new Date(sale.endsAt)).toBe(true);
    await expect(change()).rejects.toMatchObject({ code: 'SALE_ENDED', message: expect.stringContaining(early.toISOString()) });
    const planned = new Date(early.getTime() - 60_000);
    await sql`update flash_sales set starts_at = ${new Date(planned.getTime() - 1)}, ends_at = ${planned} where id = ${sale.id}`.execute(
      shop.core.db,
    );
    await expect(change()).rejects.toMatchObject({ code: 'SALE_ENDED', message: expect.stringContaining(planned.toISOString()) });
  });

  test('nothing is sold before the start, after the end or during a pause', async () => {
    const early = await aSale({ startsIn: 10 });
    await expect(buy(early.item)).rejects.toMatchObject({ code: 'SALE_NOT_OPEN', details: { startsAt: early.sale.startsAt } });
    const { sale, item } = await aSale();
    await pauseFlashSale(shop.core, staff, { saleId: sale.id });
    await expect(buy(item)).rejects.toMatchObject({ code: 'SALE_PAUSED' });
    await resumeFlashSale(shop.core, staff, { saleId: sale.id });
    await buy(item);
    await sql`update flash_sales set ends_at = now() - interval '1 second' where id = ${sale.id}`.execute(shop.core.db);
    await expect(buy(item)).rejects.toMatchObject({ code: 'SALE_ENDED' });
    expect(await endOverdueSales(shop.core)).toBe(1);
    await expect(buy(item)).rejects.toMatchObject({ code: 'SALE_ENDED' });
  });

  test('nothing is sold after a pause has returned', async () => {
    const { sale, item } = await aSale({ units: 500 });
    const buyers = race(300, () => buy(item));
    await new Promise(setImmediate);
    await pauseFlashSale(shop.core, staff, { saleId: sale.id });
    const atPause = (await metricsOf(sale))?.unitsFree;
    const { refused, won } = await buyers;
    expect((await metricsOf(sale))?.unitsFree).toBe(atPause);
    expect(won.length + (refused['SALE_PAUSED'] ?? 0)).toBe(300);
  });

  test('units can be added and removed during purchases, never below the units bought', async () => {
    const { sale, item } = await aSale({ units: 20, stock: 60 });
    const moves = race(20, (i) => adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: i % 2 ? 2 : -1 }));
    const { won, defects } = await race(100, () => buy(item));
    expect(defects).toEqual([]);
    expect((await moves).defects).toEqual([]);
    const metrics = await metricsOf(sale);
    expect(metrics?.unitsHeld).toBe(won.length);
    expect(metrics?.unitsAllocated).toBe((metrics?.unitsFree ?? 0) + won.length);
    await expect(adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: -1_000 })).rejects.toMatchObject({
      code: 'STOCK_BELOW_RESERVED',
    });
    await expect(adjustSaleUnits(shop.core, staff, { itemId: item.id, delta: 1_000 })).rejects.toMatchObject({
      code: 'INSUFFICIENT_STOCK',
    });
  });
});
