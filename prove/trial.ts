/** One trial: a shop of real processes, a sale, a crowd, a fault, a verdict. */
import { contract, type FlashSaleItemId } from '@cartwright/contracts';
import { createProduct } from '@cartwright/core/catalog';
import { closeCore, createCore } from '@cartwright/core/composition';
import { createFlashSale } from '@cartwright/core/flash-sales';
import { system, type Core, type CoreConfig } from '@cartwright/core/kernel';
import { startApiProcess, startWorkerProcess, type ShopProcess } from '@cartwright/testing/shop-process';
import { setTimeout as pause } from 'node:timers/promises';
import { sendCrowd } from './crowd.ts';
import type { Fault } from './faults.ts';
import { countOpenWork, judge, type Verdict } from './verdict.ts';

/** The processes of a shop; a fault puts another one in a dead one's place. */
export interface RunningShop {
  readonly apis: ShopProcess[];
  worker: ShopProcess;
  startApi(): Promise<ShopProcess>;
  startWorker(): Promise<ShopProcess>;
  /** Ends PostgreSQL at once and starts it again; absent where the server is not ours. */
  readonly restartDatabase: (() => Promise<void>) | undefined;
  readonly redisUrl: string | null;
}

export interface TrialOptions {
  readonly config: CoreConfig;
  readonly buyers: number;
  readonly units: number;
  readonly seed: number;
  readonly fault: Fault;
  readonly restartDatabase?: () => Promise<void>;
  readonly apis?: number;
  readonly payments?: boolean;
  /** Called as buyers get their answers. */
  readonly onProgress?: (done: number) => void;
}

export interface TrialReport extends Verdict {
  readonly fault: string;
  readonly seed: number;
  readonly queues: 'postgresql' | 'redis';
  readonly buyers: number;
  readonly units: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Readonly<Record<string, number>>;
}

const staff = system('prove');
const settleMs = 120_000;

/** Runs a trial on an empty, migrated database and judges it. Everything it starts is stopped again. */
export const runTrial = async (options: TrialOptions): Promise<TrialReport> => {
  const { config, buyers, units, seed, fault } = options;
  const core = await createCore({ ...config, databasePoolSize: 4 }, { applicationName: 'cartwright-prove' });
  const itemId = await prepareSale(core, units);
  const shop = await startShop(options);
  try {
    let done = 0;
    const crowd = sendCrowd(
      {
        urls: () => shop.apis.map((api) => api.url),
        itemId,
        buyers,
        seed,
        burstMs: 1_000,
        patienceMs: 60_000,
        payments: options.payments ?? true,
      },
      () => options.onProgress?.((done += 1)),
    );
    const start = performance.now();
    // In the middle of the rush, and the same one for the same seed.
    await Promise.all([crowd, pause(200 + (seed % 5) * 100).then(() => fault.strike(shop))]);
    const report = await crowd;
    const seconds = (performance.now() - start) / 1_000;
    for (const until = Date.now() + settleMs; Date.now() < until && (await countOpenWork(core, itemId)) > 0;) await pause(250);
    const at = (share: number): number => Math.round(report.waits[Math.floor((report.waits.length - 1) * share)] ?? 0);
    return {
      ...(await judge(core, itemId, report, fault.name !== 'none')),
      fault: fault.name,
      seed,
      queues: config.redisUrl ? 'redis' : 'postgresql',
      buyers,
      units,
      perSecond: Math.round(buyers / seconds),
      p50: at(0.5),
      p99: at(0.99),
      statuses: report.statuses,
    };
  } finally {
    await Promise.all([...shop.apis, shop.worker].map((process) => process.kill()));
    await closeCore(core);
  }
};

const prepareSale = async (core: Core, units: number): Promise<FlashSaleItemId> => {
  const product = await createProduct(
    core,
    staff,
    contract.products.create.input.parse({
      name: 'The one thing',
      status: 'active',
      variants: [{ sku: 'ONE', priceCents: 9_900, stock: units + 10 }],
    }),
  );
  const [variant] = product.variants;
  const sale = await createFlashSale(
    core,
    staff,
    contract.flashSales.create.input.parse({
      name: 'The drop',
      startsAt: new Date(Date.now() - 60_000).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      paymentWindowMinutes: 60,
      items: [{ variantId: variant?.id, units, salePriceCents: 4_900 }],
    }),
  );
  const [item] = sale.items;
  if (!item) throw new Error('The sale has no item');
  return item.id;
};

const startShop = async ({ config, restartDatabase, apis = 2 }: TrialOptions): Promise<RunningShop> => {
  const shop = { config, url: config.databaseUrl };
  // The whole crowd comes from one address, which would soon look like somebody who tries out cards.
  const startApi = (): Promise<ShopProcess> => startApiProcess(shop, { DECLINES_PER_ADDRESS: '1000000' });
  const startWorker = (): Promise<ShopProcess> => startWorkerProcess(shop);
  return {
    apis: await Promise.all(Array.from({ length: apis }, startApi)),
    worker: await startWorker(),
    startApi,
    startWorker,
    restartDatabase,
    redisUrl: config.redisUrl,
  };
};
