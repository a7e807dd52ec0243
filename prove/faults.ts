/** The faults that a trial can inject during the purchases. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Core } from '@cartwright/core/kernel';
import { Redis } from 'ioredis';
import { checkReleasedUnits, settleLostResponses, sendWebhookStorm } from './aftermath.ts';
import type { PaymentMix } from './crowd.ts';
import type { RunningShop } from './shop.ts';

export interface Fault {
  readonly name: string;
  /** Whether the shop has the component that this fault breaks. */
  readonly possible: (shop: { readonly redisUrl: string | null; readonly ownDatabase: boolean }) => boolean;
  readonly inject: (shop: RunningShop) => Promise<void>;
  /** How buyers pay, if the fault is about payments. */
  readonly paymentMix?: PaymentMix;
  /** Settings of API and worker. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether units are released during the trial and buyers try again; the payment window of unpaid orders is then short. */
  readonly releasesUnits?: boolean;
  /** Runs after every buyer has an outcome. Returns the problems as sentences. */
  readonly afterwards?: (shop: RunningShop, core: Core, seed: number) => Promise<readonly string[]>;
  /** Whether buyers may get broken connections and 503s, because the fault is in the shop, not at the provider. */
  readonly breaksResponses: boolean;
}

const always = (): boolean => true;

export const faults: readonly Fault[] = [
  { name: 'none', possible: always, breaksResponses: false, inject: async () => undefined },
  {
    name: 'kill-api',
    possible: always,
    breaksResponses: true,
    inject: async (shop) => {
      const api = shop.apis.shift();
      await api?.kill();
      shop.apis.push(await shop.startApi());
    },
  },
  {
    name: 'freeze-api',
    possible: always,
    breaksResponses: true,
    inject: async (shop) => {
      const [api] = shop.apis;
      api?.signal('SIGSTOP');
      await pause(3_000);
      api?.signal('SIGCONT');
    },
  },
  {
    name: 'kill-worker',
    possible: always,
    breaksResponses: true,
    inject: async (shop) => {
      await shop.worker.kill();
      shop.worker = await shop.startWorker();
    },
  },
  {
    name: 'restart-database',
    possible: (shop) => shop.ownDatabase,
    breaksResponses: true,
    inject: async (shop) => shop.restartDatabase?.(),
  },
  {
    name: 'flush-redis',
    possible: (shop) => shop.redisUrl !== null,
    breaksResponses: true,
    // Lost queue jobs are restored from PostgreSQL within the time that a trial has to settle.
    env: { RECOVER_AFTER_SECONDS: '20' },
    inject: async (shop) => {
      if (!shop.redisUrl) return;
      const redis = new Redis(shop.redisUrl);
      await redis.flushall();
      redis.disconnect();
    },
  },
  {
    name: 'slow-provider',
    possible: always,
    breaksResponses: false,
    paymentMix: { lostResponse: 0.5 },
    inject: async () => undefined,
    afterwards: (_shop, core) => settleLostResponses(core),
  },
  {
    name: 'webhook-storm',
    possible: always,
    breaksResponses: false,
    paymentMix: { confirmation: 1 },
    inject: async () => undefined,
    afterwards: sendWebhookStorm,
  },
  {
    name: 'declines',
    possible: always,
    breaksResponses: false,
    paymentMix: { decline: 0.3, later: 0.2 },
    env: { DECLINES_PER_ORDER: '1' },
    releasesUnits: true,
    inject: async () => undefined,
    afterwards: (_shop, core) => checkReleasedUnits(core),
  },
];
