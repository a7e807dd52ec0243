/** Active carts with lines, for staff, without personal data. */
import type { CartId, Currency, UserId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, sql, type ExpressionBuilder } from 'kysely';
import { commonTables, equalsIfGiven, offsetOf, rowCount, sumOf, type PageRequest, type Reader } from '../kernel/index.ts';
import { liveHold } from './stock-levels.ts';

/** A cart with lines. */
export interface ActiveCart {
  readonly id: CartId;
  readonly userId: UserId | null;
  readonly currency: Currency;
  readonly lineCount: number;
  readonly unitCount: number;
  readonly heldUnits: number;
  readonly subtotalCents: number;
  readonly abandoned: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The number of all such carts. */
  readonly totalCount: number;
}

type CartTables = Database & { c: Pick<Database['carts'], 'id'> };
const ofCart = expressionBuilder<CartTables, 'c'>();

/** SQL: whether the cart `c` has lines. */
const hasLines = ofCart.exists(ofCart.selectFrom('cart_items as i').select(sql.lit(1).as('one')).whereRef('i.cartId', '=', 'c.id'));

/** SQL: the lines, units and subtotal of the cart `c`. */
const lineTotals = (join: ExpressionBuilder<CartTables, 'c'>) =>
  join
    .selectFrom('cart_items')
    .select((line) => [
      rowCount.as('lineCount'),
      line.cast<number>(line.fn.sum('quantity'), 'integer').as('unitCount'),
      sumOf(line('quantity', '*', line.ref('unitPriceCents'))).as('subtotalCents'),
    ])
    .whereRef('cartId', '=', 'c.id')
    .as('i');

/** SQL: the units that the cart `c` holds now. */
const heldUnits = ofCart.cast<number>(
  ofCart.fn.coalesce(
    ofCart
      .selectFrom('holds as h')
      .select((hold) => hold.fn.sum<number>('h.quantity').as('units'))
      .whereRef('h.cartId', '=', 'c.id')
      .where(liveHold),
    ofCart.lit(0),
  ),
  'integer',
);

/** A page of the carts, the last changed first; null for carts whether they are abandoned or not. */
export const readActiveCarts = (
  { db }: Pick<Reader, 'db'>,
  { abandoned, ...page }: PageRequest & { readonly abandoned: boolean | null },
): Promise<ActiveCart[]> =>
  commonTables(db)
    .with('page', (cte) =>
      cte
        .selectFrom('carts as c')
        .select(({ eb, fn }) => [
          'c.id',
          'c.userId',
          'c.currency',
          eb('c.abandonedAt', 'is not', null).as('abandoned'),
          'c.createdAt',
          'c.updatedAt',
          fn.countAll<number>().over().as('totalCount'),
        ])
        .where('c.status', '=', sql.lit('active'))
        .where(hasLines)
        .where(({ eb, parens }) => equalsIfGiven(parens(eb('c.abandonedAt', 'is not', null)), 'boolean', abandoned))
        .orderBy('c.updatedAt', 'desc')
        .orderBy('c.id', 'desc')
        .limit(page.pageSize)
        .offset(offsetOf(page)),
    )
    .selectFrom('page as c')
    .innerJoinLateral(lineTotals, (join) => join.onTrue())
    .select([
      'c.id',
      'c.userId',
      'c.currency',
      'c.abandoned',
      'c.createdAt',
      'c.updatedAt',
      'c.totalCount',
      'i.lineCount',
      'i.unitCount',
      'i.subtotalCents',
      heldUnits.as('heldUnits'),
    ])
    .orderBy('c.updatedAt', 'desc')
    .orderBy('c.id', 'desc')
    .$narrowType<{ id: CartId; userId: UserId | null; currency: Currency; abandoned: boolean }>()
    .execute();
