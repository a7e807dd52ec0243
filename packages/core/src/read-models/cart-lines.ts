/** The lines of carts with their products and holds: the read of every cart, change of a cart and checkout. */
import type { AppliedRule, CartId, CartItemId, VariantId } from '@cartwright/contracts';
import { expressionBuilder, sql, type RawBuilder } from 'kysely';
import { anyId, columnsAs, type Reader } from '../kernel/index.ts';
import { onSale } from './on-sale.ts';
import { liveHold, liveLevel } from './stock-levels.ts';

/** A line as its buyer saw it when it was added, with the end of its hold. */
export interface CartLineRow {
  readonly id: CartItemId;
  readonly sku: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly imageUrl: string | null;
  readonly quantity: number;
  readonly baseUnitPriceCents: number;
  readonly unitPriceCents: number;
  readonly appliedRules: AppliedRule[];
  readonly repriced: boolean;
  readonly reservedUntil: Date | null;
  /** Units on hand that nobody but this cart has reserved; null for a variant that is not sold ahead. */
  readonly unitsThere: number | null;
}

/** A line with its cart, and whether it can still be bought. */
export interface OfferedLineRow extends CartLineRow {
  readonly cartId: CartId;
  readonly onSale: boolean;
}
/** A line of a cart, or one about to be added, which has no id yet. */
export interface WantedLineRow extends Omit<OfferedLineRow, 'id' | 'quantity'> {
  readonly id: CartItemId | null;
  readonly quantity: number | null;
}

const eb = expressionBuilder<Record<never, never>, never>();
const ref = sql.ref<number>;
/** SQL: `unitsThere` of a line with the live hold `h`. Only for variants that are sold ahead, holds that have expired are added up. */
const unitsThere = eb
  .selectFrom(liveLevel('v').as('l'))
  .select(
    eb(eb(ref('l.on_hand'), '-', ref('l.reserved')), '+', eb.fn.coalesce(ref('h.quantity'), eb.lit(0)))
      .$castTo<number>()
      .as('units'),
  )
  .where(sql.ref<boolean>('l.tracked'), '=', eb.lit(true))
  .where(ref('l.backorder_limit'), '>', eb.lit(0));

const lineColumns = sql`
  ${columnsAs<'cart_items'>('i', ['id', 'quantity', 'baseUnitPriceCents', 'unitPriceCents', 'appliedRules'])},
  i.applied_rules <> '[]' as repriced, v.sku, p.name as "productName", v.title as "variantTitle",
  (select url from product_images g where g.product_id = p.id order by position limit 1) as "imageUrl", h.expires_at as "reservedUntil",
  ${unitsThere.as('unitsThere')}`;

/** SQL: joins `cart_items i` with its variant, its product and its hold. */
const lineSources = sql`join variants v on v.id = i.variant_id join products p on p.id = v.product_id
  left join holds h on h.cart_id = i.cart_id and h.variant_id = i.variant_id and ${liveHold}`;

/**
 * The lines of a cart in the order in which they were added.
 * @param goods - further columns of `variants v` and `products p`
 */
export const readCartLines = async <G>({ db }: Pick<Reader, 'db'>, cartId: string, goods: RawBuilder<G>): Promise<(CartLineRow & G)[]> => {
  const { rows } = await sql<CartLineRow & G>`
    select ${lineColumns}, ${goods} from cart_items i ${lineSources} where i.cart_id = ${cartId} order by i.created_at, i.id`.execute(db);
  return rows;
};

const readOffered = async <T extends { readonly cartId: CartId }>(
  { db }: Pick<Reader, 'db'>,
  [sources, cartId]: readonly [RawBuilder<unknown>, RawBuilder<unknown>],
  goods: RawBuilder<unknown>,
): Promise<Map<CartId, T[]>> => {
  const { rows } = await sql<T>`
    select ${cartId} as "cartId", ${lineColumns}, ${goods}, ${onSale} as "onSale"
    from ${sources} join carts k on k.id = ${cartId} cross join store_settings s order by i.created_at, i.id`.execute(db);
  return Map.groupBy(rows, (row) => row.cartId);
};

/**
 * The lines of some carts, cart by cart in the order in which they were added: one statement.
 * @param goods - further columns of `variants v`, `products p`, `carts k` and `store_settings s`
 */
export const readOfferedLines = <G>(
  reader: Pick<Reader, 'db'>,
  cartIds: readonly CartId[],
  goods: RawBuilder<G>,
): Promise<Map<CartId, (OfferedLineRow & G)[]>> => {
  const sources = sql`(select * from cart_items where cart_id = ${anyId(cartIds)}) i ${lineSources}`;
  return readOffered(reader, [sources, sql.ref('i.cart_id')], goods);
};

/** `readOfferedLines` including the variants to be added, which come last, in one statement. */
export const readWantedLines = <G>(
  reader: Pick<Reader, 'db'>,
  cartIds: readonly CartId[],
  added: readonly { readonly cartId: CartId; readonly variantId: VariantId }[],
  goods: RawBuilder<G>,
): Promise<Map<CartId, (WantedLineRow & G)[]>> => {
  const sources = sql`(
      select cart_id, variant_id from cart_items where cart_id = ${anyId(cartIds)}
      union select * from unnest(${added.map((w) => w.cartId)}::uuid[], ${added.map((w) => w.variantId)}::uuid[])) w
    join variants v on v.id = w.variant_id join products p on p.id = v.product_id
    left join cart_items i on i.cart_id = w.cart_id and i.variant_id = w.variant_id
    left join holds h on h.cart_id = w.cart_id and h.variant_id = w.variant_id and ${liveHold}`;
  return readOffered(reader, [sources, sql.ref('w.cart_id')], goods);
};
