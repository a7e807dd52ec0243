import type { FlashSaleId, ShopContract, WaitingPlaceId } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireMailAddress } from '../accounts/index.ts';
import {
  anyText,
  createGroupCommit,
  DomainError,
  nameCall,
  notFound,
  perCore,
  transact,
  type Actor,
  type Core,
  promptQueue,
} from '../kernel/index.ts';
import { queueIdentity } from './buyer.identity.ts';
import { saleEnded } from './decide-purchases.ts';
import { lockWaitingRoom } from './waiting-room.locks.ts';
import { readPlace } from './waiting-room.queries.ts';
import { writePlaces } from './waiting-room.store.ts';
import { writeTicket } from './waiting-room.ticket.ts';

type Join = ShopContract['flashSales']['join'];

interface Place {
  readonly placeId: WaitingPlaceId;
  readonly number: number;
}
const joinsOf = perCore((core) =>
  createGroupCommit<string, Place>(core, {
    maxBatch: 500,
    ...promptQueue,
    concurrency: 2,
    write: (saleId, identities) => takePlaces(core, saleId as FlashSaleId, identities),
  }),
);

/**
 * Gives a buyer a place in order of arrival, or returns the present one. A used or missed place is replaced by a new
 * one at the end. Throws `NO_WAITING_ROOM` for a sale without a waiting room.
 */
export const joinWaitingRoom = async (core: Core, actor: Actor, input: z.output<Join['input']>): Promise<z.output<Join['output']>> => {
  const email = await requireMailAddress(core, actor, input.email, 'join the waiting room');
  const identity = queueIdentity(core.sealer, actor, email);
  const ticket = { ...(await joinsOf(core).submit(input.saleId, identity)), identity };
  return { ticket: writeTicket(core.sealer, input.saleId, ticket), place: await readPlace(core, input.saleId, ticket) };
};

/** Concurrent joins share one transaction. */
const takePlaces = (core: Core, saleId: FlashSaleId, identities: readonly string[]): Promise<(Place | DomainError)[]> =>
  transact(core, async (tx) => {
    const room = await lockWaitingRoom(tx, saleId);
    const refusal = !room
      ? notFound('This sale', saleId)
      : room.state === 'ended'
        ? saleEnded()
        : room.waitingRoom
          ? null
          : new DomainError('NO_WAITING_ROOM', `This flash sale has no waiting room. Buy directly with ${nameCall('flashSales.buy')}.`);
    if (!room || refusal) return identities.map(() => refusal ?? notFound('This sale', saleId));

    const distinct = [...new Set(identities)];
    // Numbers are given in order of arrival, to buyers without a valid place.
    const taken = await tx.db
      .selectFrom('waiting_places')
      .select(['identity', 'id', 'number'])
      .where('saleId', '=', saleId)
      .where('identity', '=', anyText(distinct))
      .where('usedAt', 'is', null)
      .where(({ eb, or, fn }) => or([eb('admittedUntil', 'is', null), eb('admittedUntil', '>', fn<Date>('clock_timestamp'))]))
      .$narrowType<{ id: WaitingPlaceId }>()
      .execute();
    const places = new Map(taken.map((row) => [row.identity, row]));
    const fresh = distinct
      .filter((identity) => !places.has(identity))
      .map((identity, i) => ({ identity, id: tx.ids.next<WaitingPlaceId>(), number: Number(room.lastNumber) + i + 1 }));
    if (fresh.length > 0) for (const row of await writePlaces(tx, saleId, fresh)) places.set(row.identity, row);
    return identities.map((identity) => {
      const place = places.get(identity);
      if (!place) throw new Error('A waiting room ticket was neither found nor created');
      return { placeId: place.id, number: Number(place.number) };
    });
  });
