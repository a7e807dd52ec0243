/** Parts of reads that show stock: levels with the units of expired cart holds, and their labels. */
import type { stockStatuses, VariantId } from '@cartwright/contracts';
import { expressionBuilder, sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';

/** The label of a stock level. */
type StockStatus = (typeof stockStatuses)[number];

const columnsOf = (alias: string) => ({
  onHand: sql.ref<number>(`${alias}.on_hand`),
  reserved: sql.ref<number>(`${alias}.reserved`),
  backorderLimit: sql.ref<number>(`${alias}.backorder_limit`),
  threshold: sql.ref<number>(`${alias}.reorder_threshold`),
  tracked: sql.ref<SqlBool>(`${alias}.tracked`),
});

/**
 * SQL: whether a unit of the level with the alias `alias` can be bought, on backorder too. Of an untracked level one always can, of a
 * missing one never.
 */
export const canBeBought = (alias: string): RawBuilder<SqlBool> => {
  const { onHand, reserved, backorderLimit, tracked } = columnsOf(alias);
  return sql<SqlBool>`coalesce(not ${tracked} or ${onHand} - ${reserved} + ${backorderLimit} > 0, false)`;
};

/** Whether a level is low: its units are tracked, and at most as many are free (on hand - reserved) as its threshold. */
export const isLow = ({ tracked, reorderThreshold }: Pick<LiveLevel, 'tracked' | 'reorderThreshold'>, free: number): boolean =>
  tracked && free <= reorderThreshold;

/** SQL: `isLow` of the level with the alias `alias`. */
export const isLowLevel = (alias: string): Expression<SqlBool> => {
  const eb = expressionBuilder<Record<never, never>, never>();
  const { onHand, reserved, threshold, tracked } = columnsOf(alias);
  return eb.and([tracked, eb(eb(onHand, '-', reserved), '<=', threshold)]);
};

/** SQL: the label of the stock level with the alias `alias`; a missing level is sold out. */
export const stockStatus = (alias: string): RawBuilder<StockStatus> => {
  const { onHand, reserved, tracked } = columnsOf(alias);
  return sql`case when not ${canBeBought(alias)} then 'sold_out' when not ${tracked} then 'in_stock'
    when ${onHand} - ${reserved} <= 0 then 'backorder' when ${isLowLevel(alias)} then 'low_stock' else 'in_stock' end`;
};

/** SQL: whether the hold of a cart with the alias `h` keeps its units for the cart now. */
export const liveHold = sql<SqlBool>`h.state = 'active' and h.expires_at > now()`;

/** SQL: whether the active hold with the alias `h` is of a cart and has expired. Its units count as free. */
export const lapsedHold = sql<SqlBool>`h.cart_id is not null and h.expires_at <= now()`;

/** A stock level whose reserved units are those that count now. */
interface LiveLevel {
  readonly onHand: number;
  readonly reserved: number;
  readonly backorderLimit: number;
  readonly reorderThreshold: number;
  readonly tracked: boolean;
}

/**
 * SQL: the stock level of the variant with the alias `variant`, for `left join lateral`. Units of expired cart holds do
 * not count as reserved here; the row itself is updated by the next sale or sweep.
 */
export const liveLevel = (variant: string): RawBuilder<LiveLevel> => sql`(
  select s.on_hand, s.backorder_limit, s.reorder_threshold, s.tracked, s.reserved - coalesce((select sum(h.quantity) from holds h
    where h.variant_id = s.variant_id and h.state = 'active' and ${lapsedHold}), 0)::int as reserved
  from stock_levels s where s.variant_id = ${sql.ref(`${variant}.id`)})`;

/** SQL: `liveLevel` for reads of many variants: expired holds are summed once. */
export const liveLevels = sql<LiveLevel & { readonly variantId: VariantId; readonly version: number; readonly updatedAt: Date }>`(
  select l.variant_id, l.on_hand, l.backorder_limit, l.reorder_threshold, l.tracked, l.version, l.updated_at,
    l.reserved - coalesce(g.units, 0)::int as reserved
  from stock_levels l left join (
    select h.variant_id, sum(h.quantity) as units from holds h
    where h.state = 'active' and ${lapsedHold} group by 1) g using (variant_id))`;

/** SQL: the units of the live level with the alias `alias` that can be sold from stock, at least 0; 0 where they are not counted. */
export const sellableUnits = (alias: string): RawBuilder<number> => {
  const { onHand, reserved, tracked } = columnsOf(alias);
  return sql`case when ${tracked} then greatest(${onHand} - ${reserved}, 0) else 0 end`;
};

const eb = expressionBuilder<Record<never, never>, never>();

/** SQL: what buyers see of the live level with the alias `alias`, as JSON. A missing level counts as tracked. */
export const availabilityJson = (alias: string) =>
  jsonBuildObject({
    available: sellableUnits(alias),
    tracked: eb.fn.coalesce(columnsOf(alias).tracked.$castTo<boolean>(), eb.lit(true)),
    inStock: canBeBought(alias).$castTo<boolean>(),
    label: stockStatus(alias),
  });
