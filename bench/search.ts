/**
 * `node bench/search.ts [--million]`: two-word searches with facets over 1,000 and 100,000 products, and over
 * 1,000,000 by the flag. Every query is asked with a price bound of its own, so that none is answered from the cache.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { closeCore, createCore } from '@cartwright/core/composition';
import { loadConfig } from '@cartwright/core/kernel';
import { searchProducts } from '@cartwright/core/search';
import { migrateDatabase } from '@cartwright/db';
import { startEmbeddedPostgres } from '@cartwright/db/embedded';
import { seedCatalogue, twoWords } from './seed-catalogue.ts';

const sizes = [1_000, 100_000, ...(process.argv.includes('--million') ? [1_000_000] : [])];
const searches = 400;
const concurrency = 8;

/** The same numbers at every run (mulberry32). */
const randomFrom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const dir = mkdtempSync('/var/tmp/cartwright-bench-');
chmodSync(dir, 0o755);
const database = await startEmbeddedPostgres({ dataDir: path.join(dir, 'data'), durable: false });
try {
  await migrateDatabase(database.url);
  const core = await createCore(
    loadConfig({ DATABASE_URL: database.url, CARTWRIGHT_SECRET: 'bench-only-secret-0123456789-abcdefghij', LOG_LEVEL: 'silent' }),
  );
  const rows = [];
  let filled = 0;
  for (const size of sizes) {
    const client = await core.database.pool.connect();
    await client.query('set statement_timeout = 0');
    const began = performance.now();
    await seedCatalogue(client, filled, size);
    const seedSeconds = (performance.now() - began) / 1000;
    client.release(true);
    filled = size;
    const random = randomFrom(42);
    const times: number[] = [];
    let asked = 0;
    let matches = 0;
    const ask = async (): Promise<void> => {
      while (asked < searches) {
        asked += 1;
        const input = { page: 1, pageSize: 20, q: twoWords(random), maxPriceCents: 1_000_000 + size + asked, sort: 'relevance' } as const;
        const start = performance.now();
        const result = await searchProducts(core, { kind: 'guest', cartToken: null }, input);
        times.push(performance.now() - start);
        matches += result.totalCount;
      }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: concurrency }, ask));
    const perSecond = (searches / (performance.now() - start)) * 1000;
    times.sort((a, b) => a - b);
    const at = (share: number) => Number((times[Math.floor(times.length * share)] ?? 0).toFixed(1));
    rows.push({
      products: size,
      'searches/s': Math.round(perSecond),
      p50: at(0.5),
      p99: at(0.99),
      matches: Math.round(matches / searches),
      'seed s': Math.round(seedSeconds),
      load: loadavg()[0]?.toFixed(1),
    });
  }
  console.table(rows);
  console.log(`Two words, facets and a page of 20, ${concurrency} at a time in one process, no result from the cache. Milliseconds.`);
  await closeCore(core);
} finally {
  await database.stop();
  rmSync(dir, { recursive: true, force: true });
}
