/** The locks on waiting rooms. */
import type { FlashSaleId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { stateOf } from '../read-models/flash-sales.ts';

/** A locked waiting room and the state of its sale. */
export interface LockedRoom {
  readonly lastNumber: number;
  /** The state of the sale. */
  readonly state: string;
  readonly waitingRoom: boolean;
}

/** Tx step: locks the waiting room of a sale for buyers who join; undefined when the sale does not exist. */
export const lockWaitingRoom = (tx: Tx, saleId: FlashSaleId): Promise<LockedRoom | undefined> =>
  tx.db
    .selectFrom('waiting_rooms as r')
    .innerJoin('flash_sales as s', 's.id', 'r.saleId')
    .select(['r.lastNumber', stateOf.as('state'), 's.waitingRoom'])
    .where('r.saleId', '=', saleId)
    .forNoKeyUpdate('r')
    .executeTakeFirst();

/** Tx step: locks the waiting room of a sale without waiting; false when another caller has locked it. */
export const tryLockWaitingRoom = async (tx: Tx, saleId: FlashSaleId): Promise<boolean> => {
  const room = await tx.db
    .selectFrom('waiting_rooms')
    .select('saleId')
    .where('saleId', '=', saleId)
    .forNoKeyUpdate()
    .skipLocked()
    .executeTakeFirst();
  return room !== undefined;
};
