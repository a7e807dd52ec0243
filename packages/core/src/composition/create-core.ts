/** Assembles a shop: opens the database and chooses the adapters by configuration. */
import { openDatabase } from '@cartwright/db';
import { LRUCache } from 'lru-cache';
import { pino, type Logger } from 'pino';
import type { PaymentProvider } from '@cartwright/contracts';
import {
  connectRedis,
  createFailpoints,
  createMemoryCache,
  createRateLimiter,
  createReadCache,
  createRedisCache,
  createRedisGenerations,
  createSealer,
  randomIds,
  RedisUnavailable,
  systemClock,
  transact,
  type Clock,
  type Core,
  type CoreConfig,
  type MailChannel,
  type Generations,
  type SealedPlace,
  type PaymentGateway,
  type SharedRedis,
  type SearchEngine,
  type WriteStatement,
} from '../kernel/index.ts';
import { createMailboxChannel } from '../notifications/channels/mailbox.channel.ts';
import { noteUnreadable } from '../operations/index.ts';
import { createPostgresSearch } from '../search/index.ts';
import { createNotifiedGenerations } from './notified-generations.ts';
import { createRelayNotifier } from './relay-notifications.ts';
import { createSandboxGateway } from '../payments/gateways/sandbox.gateway.ts';
import { sandboxWebhookSecret } from '../payments/gateways/sandbox.webhooks.ts';

/** Parts of a core that a caller brings, such as the clock of a test. */
export interface CoreOverrides {
  readonly clock?: Clock;
  readonly log?: Logger;
  readonly mail?: MailChannel;
  readonly gateways?: ReadonlyMap<PaymentProvider, PaymentGateway>;
  readonly search?: SearchEngine;
  readonly applicationName?: string;
  readonly onQuery?: (sql: string, durationMs: number) => void;
}

const secrets = ['password', 'refreshToken', 'accessToken', 'cartToken', 'token', 'clientSecret', 'email'];

/**
 * Paths that are redacted in logs: these fields in a log entry and its objects, and error properties of libraries that
 * repeat requests, addresses and payment methods.
 */
export const redactedPaths = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["x-cart-token"]',
  'res.headers["set-cookie"]',
  ...secrets.flatMap((name) => [name, `*.${name}`]),
  ...['raw', 'headers', 'payment_intent', 'payment_method', 'envelope', 'rejected', 'rejectedErrors'].map((name) => `err.${name}`),
];

/** Opens everything a shop needs. Close it with `closeCore`. */
export const createCore = async (config: CoreConfig, overrides: CoreOverrides = {}): Promise<Core> => {
  const log =
    overrides.log ?? pino({ level: config.logLevel, redact: redactedPaths, base: { service: overrides.applicationName ?? 'cartwright' } });
  const clock = overrides.clock ?? systemClock;
  const database = await openDatabase({
    url: config.databaseUrl,
    poolSize: config.databasePoolSize,
    lockTimeoutMs: config.databaseWaitSeconds * 1_000,
    connectTimeoutMs: (config.databaseWaitSeconds + 2) * 1_000,
    applicationName: overrides.applicationName ?? 'cartwright',
    // The driver attaches the whole connection to the error, so only the message is logged.
    onConnectionLost: (error) => log.warn({ reason: error.message }, 'an idle database connection was lost'),
    ...(overrides.onQuery && { onQuery: overrides.onQuery }),
  });
  const redis = config.redisUrl ? await connectRedis(config.redisUrl, log) : null;
  // Adapters that write are created before the core, and write through it.
  const write: WriteStatement = (statement) => transact(core, { oneStatement: true }, statement);
  const sealer = createSealer(config.secret, createUnreadableReporter(write, log));
  // Redis reports once itself that it does not answer.
  const reportCache = (error: unknown) =>
    log[error instanceof RedisUnavailable ? 'debug' : 'warn']({ err: error }, 'the cache is unavailable');
  const generations = redis
    ? createRedisGenerations(redis, config.redisPrefix, clock, reportCache)
    : createNotifiedGenerations(database.kysely, config.databaseUrl, randomIds.next(), log);
  const reads = createReadCache(
    { near: createMemoryCache(clock), far: redis && createRedisCache(redis, config.redisPrefix, reportCache) },
    generations,
    reportCache,
  );
  redis?.onBack(() => void reads.forgetOwed());
  const core: Core = {
    kind: 'core',
    call: null,
    config,
    clock,
    log,
    sealer,
    ids: randomIds,
    failpoints: createFailpoints(config.failpoints),
    database,
    db: database.kysely,
    reads,
    search: overrides.search ?? createPostgresSearch({ db: database.kysely, reads, clock }),
    limiter: createRateLimiter(redis, config.redisPrefix),
    mail: overrides.mail ?? (await chooseMail(config, write)),
    gateways: overrides.gateways ?? (await chooseGateways({ config, sealer, db: database.kysely }, write)),
    relayNotifier: createRelayNotifier(database.kysely, log),
  };
  connections.set(core, { redis, generations });
  return core;
};

const connections = new WeakMap<Core, { redis: SharedRedis | null; generations: Generations }>();

/** The Redis of cached reads, rate limits and queues; null for a shop without Redis. */
export const redisOf = (core: Core): SharedRedis | null => connections.get(core)?.redis ?? null;

/** Closes pools and connections. The core must not be used afterwards. */
export const closeCore = async (core: Core): Promise<void> => {
  const open = connections.get(core);
  await open?.generations.close();
  open?.redis?.close();
  await core.database.close();
};

const mostRemembered = 10_000;

/**
 * Reports each damaged value once per process: a log entry that names its place, and a row that the page Data integrity of the admin
 * shows.
 */
const createUnreadableReporter = (write: WriteStatement, log: Logger): ((place: SealedPlace) => void) => {
  const reported = new LRUCache<string, true>({ max: mostRemembered });
  return (place) => {
    const [table, column, rowId] = place;
    const name = place.join('|');
    if (reported.get(name)) return;
    reported.set(name, true);
    log.error({ table, column, rowId }, 'a sealed value is damaged and cannot be read');
    write((tx) => noteUnreadable(tx, [place])).catch((error: unknown) =>
      log.warn({ err: error }, 'a damaged value could not be noted; the check finds it'),
    );
  };
};

// The code of a provider is loaded by shops that use it. It takes some MiB, and a busy heap grows to about four times what it keeps.
const chooseMail = async ({ smtpUrl, mailFrom }: CoreConfig, write: WriteStatement): Promise<MailChannel> => {
  if (!smtpUrl) return createMailboxChannel(write);
  const { createSmtpChannel } = await import('../notifications/channels/smtp.channel.ts');
  return createSmtpChannel(smtpUrl, mailFrom);
};

const chooseGateways = async (
  { config, sealer, db }: Pick<Core, 'config' | 'sealer' | 'db'>,
  write: WriteStatement,
): Promise<ReadonlyMap<PaymentProvider, PaymentGateway>> => {
  const gateways = new Map<PaymentProvider, PaymentGateway>();
  if (config.sandboxPayments)
    gateways.set(
      'sandbox',
      createSandboxGateway({ db, write, ids: randomIds, webhookSecret: sandboxWebhookSecret(sealer), publicUrl: config.publicUrl }),
    );
  if (config.stripe) {
    const { createStripeGateway } = await import('../payments/gateways/stripe.gateway.ts');
    gateways.set('stripe', createStripeGateway({ ...config.stripe, timeoutMs: config.gatewayTimeoutMs }));
  }
  return gateways;
};
