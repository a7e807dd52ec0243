import type { FlashSaleId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { transact, workOff, type Core, type Tx } from '../kernel/index.ts';
import { decideAdmission, type AdmissionMetrics, type AdmissionRules } from './decide-admission.ts';
import { stateOf } from './flash-sale.queries.ts';
import { tryLockWaitingRoom } from './waiting-room.locks.ts';
import { admitPlaces, setAdmittedThrough } from './waiting-room.store.ts';

interface RoomRow extends AdmissionMetrics, AdmissionRules {
  readonly state: string;
  readonly minutesInside: number;
  readonly admittedThrough: number;
}

/**
 * Admits the next buyers of a waiting room, as many as stock and pace allow. Safe to call concurrently: one caller
 * locks the room, the others do nothing. Returns how many were admitted.
 */
export const admitBuyers = (core: Core, saleId: FlashSaleId): Promise<number> =>
  transact(core, async (tx) => {
    if (!(await tryLockWaitingRoom(tx, saleId))) return 0;
    const room = await readRoom(tx, saleId);
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

const readRoom = async (tx: Tx, saleId: FlashSaleId): Promise<RoomRow | undefined> => {
  const { rows } = await sql<RoomRow>`
    select ${stateOf} as state, s.minutes_inside as "minutesInside", s.admit_per_second as "admitPerSecond", s.overbooking_basis_points as "overbookingBasisPoints",
      r.admitted_through as "admittedThrough", (r.last_number - r.admitted_through)::int as waiting, extract(epoch from clock_timestamp() - r.ticked_at)::float8 as "secondsSinceLast",
      (select count(*)::int from waiting_places w where w.sale_id = s.id and w.admitted_at is not null and w.used_at is null and w.admitted_until > now()) as inside,
      (select coalesce(sum(a.units_free), 0)::int from flash_sale_items i join stock_allocations a on a.id = i.id where i.sale_id = s.id) as "unitsFree",
      (select count(*)::int from flash_purchases f join flash_sale_items i on i.id = f.item_id where i.sale_id = s.id and f.created_at > now() - interval '10 seconds') as "purchasesInTenSeconds"
    from waiting_rooms r join flash_sales s on s.id = r.sale_id where r.sale_id = ${saleId}`.execute(tx.db);
  return rows[0];
};

/** Admits buyers to every waiting room with waiting buyers. Returns how many were admitted. */
export const admitEverywhere = async (core: Core): Promise<number> => {
  const { rows } = await sql<{ id: FlashSaleId }>`
    select s.id from flash_sales s join waiting_rooms r on r.sale_id = s.id
    where s.waiting_room and s.closed_at is null and s.starts_at <= now() and r.last_number > r.admitted_through`.execute(core.db);
  let admitted = 0;
  await workOff(core, rows, { what: 'the admission to a waiting room', atOnce: 1 }, async ({ id }) => {
    admitted += await admitBuyers(core, id);
    return true;
  });
  return admitted;
};
