/** Writes `permanent_keys`: the keys of requests that had an effect, kept permanently, as hashes. */
import type { Tx } from './core.ts';
import type { KeyedRequest } from './keyed-call.ts';

/** Inserts the key of a request; waits for the commit of a concurrent call with the same key. Returns false when the key exists. */
export const insertPermanentKey = async ({ db }: Pick<Tx, 'db'>, { requestKey, endpoint, fingerprint }: KeyedRequest): Promise<boolean> => {
  const inserted = await db
    .insertInto('permanent_keys')
    .values({ requestKey, endpoint, fingerprint })
    .onConflict((oc) => oc.column('requestKey').doNothing())
    .returning('requestKey')
    .executeTakeFirst();
  return inserted !== undefined;
};

/** Stores the id of the record that the request created. */
export const setKeySubject = async ({ db }: Pick<Tx, 'db'>, requestKey: string, subjectId: string): Promise<void> => {
  await db.updateTable('permanent_keys').set({ subjectId }).where('requestKey', '=', requestKey).execute();
};
