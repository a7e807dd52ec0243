/** `invariants` and `repair-stock` find wrong counters of stock, and correct them on request. */
import { configureStock } from '@cartwright/core/inventory';
import { randomIds, system } from '@cartwright/core/kernel';
import { aPaidOrder, aProduct, variantOf } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { aCliShop, runCli } from '../test/cli-run.ts';

const { shop } = await aCliShop();

describe('cartwright invariants and repair-stock', () => {
  it('invariants and repair-stock report a wrong counter, correct it with --apply, and find no problem afterwards', async () => {
    const { sku, id } = variantOf(await aProduct(shop.core, { stock: 5 }));
    await shop.core.database.kysely.updateTable('stock_levels').set({ onHand: 7 }).where('variantId', '=', id).execute();
    const found = await runCli(shop.url, ['invariants']);
    expect([found.code, found.out]).toEqual([1, expect.stringMatching(/^FAIL I\d+/m)]);
    expect(await runCli(shop.url, ['repair-stock'])).toEqual({
      code: 1,
      out: `${sku}: onHand 7 -> 5\nWrong counters: 1, of 1 variants. Run the command with --apply to correct them.`,
      err: '',
    });
    const put = await runCli(shop.url, ['repair-stock', '--apply', '--json', id]);
    expect([put.code, JSON.parse(put.out)]).toEqual([
      0,
      { applied: true, variantCount: 1, changes: [expect.objectContaining({ sku, from: 7, to: 5 })], uncorrected: [], supplied: [] },
    ]);
    expect((await runCli(shop.url, ['repair-stock'])).out).toBe('Every counter agrees with the ledger and the holds.');
    const clean = await runCli(shop.url, ['invariants', '--json']);
    expect([clean.code, (JSON.parse(clean.out) as { clean: boolean }).clean]).toEqual([0, true]);
  });
});

describe('cartwright repair-stock', () => {
  it('repair-stock shows the units that orders wait for, gives them with --apply, and shows a ledger below zero', async () => {
    const product = await aProduct(shop.core, { stock: 0 });
    const { sku, id } = variantOf(product);
    await configureStock(shop.core, system('test'), { variantId: id, backorderLimit: 5 });
    await aPaidOrder(shop.core, product, 2);
    const { id: locationId } = await shop.core.db
      .selectFrom('stock_locations')
      .select('id')
      .where('isDefault', '=', true)
      .executeTakeFirstOrThrow();
    const write = (quantity: number) =>
      shop.core.database.kysely
        .insertInto('stock_movements')
        .values({ id: randomIds.next(), variantId: id, locationId, kind: 'adjusted', quantity, reason: 'by hand', actor: 'test' })
        .execute();
    await write(3);
    expect(await runCli(shop.url, ['repair-stock', id])).toMatchObject({
      code: 1,
      out: expect.stringContaining(`${sku}: 2 on hand for orders`),
    });
    expect(await runCli(shop.url, ['repair-stock', '--apply', id])).toMatchObject({ code: 0 });
    expect((await runCli(shop.url, ['invariants'])).code).toBe(0);
    await write(-4);
    const below = await runCli(shop.url, ['repair-stock', '--apply', id]);
    expect(below).toMatchObject({ code: 1, out: expect.stringContaining(`${sku}: onHand 1, not corrected: its ledger gives -3`) });
    await write(4);
  });

  it('repair-stock exits with 1 for an unknown variant', async () => {
    const unknown = '01990000-0000-7000-8000-000000000000';
    expect(await runCli(shop.url, ['repair-stock', '--apply', unknown])).toEqual({
      code: 1,
      out: '',
      err: `Variant ${unknown} was not found.`,
    });
  });
});
