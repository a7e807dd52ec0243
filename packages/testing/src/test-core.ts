/** A whole shop for a test file: its own database, the real code, a mailbox and the sandbox provider. */
import { closeCore, createCore, type CoreOverrides } from '@cartwright/core/composition';
import type { Core, CoreConfig } from '@cartwright/core/kernel';
import { pino } from 'pino';
import { createTestDatabase } from './test-database.ts';
import { templateName } from './setup/index.ts';

/** The secret of every test shop. */
export const testSecret = 'a-secret-for-tests-only-0123456789abcdef';

/** A shop of a test file. */
export interface TestShop {
  readonly core: Core;
  readonly url: string;
  readonly config: CoreConfig;
  /** Returns the SQL statements that `work` runs. */
  countQueries(work: () => Promise<unknown>): Promise<string[]>;
  close(): Promise<void>;
}

/** Settings of a shop on a database, with the defaults of a first start. */
export const testConfig = (databaseUrl: string, changes: Partial<CoreConfig> = {}): CoreConfig => ({
  environment: 'test',
  secret: testSecret,
  databaseUrl,
  databasePoolSize: 20,
  // Races on a loaded host wait longer than a buyer would.
  databaseWaitSeconds: 25,
  redisUrl: null,
  redisPrefix: new URL(databaseUrl).pathname.slice(1),
  publicUrl: 'http://127.0.0.1:4000',
  editPaymentHours: 72,
  returnTransitDays: 30,
  logLevel: 'silent',
  accessTokenMinutes: 15,
  refreshTokenDays: 7,
  cartHoldMinutes: 15,
  cartHoldMaxMinutes: 60,
  cartAbandonedHours: 24,
  holdLimitCarts: 20,
  holdLimitUnits: 50_000,
  paymentWindowMinutes: 30,
  paymentRetryMinutes: 15,
  declinesPerOrder: 5,
  declinesPerAddress: 20,
  codeGuessesLimit: 10,
  gatewayTimeoutMs: 5_000,
  stripe: null,
  sandboxPayments: true,
  imageHosts: [],
  smtpUrl: null,
  mailFrom: 'Test shop <shop@example.com>',
  metricsToken: null,
  failpoints: '',
  ...changes,
});

/** A log of warnings and errors that a test can read. */
export const createReadableLog = (): { log: NonNullable<CoreOverrides['log']>; text: () => string } => {
  let text = '';
  return { log: pino({ level: 'warn' }, { write: (line: string) => void (text += line) }), text: () => text };
};

/** Opens a shop with its own database: an empty migrated one, or a copy of another. Call `close` after the tests of the file. */
export const createTestShop = async (
  changes: Partial<CoreConfig> = {},
  overrides: CoreOverrides = {},
  template: string = templateName,
): Promise<TestShop> => {
  const database = await createTestDatabase(template);
  const config = testConfig(database.url, changes);
  let statements: string[] | null = null;
  const core = await createCore(config, {
    log: pino({ level: config.logLevel }),
    ...overrides,
    onQuery: (text) => statements?.push(text),
  });
  return {
    core,
    url: database.url,
    config,
    countQueries: async (work) => {
      statements = [];
      await work();
      // The NOTIFY of an earlier change may be sent during the work.
      const seen = statements.filter((text) => !text.includes('pg_notify'));
      statements = null;
      return seen;
    },
    close: async () => {
      await closeCore(core);
      await database.drop();
    },
  };
};
