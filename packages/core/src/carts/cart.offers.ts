/** Lines of carts as their buyers saw them, each with its current offer. */
import type { CartId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';
import * as lines from '../read-models/cart-lines.ts';
import { goodsColumns, type Goods } from '../read-models/goods.ts';

/** A line as its buyer saw it, with its current offer. */
export type OfferedLine = lines.OfferedLineRow & Goods;
/** A line of a cart that is not offered any more. */
export type WantedLine = lines.WantedLineRow & Goods;

/** SQL: the goods of a line, whose cart is `k`. */
const goods = goodsColumns(sql.ref('k.currency'), sql.ref('k.id'));

/** The lines of some carts, cart by cart in the order in which they were added: one statement, none without carts. */
export const readOfferedLines = async (reader: Pick<Reader, 'db'>, cartIds: readonly CartId[]): Promise<Map<CartId, OfferedLine[]>> =>
  cartIds.length === 0 ? new Map() : lines.readOfferedLines(reader, cartIds, goods);

/** `readOfferedLines` including the variants to be added, which come last, in one statement. */
export const readWantedLines = (
  reader: Pick<Reader, 'db'>,
  cartIds: readonly CartId[],
  added: readonly { readonly cartId: CartId; readonly variantId: VariantId }[],
): Promise<Map<CartId, WantedLine[]>> => lines.readWantedLines(reader, cartIds, added, goods);
