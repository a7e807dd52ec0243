/** One trial: a shop of real processes, a sale, a crowd, a fault, a verdict. */
import { contract, type FlashSaleItemId } from '@cartwright/contracts';
import { createProduct } from '@cartwright/core/catalog';
import { closeCore, createCore } from '@cartwright/core/composition';
import { createFlashSale } from '@cartwright/core/flash-sales';
import { system, type Core, type CoreConfig } from '@cartwright/core/kernel';
import { startApiProcess, startWorkerProcess, type ShopProcess } from '@cartwright/testing/shop-process';
import { setTimeout as pause } from 'node:timers/promises';
import { sendCrowd, usualWays, type CrowdReport } from './crowd.ts';
import { endIdleWindows } from './aftermath.ts';
import type { Fault } from './faults.ts';
import { measureSteps, type StepTimes } from './steps.ts';
import { countOpenWork, countUnsold, judge, type Verdict } from './verdict.ts';

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
  /** The share of buyers who had their answer after each second. */
  readonly served: readonly number[];
  readonly steps: readonly StepTimes[];
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
    let sold = false;
    let faultLasts = false;
    const strike = async (): Promise<void> => {
      faultLasts = true;
      await fault.strike(shop).finally(() => (faultLasts = false));
    };
    const resale = { over: false, watch: Promise.resolve() };
    if (fault.unitsComeBack)
      resale.watch = watchSale(
        core,
        itemId,
        () => resale.over || sold,
        () => (sold = true),
      );
    const crowd = sendCrowd(
      {
        urls: () => shop.apis.map((api) => api.url),
        itemId,
        buyers,
        seed,
        burstMs: 1_000,
        patienceMs: 60_000,
        faultLasts: () => faultLasts,
        ways: options.payments === false ? { later: 1 } : (fault.ways ?? usualWays),
        ...(fault.unitsComeBack && { mayComeBack: () => !sold }),
      },
      () => options.onProgress?.((done += 1)),
    );
    const start = performance.now();
    // In the middle of the rush, and the same one for the same seed.
    await Promise.all([crowd, pause(200 + (seed % 5) * 100).then(strike)]);
    const report = await crowd;
    resale.over = true;
    await resale.watch;
    const seconds = (performance.now() - start) / 1_000;
    const steps = await measureSteps(core, itemId, report);
    const wrong = (await fault.afterwards?.(shop, core, seed)) ?? [];
    for (const until = Date.now() + settleMs; Date.now() < until && (await countOpenWork(core, itemId)) > 0;) await pause(250);
    const at = (share: number): number => Math.round(report.waits[Math.floor((report.waits.length - 1) * share)] ?? 0);
    const verdict = await judge(core, itemId, report, fault.breaksAnswers);
    return {
      ...verdict,
      problems: [...verdict.problems, ...wrong],
      fault: fault.name,
      seed,
      queues: config.redisUrl ? 'redis' : 'postgresql',
      buyers,
      units,
      perSecond: Math.round(buyers / seconds),
      p50: at(0.5),
      p99: at(0.99),
      statuses: report.statuses,
      served: servedBySecond(report),
      steps,
    };
  } finally {
    await Promise.all([...shop.apis, shop.worker].map((process) => process.kill()));
    await closeCore(core);
  }
};

/** Looks until every unit is paid for, or nobody is left; takes the units of those who do not pay back. */
const watchSale = async (core: Core, itemId: FlashSaleItemId, over: () => boolean, onSold: () => void): Promise<void> => {
  while (!over()) {
    if ((await countUnsold(core, itemId)) === 0) onSold();
    else await Promise.all([endIdleWindows(core), pause(500)]);
  }
};

const servedBySecond = ({ visits }: CrowdReport): number[] => {
  const all = [...visits.values()];
  const first = Math.min(...all.map((visit) => visit.from));
  const last = Math.max(...all.map((visit) => visit.until));
  const after = (second: number): number => all.filter((visit) => visit.until <= first + second * 1_000).length / all.length;
  return Array.from({ length: Math.ceil((last - first) / 1_000) }, (_, n) => after(n + 1));
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

const startShop = async ({ config, fault, restartDatabase, apis = 2 }: TrialOptions): Promise<RunningShop> => {
  const shop = { config, url: config.databaseUrl };
  // The whole crowd comes from one address, which would soon look like somebody who tries out cards.
  const startApi = (): Promise<ShopProcess> => startApiProcess(shop, { DECLINES_PER_ADDRESS: '1000000', ...fault.env });
  const startWorker = (): Promise<ShopProcess> => startWorkerProcess(shop, { ...fault.env });
  return {
    apis: await Promise.all(Array.from({ length: apis }, startApi)),
    worker: await startWorker(),
    startApi,
    startWorker,
    restartDatabase,
    redisUrl: config.redisUrl,
  };
};
