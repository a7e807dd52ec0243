import { spawnSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTestShop, type TestShop } from '@cartwright/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { system, systemClock } from '../kernel/index.ts';
import { appendToImport, beginImport, getCatalogImport, runImport, startImport } from './index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const staff = system('test');
const mib = 2 ** 20;

let inUse: number[] = [];
let clockReads = 0;
let shop: TestShop;
beforeEach(async () => {
  // An import reads the clock after each batch, when it uses as much memory as it keeps throughout.
  const now = () => {
    clockReads += 1;
    if (clockReads % 5 === 0) {
      collect();
      inUse.push(process.memoryUsage().heapUsed);
    }
    return systemClock.now();
  };
  shop = await createTestShop({}, { clock: { now } });
});
afterEach(() => shop.close());

/** The peak memory while a file with this number of rows is checked and previewed. */
const mostInUse = async (file: string, rows: number): Promise<number> => {
  const { id } = await beginImport(shop.core, staff, { fileName: file });
  for (let from = 0; from < rows; from += 1_000) {
    let content = from === 0 ? 'Handle,Title,Body (HTML),Variant SKU,Variant Price\n' : '';
    for (let n = from; n < from + 1_000; n += 1) content += `${file}-${n},Thing ${n},${String(n).repeat(25)},${file}-${n},1.00\n`;
    await appendToImport(shop.core, staff, { id, position: from / 1_000, content });
  }
  await startImport(shop.core, staff, { id, mode: 'preview' });
  inUse = [];
  while (await runImport(shop.core, Number.POSITIVE_INFINITY));
  expect(await getCatalogImport(shop.core, staff, { id, page: 1, pageSize: 1 })).toMatchObject({ status: 'finished', createdCount: rows });
  return Math.max(...inUse);
};

it('an import of four times the rows uses less than 4 MiB more memory', { timeout: 240_000 }, async () => {
  const small = await mostInUse('small', 3_000);
  const large = await mostInUse('large', 12_000);
  expect(inUse.length).toBeGreaterThan(10);
  expect((large - small) / mib).toBeLessThan(4);
});

// What a process keeps from its start counts several times: its heap grows to about four times of that before all of it is collected.
it('the code of payment and mail providers is not loaded before a shop uses them', () => {
  const script = `
    import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => (console.log(url), next(url, context)) });
    await import('@cartwright/core/composition');`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--conditions=development', '--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  const loaded = (name: string) => stdout.includes(`/node_modules/${name}/`);
  expect({ stderr, kysely: loaded('kysely'), stripe: loaded('stripe'), nodemailer: loaded('nodemailer') }).toEqual({
    stderr: '',
    kysely: true,
    stripe: false,
    nodemailer: false,
  });
});
