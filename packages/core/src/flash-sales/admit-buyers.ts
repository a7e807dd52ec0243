import type { FlashSaleId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { now, transact, workOff, type Core } from '../kernel/index.ts';
import { readRoomLoad } from '../read-models/waiting-rooms.ts';
import { decideAdmission } from './decide-admission.ts';
import { tryLockWaitingRoom } from './waiting-room.locks.ts';
import { admitPlaces, setAdmittedThrough } from './waiting-room.store.ts';

/**
 * Admits the next buyers of a waiting room, as many as stock and pace allow. Safe to call concurrently: one caller
 * locks the room, the others do nothing. Returns how many were admitted.
 */
export const admitBuyers = (core: Core, saleId: FlashSaleId): Promise<number> =>
  transact(core, async (tx) => {
    if (!(await tryLockWaitingRoom(tx, saleId))) return 0;
    const room = await readRoomLoad(tx.db, saleId);
    if (!room) return 0;
    // Before the start and during a pause no time is counted, so that no admissions accumulate.
    const count = room.state === 'open' ? decideAdmission(room, room) : 0;
    const through = room.admittedThrough + count;
    const idle = count === 0 && room.state === 'open' && room.waiting > 0;
    if (count > 0) await admitPlaces(tx, saleId, { after: room.admittedThrough, through, minutesInside: room.minutesInside });
    // A step too short for a whole buyer leaves its time to the next step.
    if (!idle) await setAdmittedThrough(tx, saleId, through);
    return count;
  });

/** Admits buyers to every waiting room with waiting buyers. Returns how many were admitted. */
export const admitEverywhere = async (core: Core): Promise<number> => {
  const rooms = await core.db
    .selectFrom('flash_sales as s')
    .innerJoin('waiting_rooms as r', 'r.saleId', 's.id')
    .select('s.id')
    .where('s.waitingRoom', '=', sql.lit(true))
    .where('s.closedAt', 'is', null)
    .where('s.startsAt', '<=', now)
    .whereRef('r.lastNumber', '>', 'r.admittedThrough')
    .$narrowType<{ id: FlashSaleId }>()
    .execute();
  let admitted = 0;
  await workOff(core, rooms, { what: 'the admission to a waiting room', atOnce: 1 }, async ({ id }) => {
    admitted += await admitBuyers(core, id);
    return true;
  });
  return admitted;
};
