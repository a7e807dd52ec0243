/** The two handles that domain code is given: `Core` outside a transaction, `Tx` inside one. */
import type { PaymentProvider } from '@cartwright/contracts';
import type { Database, OpenDatabase } from '@cartwright/db';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import type { CoreConfig } from './env.ts';
import type { Failpoints } from './failpoints.ts';
import type { Ids } from './ids.ts';
import type { KeyedCall } from './keyed-call.ts';
import type { Outbox } from './outbox.ts';
import type { RelayNotifier, MailChannel, PaymentGateway, RateLimiter, SearchEngine } from './ports.ts';
import type { ReadCache } from './read-cache.ts';
import type { Sealer } from './sealer.ts';

interface Shared {
  readonly config: CoreConfig;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly sealer: Sealer;
  readonly log: Logger;
  readonly failpoints: Failpoints;
}

/** A database handle that reads: no method of it writes, opens a transaction or hands out a handle that does. */
export type ReadOnlyDb = Pick<Kysely<Database>, 'selectFrom' | 'selectNoFrom' | 'fn' | 'dynamic' | 'getExecutor' | 'executeQuery'>;

/** The shop outside of a transaction: it reads. Writes go through `transact`. */
export interface Core extends Shared {
  readonly kind: 'core';
  /** The call under an idempotency key that this core is for; null outside of one. */
  readonly call: KeyedCall | null;
  readonly database: OpenDatabase;
  /** For reads; each statement sees what was committed before it. */
  readonly db: ReadOnlyDb;
  readonly gateways: ReadonlyMap<PaymentProvider, PaymentGateway>;
  readonly mail: MailChannel;
  /** Cached public reads, invalidated by events. */
  readonly reads: ReadCache;
  readonly search: SearchEngine;
  readonly limiter: RateLimiter;
  readonly relayNotifier: RelayNotifier;
}

/** The shop inside one transaction. Has no port to the outside. */
export interface Tx extends Shared {
  readonly kind: 'tx';
  /** The keyed call whose one transaction this is (`once`): rows that must be unique for the key store it. */
  readonly requestKey: string | null;
  readonly db: Kysely<Database>;
  /** MikroORM on the same transaction, for aggregates that are edited as objects; flushed before the commit. */
  readonly em: EntityManager;
  readonly outbox: Outbox;
}

/** For reads that may run inside or outside a transaction. */
export type Reader = Pick<Core | Tx, 'db' | 'sealer' | 'clock' | 'config'>;
