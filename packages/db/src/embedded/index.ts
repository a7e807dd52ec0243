/** A real PostgreSQL out of an npm package, for a first start without any server and for tests. */
export { resolvePostgresBinaries, type PostgresBinaries } from './binaries.ts';
export {
  ensureDatabase,
  freePort,
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './start-embedded-postgres.ts';
