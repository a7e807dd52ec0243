/** Writes `permanent_keys`: the keys of requests that had an effect, kept permanently, as hashes. */
import { sql } from 'kysely';
import type { Tx } from './core.ts';

/** A call as its key stores it permanently: hashes only, because personal data must not outlive its purpose. */
export interface KeyedRequest {
  /** Hash of actor, endpoint and key. */
  readonly requestKey: string;
  readonly endpoint: string;
  /** Hash of the input, salted with the key. */
  readonly fingerprint: string;
}

/** Inserts the key of a request; waits for the commit of a concurrent call with the same key. Returns false when the key exists. */
export const insertPermanentKey = async ({ db }: Pick<Tx, 'db'>, { requestKey, endpoint, fingerprint }: KeyedRequest): Promise<boolean> => {
  const { rows } = await sql`
    insert into permanent_keys (request_key, endpoint, fingerprint) values (${requestKey}, ${endpoint}, ${fingerprint})
    on conflict (request_key) do nothing returning 1`.execute(db);
  return rows.length > 0;
};

/** Stores the id of the record that the request created. */
export const setKeySubject = async ({ db }: Pick<Tx, 'db'>, requestKey: string, subjectId: string): Promise<void> => {
  await sql`update permanent_keys set subject_id = ${subjectId} where request_key = ${requestKey}`.execute(db);
};
