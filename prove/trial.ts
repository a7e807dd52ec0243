/** One trial: a shop of real processes, a sale, many buyers, a fault, a verdict. */
import { contract, type FlashSaleItemId } from '@cartwright/contracts';
import { createProduct } from '@cartwright/core/catalog';
import { closeCore, createCore } from '@cartwright/core/composition';
import { createFlashSale } from '@cartwright/core/flash-sales';
import { system, type Core, type CoreConfig } from '@cartwright/core/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { defaultMix, sendCrowd, type CrowdReport } from './crowd.ts';
import { endIdleWindows } from './aftermath.ts';
import type { Fault } from './faults.ts';
import { startShop } from './shop.ts';
import { measureSteps, type StepTimes } from './steps.ts';
import { countOpenWork, countUnsold, checkTrial, type Verdict } from './verdict.ts';

export interface TrialOptions {
  readonly config: CoreConfig;
  readonly buyers: number;
  readonly units: number;
  readonly seed: number;
  readonly fault: Fault;
  readonly restartDatabase?: () => Promise<void>;
  readonly apis?: number;
  readonly payments?: boolean;
  /** Called for each buyer with a final response. */
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
  /** The share of buyers with a final response after each second. */
  readonly served: readonly number[];
  readonly steps: readonly StepTimes[];
}

const staff = system('prove');
const settleMs = 120_000;

/** Runs a trial on an empty, migrated database and checks it. Stops everything that it started. */
export const runTrial = async (options: TrialOptions): Promise<TrialReport> => {
  const { config, buyers, units, seed, fault } = options;
  const core = await createCore({ ...config, databasePoolSize: 4 }, { applicationName: 'cartwright-prove' });
  const itemId = await prepareSale(core, units);
  const shop = await startShop({ ...options, env: fault.env });
  try {
    let done = 0;
    let sold = false;
    let faultLasts = false;
    const inject = async (): Promise<void> => {
      faultLasts = true;
      await fault.inject(shop).finally(() => (faultLasts = false));
    };
    const resale = { over: false, watch: Promise.resolve() };
    if (fault.releasesUnits)
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
        timeoutMs: 60_000,
        faultLasts: () => faultLasts,
        paymentMix: options.payments === false ? { later: 1 } : (fault.paymentMix ?? defaultMix),
        ...(fault.releasesUnits && { mayBeReleased: () => !sold }),
      },
      () => options.onProgress?.((done += 1)),
    );
    const start = performance.now();
    // During the purchases, at a time that depends on the seed.
    await Promise.all([crowd, pause(200 + (seed % 5) * 100).then(inject)]);
    const report = await crowd;
    resale.over = true;
    await resale.watch;
    const seconds = (performance.now() - start) / 1_000;
    const steps = await measureSteps(core, itemId, report);
    const wrong = (await fault.afterwards?.(shop, core, seed)) ?? [];
    for (const until = Date.now() + settleMs; Date.now() < until && (await countOpenWork(core, itemId)) > 0;) await pause(250);
    const at = (share: number): number => Math.round(report.waits[Math.floor((report.waits.length - 1) * share)] ?? 0);
    const verdict = await checkTrial(core, itemId, report, fault.breaksResponses);
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

/** Ends the payment windows of unpaid orders until every unit is paid or no buyer is left. */
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
