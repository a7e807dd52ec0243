/** The row that ties a database to the secret that seals it. */
import { sql } from 'kysely';
import type { Core, Reader, Tx } from './core.ts';
import { lockInstallation } from './installation.locks.ts';
import { insertInstallation } from './installation.store.ts';
import type { SealedPlace } from './sealed-columns.ts';
import { rowsAs } from './statement.ts';
import { transact } from './transact.ts';

/** `CARTWRIGHT_SECRET` does not open what this database holds. Its message is a sentence for the operator. */
export class SecretMismatch extends Error {
  override readonly name = 'SecretMismatch';
  constructor() {
    super(
      'CARTWRIGHT_SECRET is not the secret that this database was sealed with. Start with the secret that this shop has used so far; ' +
        'for a restored backup that is the secret of the shop it was taken from. The secret of a shop cannot be exchanged. ' +
        'Nothing was changed.',
    );
  }
}

const place: SealedPlace = ['installation', 'secret_check_sealed', '1'];
const checkText = 'cartwright';

/** Sealed values of shops of earlier versions. The oldest rows were sealed by the secret that the shop began with. */
const sealedColumns = [
  ['signing_keys', 'private_jwk_sealed', 'kid'],
  ['users', 'email_sealed', 'id'],
  ['orders', 'email_sealed', 'id'],
  ['notifications', 'recipient_sealed', 'id'],
  ['mails', 'to_sealed', 'id'],
] as const;
const samplesOfEach = 20;

interface Samples {
  readonly count: number;
  readonly opened: number;
}

/** How many of the oldest sealed values there are, and how many of them the secret opens. */
const trySamples = async ({ db, sealer }: Pick<Reader, 'db' | 'sealer'>): Promise<Samples> => {
  const named = sealedColumns.map(([name]) => ({ name }));
  const present = await db
    .selectFrom(rowsAs('t', named, { name: 'text' }))
    .select('t.name')
    .where(({ fn }) => fn('to_regclass', ['t.name']), 'is not', null)
    .execute();
  const tables = new Set<string>(present.map(({ name }) => name));
  const found: boolean[] = [];
  for (const [table, column, id] of sealedColumns) {
    if (!tables.has(table)) continue;
    const { rows } = await sql<{ id: string; sealed: string }>`
      select ${sql.ref(id)}::text as id, ${sql.ref(column)} as sealed from ${sql.table(table)}
      where ${sql.ref(column)} is not null order by ${sql.ref(id)} limit ${samplesOfEach}`.execute(db);
    found.push(...rows.map((row) => sealer.canOpen([table, column, row.id], row.sealed)));
  }
  return { count: found.length, opened: found.filter(Boolean).length };
};

const findCheck = async ({ db }: Pick<Reader, 'db'>): Promise<string | null> => {
  const table = await db
    .selectNoFrom(({ fn, val }) => fn<string | null>('to_regclass', [val('installation')]).as('name'))
    .executeTakeFirst();
  if (!table?.name) return null;
  const installation = await db.selectFrom('installation').select('secretCheckSealed').executeTakeFirst();
  return installation?.secretCheckSealed ?? null;
};

/** The random value from which the set-up token is derived; null before the first start. */
export const readSetupNonce = async ({ db }: Pick<Reader, 'db'>): Promise<string | null> => {
  const installation = await db.selectFrom('installation').select('setupNonce').executeTakeFirst();
  return installation?.setupNonce ?? null;
};

/**
 * Checks that the secret opens what the database holds, as far as it is migrated. Writes nothing. A few damaged values
 * do not block the shop, not even a damaged check value: then at least half of the oldest sealed values must open.
 * @throws SecretMismatch
 */
export const assertSecretOpens = async (core: Pick<Reader, 'db' | 'sealer'>): Promise<void> => {
  const check = await findCheck(core);
  if (check !== null && core.sealer.canOpen(place, check)) return;
  const { count, opened } = await trySamples(core);
  const isEmptyShop = check === null && count === 0;
  if (!isEmptyShop && (opened === 0 || opened * 2 < count)) throw new SecretMismatch();
};

/**
 * Ties a migrated database to this process's secret at the first start, and checks the secret at every later one. Of two
 * processes that start an empty shop with different secrets, the first wins and the second is refused.
 * @throws SecretMismatch
 */
export const claimInstallation = async (core: Core): Promise<void> => {
  if ((await findCheck(core)) === null) await transact(core, writeCheck);
  await assertSecretOpens(core);
};

const writeCheck = async (tx: Tx): Promise<void> => {
  await lockInstallation(tx);
  if ((await findCheck(tx)) !== null) return;
  await assertSecretOpens(tx);
  await insertInstallation(tx, tx.sealer.seal(place, checkText));
};
