/** Places in the waiting room. Data common to all places of a room is read twice a second and shared; the rest comes from the ticket. */
import type { FlashSaleId, ShopContract, WaitingPlace, WaitingPlaceId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import { DomainError, notFound, perCore, ttlBy, type Actor, type Core } from '../kernel/index.ts';
import { admitBuyers } from './admit-buyers.ts';
import { stateOf } from './flash-sale.queries.ts';
import { readTicket, type Ticket } from './waiting-room.ticket.ts';

/** How old the common data of a room may be. */
const maxAgeMs = 500;
const maxRooms = 1_000;
/** After this time without an admission the worker seems to be stopped, and polling requests admit buyers. */
const stalledSeconds = 3;

interface Room {
  readonly admittedThrough: number;
  readonly state: string;
  /** Nothing is free, and no unpaid order can return a unit. */
  readonly allGone: boolean;
  readonly admittedLastMinute: number;
  readonly stalled: boolean;
}

const roomsOf = perCore(({ clock }) => new LRUCache<string, Promise<Room>>({ max: maxRooms, ttl: maxAgeMs, ...ttlBy(clock) }));

const loadRoom = async (core: Core, saleId: FlashSaleId): Promise<Room> => {
  const { rows } = await sql<Room>`
    select r.admitted_through as "admittedThrough", ${stateOf} as state,
      not exists (select 1 from flash_sale_items i join stock_allocations a on a.id = i.id where i.sale_id = s.id and (a.units_free > 0
        or exists (select 1 from holds h where h.allocation_id = i.id and h.state = 'active'))) as "allGone",
      (select count(*)::int from waiting_places w where w.sale_id = s.id and w.admitted_at > now() - interval '1 minute') as "admittedLastMinute",
      r.last_number > r.admitted_through and s.starts_at <= now() and r.ticked_at < now() - make_interval(secs => ${stalledSeconds}) as stalled
    from waiting_rooms r join flash_sales s on s.id = r.sale_id where r.sale_id = ${saleId}`.execute(core.db);
  const room = rows[0];
  if (!room) throw notFound('This sale');
  if (room.stalled && (await admitBuyers(core, saleId)) > 0) return loadRoom(core, saleId);
  return room;
};

const findRoom = (core: Core, saleId: FlashSaleId): Promise<Room> => {
  const rooms = roomsOf(core);
  const known = rooms.get(saleId);
  if (known) return known;
  const room = loadRoom(core, saleId);
  rooms.set(saleId, room);
  room.catch(() => rooms.delete(saleId));
  return room;
};

/** The state of a ticket. Throws `ADMISSION_REQUIRED` when a newer ticket replaced it. */
export const readPlace = async (core: Core, saleId: FlashSaleId, ticket: Ticket): Promise<WaitingPlace> => {
  const room = await findRoom(core, saleId);
  const placeId = ticket.placeId as WaitingPlaceId;
  const ahead = ticket.number - Number(room.admittedThrough) - 1;
  const gone = room.allGone || room.state === 'ended';
  if (ahead >= 0) {
    const perSecond = room.admittedLastMinute / 60;
    return {
      placeId,
      state: gone ? 'sold_out' : 'waiting',
      ahead,
      estimatedSeconds: !gone && perSecond > 0 ? Math.ceil((ahead + 1) / perSecond) : null,
      admittedUntil: null,
      askAgainSeconds: ahead > 1_000 ? 10 : ahead > 100 ? 5 : 2,
    };
  }
  const { rows } = await sql<{ number: number; used: boolean; admittedUntil: Date | null; late: boolean }>`
    select number, used_at is not null as used, admitted_until as "admittedUntil", coalesce(admitted_until <= now(), false) as late
    from waiting_places where id = ${ticket.placeId} and sale_id = ${saleId}`.execute(core.db);
  const place = rows[0];
  if (!place || Number(place.number) !== ticket.number)
    throw new DomainError('ADMISSION_REQUIRED', 'This ticket was replaced by a newer one. Use the newer ticket.');
  return {
    placeId,
    state: place.used ? 'used' : place.late ? 'expired' : gone ? 'sold_out' : 'admitted',
    ahead: 0,
    estimatedSeconds: 0,
    admittedUntil: place.admittedUntil?.toISOString() ?? null,
    askAgainSeconds: 2,
  };
};

type PlaceInput = z.output<ShopContract['flashSales']['place']['input']>;

/** The state of the given ticket. Throws `ADMISSION_REQUIRED` for one that is not of this sale. */
export const getWaitingPlace = async (core: Core, _actor: Actor, { saleId, ticket }: PlaceInput): Promise<WaitingPlace> =>
  readPlace(core, saleId, readTicket(core.sealer, saleId, ticket));
