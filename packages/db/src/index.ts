/** The entities of all tables, and functions to open and migrate the database. */
export { entities } from './entities/index.ts';
export * from './entities/accounts.entities.ts';
export * from './entities/carts.entities.ts';
export * from './entities/catalog.entities.ts';
export * from './entities/events.entities.ts';
export * from './entities/inventory.entities.ts';
export * from './entities/invoicing.entities.ts';
export * from './entities/notifications.entities.ts';
export * from './entities/orders.entities.ts';
export * from './entities/gateway-events.entities.ts';
export * from './entities/payments.entities.ts';
export * from './entities/sandbox.entities.ts';
export * from './entities/platform.entities.ts';
export * from './entities/pricing.entities.ts';
export * from './entities/search.entities.ts';
export { listen, type Listener } from './listen.ts';
export { isOutdatedStatement } from './prepared-pool.ts';
export {
  migrateDatabase,
  openDatabase,
  pendingMigrations,
  planMigrations,
  type Database,
  type DatabaseOptions,
  type OpenDatabase,
  type PlannedMigration,
} from './orm.ts';
