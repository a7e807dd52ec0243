/** The entities of all tables, and functions to open and migrate the database. */
export { entities } from './entities/index.ts';
export * from './entities/all.ts';
export { listen, type Listener } from './listen.ts';
export { columnOf } from './naming.ts';
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
