/**
 * Writes `waiting_rooms` and `waiting_places`. The caller has locked the room. A purchase marks its place as used in
 * `flash-purchase.store.ts`.
 */
import type { FlashSaleId, WaitingPlaceId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { rowsAs, seconds, type Tx } from '../kernel/index.ts';

/** Inserts the empty waiting rooms of new sales. */
export const insertWaitingRooms = async (tx: Tx, saleIds: readonly FlashSaleId[]): Promise<void> => {
  await tx.db
    .insertInto('waiting_rooms')
    .values(saleIds.map((saleId) => ({ saleId })))
    .execute();
};

/** A place to give. */
export interface NewPlace {
  readonly identity: string;
  readonly id: WaitingPlaceId;
  readonly number: number;
}
/** The present place of a buyer. */
export interface PlaceRow {
  readonly identity: string;
  readonly id: WaitingPlaceId;
  readonly number: number;
}

/** Gives buyers the next places of a room: new ones, or their used and missed ones with a new number. Returns the places. */
export const writePlaces = async (tx: Tx, saleId: FlashSaleId, places: readonly NewPlace[]): Promise<PlaceRow[]> => {
  const { rows } = await sql<PlaceRow>`
    with came as (select * from ${rowsAs('c', places, { id: 'uuid', identity: 'text', number: 'bigint' })}),
    counted as (
      update waiting_rooms set last_number = last_number + ${places.length} where sale_id = ${saleId})
    insert into waiting_places as w (id, sale_id, identity, number)
    select id, ${saleId}, identity, number from came
    on conflict (sale_id, identity) do update
      set number = excluded.number, joined_at = now(), admitted_at = null, admitted_until = null, used_at = null
    returning w.identity, w.id, w.number`.execute(tx.db);
  return rows;
};

/** Admits the buyers of the places after one number, up to another, for some minutes. */
export const admitPlaces = async (
  tx: Tx,
  saleId: FlashSaleId,
  { after, through, minutesInside }: { readonly after: number; readonly through: number; readonly minutesInside: number },
): Promise<void> => {
  await tx.db
    .updateTable('waiting_places')
    .set(({ eb, fn }) => {
      const admittedAt = fn<Date>('clock_timestamp');
      return { admittedAt, admittedUntil: eb(admittedAt, '+', seconds(minutesInside * 60)) };
    })
    .where('saleId', '=', saleId)
    .where('number', '>', after)
    .where('number', '<=', through)
    .execute();
};

/** Records up to which number a room has admitted buyers, and that it was looked at now. */
export const setAdmittedThrough = async (tx: Tx, saleId: FlashSaleId, through: number): Promise<void> => {
  await tx.db
    .updateTable('waiting_rooms')
    .set(({ fn }) => ({ admittedThrough: through, tickedAt: fn<Date>('clock_timestamp') }))
    .where('saleId', '=', saleId)
    .execute();
};
