/** What may break while people buy. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Core } from '@cartwright/core/kernel';
import { Redis } from 'ioredis';
import { declinesComeBack, settleSlowPayers, stormWebhooks } from './aftermath.ts';
import type { Ways } from './crowd.ts';
import type { RunningShop } from './trial.ts';

export interface Fault {
  readonly name: string;
  /** Whether the shop has what this fault breaks. */
  readonly possible: (shop: { readonly redisUrl: string | null; readonly ownDatabase: boolean }) => boolean;
  readonly strike: (shop: RunningShop) => Promise<void>;
  /** How buyers pay, where the fault is about that. */
  readonly ways?: Ways;
  /** Settings of API and worker. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether units come back while buyers are there, who then come again; those who do not pay have a moment only. */
  readonly unitsComeBack?: boolean;
  /** What happens once every buyer has been told. Returns what went wrong, each a sentence. */
  readonly afterwards?: (shop: RunningShop, core: Core, seed: number) => Promise<readonly string[]>;
  /** Whether callers may see broken connections and 503s meanwhile; a fault of the shop, not of the provider. */
  readonly breaksAnswers: boolean;
}

const always = (): boolean => true;

export const faults: readonly Fault[] = [
  { name: 'none', possible: always, breaksAnswers: false, strike: async () => undefined },
  {
    name: 'kill-api',
    possible: always,
    breaksAnswers: true,
    strike: async (shop) => {
      const victim = shop.apis.shift();
      await victim?.kill();
      shop.apis.push(await shop.startApi());
    },
  },
  {
    name: 'freeze-api',
    possible: always,
    breaksAnswers: true,
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
    breaksAnswers: true,
    strike: async (shop) => {
      await shop.worker.kill();
      shop.worker = await shop.startWorker();
    },
  },
  { name: 'restart-database', possible: (shop) => shop.ownDatabase, breaksAnswers: true, strike: async (shop) => shop.restartDatabase?.() },
  {
    name: 'flush-redis',
    possible: (shop) => shop.redisUrl !== null,
    breaksAnswers: true,
    // What waited in the queue is gone, and comes back from PostgreSQL: within the time that a trial has to settle.
    env: { RECOVER_AFTER_SECONDS: '20' },
    strike: async (shop) => {
      if (!shop.redisUrl) return;
      const redis = new Redis(shop.redisUrl);
      await redis.flushall();
      redis.disconnect();
    },
  },
  {
    name: 'slow-provider',
    possible: always,
    breaksAnswers: false,
    ways: { slowly: 0.5 },
    strike: async () => undefined,
    afterwards: (_shop, core) => settleSlowPayers(core),
  },
  {
    name: 'webhook-storm',
    possible: always,
    breaksAnswers: false,
    ways: { byPage: 1 },
    strike: async () => undefined,
    afterwards: stormWebhooks,
  },
  {
    name: 'declines',
    possible: always,
    breaksAnswers: false,
    ways: { badly: 0.3, later: 0.2 },
    env: { DECLINES_PER_ORDER: '1' },
    unitsComeBack: true,
    strike: async () => undefined,
    afterwards: (_shop, core) => declinesComeBack(core),
  },
];
