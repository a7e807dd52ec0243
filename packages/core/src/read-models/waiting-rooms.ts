/** The waiting room of a sale, and what of the sale decides how it goes on. */
import type { FlashSaleId, FlashSaleState } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type AliasableExpression } from 'kysely';
import { minutesFromNow, now, rowCount, secondsFromNow, sumOf, type ReadOnlyDb } from '../kernel/index.ts';
import { stateOf } from './flash-sales.ts';

const ofSale = expressionBuilder<Database & { s: Database['flash_sales'] }, 's'>();

/** SQL: the number of admitted buyers of the sale `s` who have not bought and may still buy. */
export const buyersInside: AliasableExpression<number> = ofSale
  .selectFrom('waiting_places as w')
  .select(rowCount.as('count'))
  .whereRef('w.saleId', '=', 's.id')
  .where('w.admittedAt', 'is not', null)
  .where('w.usedAt', 'is', null)
  .where('w.admittedUntil', '>', now)
  .$asScalar();

/** How far a waiting room has come. */
export interface RoomProgress {
  readonly admittedThrough: number;
  readonly state: FlashSaleState;
  /** Nothing is free, and no unpaid order can return a unit. */
  readonly allGone: boolean;
  readonly admittedLastMinute: number;
  /** Buyers wait, and nobody has looked at the room for the given seconds. */
  readonly stalled: boolean;
}

/** How far a waiting room has come; undefined when the sale does not exist. */
export const readRoomProgress = (db: ReadOnlyDb, saleId: FlashSaleId, stalledSeconds: number): Promise<RoomProgress | undefined> =>
  db
    .selectFrom('waiting_rooms as r')
    .innerJoin('flash_sales as s', 's.id', 'r.saleId')
    .select((eb) => {
      const openItem = eb
        .selectFrom('flash_sale_items as i')
        .innerJoin('stock_allocations as a', 'a.id', 'i.id')
        .select(eb.lit(1).as('one'))
        .whereRef('i.saleId', '=', 's.id')
        .where((item) =>
          item.or([
            item('a.unitsFree', '>', sql.lit(0)),
            item.exists(
              item
                .selectFrom('holds as h')
                .select(item.lit(1).as('one'))
                .whereRef('h.allocationId', '=', 'i.id')
                .where('h.state', '=', sql.lit('active')),
            ),
          ]),
        );
      const stalled = eb.and([
        eb('r.lastNumber', '>', eb.ref('r.admittedThrough')),
        eb('s.startsAt', '<=', now),
        eb('r.tickedAt', '<', secondsFromNow(-stalledSeconds)),
      ]);
      return [
        'r.admittedThrough',
        stateOf.as('state'),
        eb.not(eb.exists(openItem)).as('allGone'),
        eb
          .selectFrom('waiting_places as w')
          .select(rowCount.as('count'))
          .whereRef('w.saleId', '=', 's.id')
          .where('w.admittedAt', '>', minutesFromNow(-1))
          .$asScalar()
          .as('admittedLastMinute'),
        stalled.as('stalled'),
      ];
    })
    .where('r.saleId', '=', saleId)
    .$narrowType<{ allGone: boolean; stalled: boolean }>()
    .executeTakeFirst();

/** How many buyers wait and may buy, what is free, and how fast the sale sells. */
export interface RoomLoad {
  readonly state: FlashSaleState;
  readonly minutesInside: number;
  readonly admitPerSecond: number;
  readonly overbookingBasisPoints: number;
  readonly admittedThrough: number;
  readonly waiting: number;
  readonly secondsSinceLast: number;
  readonly inside: number;
  readonly unitsFree: number;
  readonly purchasesInTenSeconds: number;
}

/** What decides how many buyers a waiting room admits next; undefined when the sale does not exist. */
export const readRoomLoad = (db: ReadOnlyDb, saleId: FlashSaleId): Promise<RoomLoad | undefined> =>
  db
    .selectFrom('waiting_rooms as r')
    .innerJoin('flash_sales as s', 's.id', 'r.saleId')
    .select((eb) => [
      stateOf.as('state'),
      's.minutesInside',
      's.admitPerSecond',
      's.overbookingBasisPoints',
      'r.admittedThrough',
      eb('r.lastNumber', '-', eb.ref('r.admittedThrough')).as('waiting'),
      eb.fn<number>('date_part', [sql.lit('epoch'), eb(eb.fn<Date>('clock_timestamp'), '-', eb.ref('r.tickedAt'))]).as('secondsSinceLast'),
      buyersInside.as('inside'),
      eb
        .selectFrom('flash_sale_items as i')
        .innerJoin('stock_allocations as a', 'a.id', 'i.id')
        .select(({ ref }) => sumOf(ref('a.unitsFree')).as('sum'))
        .whereRef('i.saleId', '=', 's.id')
        .$asScalar()
        .as('unitsFree'),
      eb
        .selectFrom('flash_purchases as f')
        .innerJoin('flash_sale_items as i', 'i.id', 'f.itemId')
        .select(rowCount.as('count'))
        .whereRef('i.saleId', '=', 's.id')
        .where('f.createdAt', '>', secondsFromNow(-10))
        .$asScalar()
        .as('purchasesInTenSeconds'),
    ])
    .where('r.saleId', '=', saleId)
    .executeTakeFirst();
