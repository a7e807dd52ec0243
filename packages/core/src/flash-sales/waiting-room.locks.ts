/** The locks on waiting rooms. */
import type { FlashSaleId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { stateOf } from './flash-sale.queries.ts';

export interface LockedRoom {
  readonly lastNumber: number;
  /** The state of the sale. */
  readonly state: string;
  readonly waitingRoom: boolean;
}

/** Tx step: locks the waiting room of a sale for buyers who join; undefined when the sale does not exist. */
export const lockWaitingRoom = async (tx: Tx, saleId: FlashSaleId): Promise<LockedRoom | undefined> => {
  const { rows } = await sql<LockedRoom>`
    select r.last_number as "lastNumber", ${stateOf} as state, s.waiting_room as "waitingRoom"
    from waiting_rooms r join flash_sales s on s.id = r.sale_id where r.sale_id = ${saleId} for no key update of r`.execute(tx.db);
  return rows[0];
};

/** Tx step: locks the waiting room of a sale without waiting; false when another caller has locked it. */
export const tryLockWaitingRoom = async (tx: Tx, saleId: FlashSaleId): Promise<boolean> => {
  const { rows } = await sql`select 1 from waiting_rooms where sale_id = ${saleId} for no key update skip locked`.execute(tx.db);
  return rows.length > 0;
};
