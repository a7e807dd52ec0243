/** Places in the waiting room. Data common to all places of a room is read twice a second and shared; the rest comes from the ticket. */
import type { FlashSaleId, ShopContract, WaitingPlace, WaitingPlaceId } from '@cartwright/contracts';
import { LRUCache } from 'lru-cache';
import type { z } from 'zod';
import { DomainError, notFound, now, perCore, ttlBy, type Actor, type Core } from '../kernel/index.ts';
import { readRoomProgress, type RoomProgress } from '../read-models/waiting-rooms.ts';
import { admitBuyers } from './admit-buyers.ts';
import { readTicket, type Ticket } from './waiting-room.ticket.ts';

/** How old the common data of a room may be. */
const maxAgeMs = 500;
const maxRooms = 1_000;
/** After this time without an admission the worker seems to be stopped, and polling requests admit buyers. */
const stalledSeconds = 3;

const roomsOf = perCore(({ clock }) => new LRUCache<string, Promise<RoomProgress>>({ max: maxRooms, ttl: maxAgeMs, ...ttlBy(clock) }));

const loadRoom = async (core: Core, saleId: FlashSaleId): Promise<RoomProgress> => {
  const room = await readRoomProgress(core.db, saleId, stalledSeconds);
  if (!room) throw notFound('This sale', saleId);
  if (room.stalled && (await admitBuyers(core, saleId)) > 0) return loadRoom(core, saleId);
  return room;
};

const findRoom = (core: Core, saleId: FlashSaleId): Promise<RoomProgress> => {
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
  const place = await core.db
    .selectFrom('waiting_places')
    .select((eb) => ['number', 'usedAt', 'admittedUntil', eb('admittedUntil', '<=', now).as('late')])
    .where('id', '=', ticket.placeId)
    .where('saleId', '=', saleId)
    .executeTakeFirst();
  if (!place || Number(place.number) !== ticket.number)
    throw new DomainError('ADMISSION_REQUIRED', 'This ticket was replaced by a newer one. Use the newer ticket.');
  return {
    placeId,
    state: place.usedAt ? 'used' : place.late ? 'expired' : gone ? 'sold_out' : 'admitted',
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
