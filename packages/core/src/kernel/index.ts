export * from './actor.ts';
export * from './advisory.locks.ts';
export * from './cache.ts';
export { withoutCall } from './call-core.ts';
export * from './clock.ts';
export * from './coalesced-read.ts';
export { commonTables } from './common-tables.ts';
export * from './core.ts';
export * from './counted.ts';
export * from './csv-cells.ts';
export {
  isCheckViolation,
  isDatabaseUnavailable,
  isImpossibleText,
  isLockTimeout,
  isUnstorable,
  isUniqueViolation,
  lacksSchema,
  takenValue,
} from './database-error.ts';
export { nameCall, type CallName } from './call-name.ts';
export * from './domain-error.ts';
export { ConfigError, coreEnv, loadConfig, loadConfigWith, settingsOf, whole, type CoreConfig } from './env.ts';
export * from './failpoints.ts';
export * from './frozen.ts';
export * from './group-commit.ts';
export * from './idempotency.ts';
export * from './ids.ts';
export { renewSetupNonce } from './installation.store.ts';
export * from './installation.ts';
export * from './json.ts';
export type { KeyedCall, KeyedRequest } from './keyed-call.ts';
export * from './lease.ts';
export * from './limit-guesses.ts';
export * from './buyer-identity.ts';
export * from './limit-misses.ts';
export { busy, patientQueue, promptQueue } from './batcher.ts';
export { notFound } from './not-found.ts';
export { orderEventsByIds } from './outbox.store.ts';
export { answerGone, keyReused, type Once } from './once.ts';
export type { Outbox, PendingOutbox } from './outbox.ts';
export * from './paging.ts';
export * from './per-core.ts';
export * from './ports.ts';
export * from './random-code.ts';
export * from './rate-limiter.ts';
export * from './read-cache.ts';
export * from './retry-policy.ts';
export * from './row.store.ts';
export * from './same-token.ts';
export * from './sealed-columns.ts';
export * from './sealer.ts';
export { connectRedis, redisTimeouts, RedisUnavailable, type SharedRedis } from './shared-redis.ts';
export * from './statement.ts';
export { storableText } from './storable-text.ts';
export * from './stored-record.ts';
export * from './taken.ts';
export * from './transact.ts';
export * from './transitions.ts';
export { versionMismatch } from './version-mismatch.ts';
export * from './work-off.ts';
export * from './within-time.ts';
