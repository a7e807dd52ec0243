/** The locks on collections. */
import type { Collection, CollectionId } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Tx step: locks a collection and reads the columns; undefined when there is none. */
export const lockCollection = async (tx: Tx, id: CollectionId, columns: RawBuilder<unknown>): Promise<Collection | undefined> =>
  (await sql<Collection>`select ${columns} from collections where id = ${id} for no key update`.execute(tx.db)).rows[0];
