/** What may break while people buy. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { RunningShop } from './trial.ts';

export interface Fault {
  readonly name: string;
  /** Whether the shop has what this fault breaks. */
  readonly possible: (shop: { readonly redisUrl: string | null; readonly ownDatabase: boolean }) => boolean;
  readonly strike: (shop: RunningShop) => Promise<void>;
}

const always = (): boolean => true;

export const faults: readonly Fault[] = [
  { name: 'none', possible: always, strike: async () => undefined },
  {
    name: 'kill-api',
    possible: always,
    strike: async (shop) => {
      const victim = shop.apis.shift();
      await victim?.kill();
      shop.apis.push(await shop.startApi());
    },
  },
  {
    name: 'freeze-api',
    possible: always,
    strike: async (shop) => {
      const [victim] = shop.apis;
      victim?.signal('SIGSTOP');
      await pause(3_000);
      victim?.signal('SIGCONT');
    },
  },
  {
    name: 'kill-worker',
    possible: always,
    strike: async (shop) => {
      await shop.worker.kill();
      shop.worker = await shop.startWorker();
    },
  },
  { name: 'restart-database', possible: (shop) => shop.ownDatabase, strike: async (shop) => shop.restartDatabase?.() },
  {
    name: 'flush-redis',
    possible: (shop) => shop.redisUrl !== null,
    strike: async (shop) => {
      if (!shop.redisUrl) return;
      const redis = new Redis(shop.redisUrl);
      await redis.flushall();
      redis.disconnect();
    },
  },
];
