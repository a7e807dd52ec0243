/** The processes of the shop under trial. */
import type { CoreConfig } from '@cartwright/core/kernel';
import { startApiProcess, startWorkerProcess, type ShopProcess } from '@cartwright/testing/shop-process';

/** The processes of a shop; a fault may replace them. */
export interface RunningShop {
  readonly apis: ShopProcess[];
  worker: ShopProcess;
  startApi(): Promise<ShopProcess>;
  startWorker(): Promise<ShopProcess>;
  /** Kills PostgreSQL and starts it again; undefined if the trial does not own the server. */
  readonly restartDatabase: (() => Promise<void>) | undefined;
  readonly redisUrl: string | null;
}

/** Starts the APIs and the worker of a shop. */
export const startShop = async ({
  config,
  env = {},
  restartDatabase,
  apis = 2,
}: {
  readonly config: CoreConfig;
  /** Settings of API and worker. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly restartDatabase?: (() => Promise<void>) | undefined;
  readonly apis?: number | undefined;
}): Promise<RunningShop> => {
  const shop = { config, url: config.databaseUrl };
  const settings = { DATABASE_WAIT_SECONDS: String(config.databaseWaitSeconds), ...env };
  // All buyers share one network address, which would soon reach the limit against card testing.
  const startApi = (): Promise<ShopProcess> => startApiProcess(shop, { DECLINES_PER_ADDRESS: '1000000', ...settings });
  const startWorker = (): Promise<ShopProcess> => startWorkerProcess(shop, settings);
  return {
    apis: await Promise.all(Array.from({ length: apis }, startApi)),
    worker: await startWorker(),
    startApi,
    startWorker,
    restartDatabase,
    redisUrl: config.redisUrl,
  };
};
