import { spawn } from 'node:child_process';
import path from 'node:path';
import { aProduct, createTestShop, testSecret, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const repair = (...args: string[]): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const script = path.join(import.meta.dirname, 'repair-stock.ts');
    const env = { PATH: process.env['PATH'], DATABASE_URL: shop.url, CARTWRIGHT_SECRET: testSecret };
    const child = spawn(process.execPath, [script, ...args], { env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });

describe('pnpm repair:stock', () => {
  it('says what is wrong, puts it right with --apply, and finds nothing afterwards', async () => {
    const { sku, id } = variantOf(await aProduct(shop.core, { stock: 5 }));
    await shop.core.db.updateTable('stock_levels').set({ on_hand: 7 }).where('variant_id', '=', id).execute();
    const dry = await repair();
    expect(dry).toEqual({
      code: 1,
      output: `${sku}: onHand 7 -> 5\nWrong: 1 counters of 1 variants. Run it with --apply to put them right.\n`,
    });
    expect(await repair('--apply', id)).toEqual({ code: 0, output: `${sku}: onHand 7 -> 5\nPut right: 1 counters of 1 variants.\n` });
    expect((await repair('everything')).code).toBe(64);
    expect(await repair()).toEqual({ code: 0, output: 'Every counter is what the ledger and the holds say.\n' });
  });
});
