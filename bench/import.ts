/**
 * `node bench/import.ts [rows]`: uploads a CSV file of 100,000 products in parts, previews, imports and exports it, and
 * measures the memory of this process. The program itself never holds more than one part of the file.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { appendToImport, beginImport, exportProducts, getCatalogImport, runImport, startImport } from '@cartwright/core/imports';
import { closeCore, createCore } from '@cartwright/core/composition';
import { loadConfig, system } from '@cartwright/core/kernel';
import { migrateDatabase } from '@cartwright/db';
import { startEmbeddedPostgres } from '@cartwright/db/embedded';
import { nodeFlags } from '../scripts/node-flags.ts';

// The results are only meaningful with the memory flags of production.
if (!nodeFlags.every((flag) => process.execArgv.includes(flag)))
  process.exit(
    spawnSync(process.execPath, [...nodeFlags, import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1,
  );

const rowCount = Number(process.argv[2] ?? 100_000);
const rowsPerPiece = 1_000;
const staff = system('bench');
const header =
  'Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory ' +
  'Qty,Variant Price,Image Src\n';
const line = (n: number): string =>
  `thing-${n},Thing number ${n},"A thing of oak, number ${n}, made by hand in small numbers.",Brand ${n % 90},Type ` +
  `${n % 30},"oak, tag ${n % 50}",true,Title,Default ` +
  `Title,THING-${n},${n % 900},${n % 40},${(n % 300) + 1}.50,https://images.example/${n}.jpg\n`;

let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 50);
const results: Record<string, string | number>[] = [];
const timed = async (step: string, work: () => Promise<void>): Promise<void> => {
  peak = process.memoryUsage().rss;
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  results.push({ step, seconds: seconds.toFixed(1), 'rows/s': Math.round(rowCount / seconds), 'peak RSS MiB': Math.round(peak / 2 ** 20) });
};

const dir = mkdtempSync('/var/tmp/cartwright-bench-');
chmodSync(dir, 0o755);
const database = await startEmbeddedPostgres({ dataDir: path.join(dir, 'data'), durable: true });
try {
  await migrateDatabase(database.url);
  const core = await createCore(
    loadConfig({ DATABASE_URL: database.url, CARTWRIGHT_SECRET: 'bench-only-secret-0123456789-abcdefghij', LOG_LEVEL: 'silent' }),
  );
  const { id } = await beginImport(core, staff, { fileName: 'bench.csv' });
  await timed('upload', async () => {
    for (let position = 0; position * rowsPerPiece < rowCount; position += 1) {
      let content = position === 0 ? header : '';
      for (let n = position * rowsPerPiece; n < Math.min((position + 1) * rowsPerPiece, rowCount); n += 1) content += line(n);
      // A part may have 200,000 characters.
      for (let half = 0; half < 2; half += 1) {
        const middle = content.length >> 1;
        await appendToImport(core, staff, {
          id,
          position: position * 2 + half,
          content: half === 0 ? content.slice(0, middle) : content.slice(middle),
        });
      }
    }
  });
  for (const mode of ['preview', 'commit'] as const)
    await timed(mode, async () => {
      await startImport(core, staff, { id, mode });
      while (await runImport(core));
      const { status, createdCount, failedCount } = await getCatalogImport(core, staff, { id, page: 1, pageSize: 1 });
      if (status !== 'finished' || createdCount !== rowCount || failedCount > 0)
        throw new Error(`The ${mode} ended as ${status}, ${createdCount} created, ${failedCount} failed`);
    });
  await timed('export', async () => {
    let lines = 0;
    for await (const part of exportProducts(core, staff, {})) lines += part.split('\n').length - 1;
    if (lines !== rowCount + 1) throw new Error(`The export has ${lines} lines, must have ${rowCount} and a header`);
  });
  console.table(results);
  await closeCore(core);
} finally {
  clearInterval(watch);
  await database.stop();
  rmSync(dir, { recursive: true, force: true });
}
