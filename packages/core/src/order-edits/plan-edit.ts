/** What an edit would make of an order: its lines, sums and difference. Reads only, so that preview and commit cannot differ. */
import type { Address, OrderId, OrderItemId, ProductId, ShopContract, Totals, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, notFound, type Reader } from '../kernel/index.ts';
import { readOrder } from '../orders/index.ts';
import { findPromo, getStoreTerms, goodsColumns, priceGoods, regionCode, totalCart, type Goods } from '../pricing/index.ts';

export type EditInput = z.output<ShopContract['orders']['edit']['input']>;
type Preview = z.output<ShopContract['orders']['previewEdit']['output']>;

export interface EditedLine {
  /** Null for a line that is new. */
  readonly orderItemId: OrderItemId | null;
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly quantityBefore: number;
  readonly quantity: number;
  readonly unitPriceCents: number;
  readonly lineTotalCents: number;
  readonly discountCents: number;
  readonly taxCents: number;
}
export interface EditPlan {
  readonly lines: EditedLine[];
  readonly totalsBefore: Totals;
  readonly totals: Totals;
  readonly differenceCents: number;
}
interface NamedGoods extends Goods {
  readonly sku: string;
  readonly productName: string;
  readonly variantTitle: string;
  readonly onSale: boolean;
}
type Drawn = Omit<EditedLine, 'lineTotalCents' | 'discountCents' | 'taxCents'> & { readonly goods: NamedGoods };

/**
 * Lines that stay keep the price they were sold at, new ones get the price of this moment; code, promotions and
 * tax are worked out anew over all of them, shipping stays as sold. Throws `NOT_FOUND` for a variant that is not
 * on sale and `INVALID_STATE` when nothing would be left.
 */
export const planEdit = async (reader: Pick<Reader, 'db' | 'sealer'>, orderId: OrderId, wanted: EditInput['lines']): Promise<EditPlan> => {
  const order = await readOrder(reader, orderId);
  const goods = await readGoods(reader, order.currency, [...order.items.map((i) => i.variantId), ...wanted.map((w) => w.variantId)]);
  const target = new Map(wanted.map((w) => [w.variantId, w.quantity]));
  const known = new Set(order.items.map((item) => item.variantId));
  const buyer = { signedIn: order.customer.userId !== null, customerGroup: null };
  const kept = order.items.map(({ id, ...item }): Drawn => ({
    ...item,
    orderItemId: id,
    goods: goodsOf(goods, item.variantId),
    quantityBefore: item.quantity,
    quantity: target.get(item.variantId) ?? item.quantity,
  }));
  const added = wanted
    .filter((w) => !known.has(w.variantId) && w.quantity > 0)
    .map((w) => ({ goods: goodsOf(goods, w.variantId), quantity: w.quantity }));
  if (added.some((a) => !a.goods.onSale)) throw notFound('This variant');
  const priced = await priceGoods(reader, { currency: order.currency, buyer, codes: order.promoCode ? [order.promoCode] : [] }, added);
  const takenOut = await readTakenOut(reader, orderId);
  const drawn = [
    ...kept,
    ...added.map((a, i): Drawn => toNewLine(a, priced.lines[i]?.unitPriceCents ?? 0, takenOut.get(a.goods.variantId) ?? null)),
  ];
  if (drawn.every((line) => line.quantity === 0))
    throw new DomainError('INVALID_STATE', 'Nothing would be left. Cancel the order instead.');
  const sums = await totalLines(reader, order, drawn, buyer);
  return { ...sums, totalsBefore: order.totals, differenceCents: sums.totals.totalCents - order.totals.totalCents };
};

/** Lines that an earlier edit took out: a variant stands once in an order, so its line comes back to life. */
const readTakenOut = async ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<Map<string, OrderItemId>> => {
  const { rows } = await sql<{ id: OrderItemId; variantId: VariantId }>`
    select id, variant_id as "variantId" from order_items where order_id = ${orderId} and quantity = 0`.execute(db);
  return new Map(rows.map((row) => [row.variantId, row.id]));
};

const toNewLine = (
  { goods, quantity }: { goods: NamedGoods; quantity: number },
  unitPriceCents: number,
  orderItemId: OrderItemId | null,
): Drawn => {
  const { variantId, productId, sku, productName, variantTitle } = goods;
  return { orderItemId, goods, variantId, productId, sku, productName, variantTitle, quantityBefore: 0, quantity, unitPriceCents };
};

const goodsOf = (goods: ReadonlyMap<string, NamedGoods>, variantId: string): NamedGoods => {
  const found = goods.get(variantId);
  if (!found) throw notFound('This variant');
  return found;
};

const readGoods = async (reader: Pick<Reader, 'db'>, currency: string, variantIds: readonly string[]): Promise<Map<string, NamedGoods>> => {
  const { rows } = await sql<NamedGoods>`
    select ${goodsColumns(currency, null)}, v.sku, p.name as "productName", v.title as "variantTitle", p.status = 'active' and p.deleted_at is null as "onSale"
    from variants v join products p on p.id = v.product_id cross join store_settings s where v.id = any(${variantIds}::uuid[])`.execute(
    reader.db,
  );
  return new Map(rows.map((row) => [row.variantId, row]));
};

interface SoldOrder {
  readonly currency: string;
  readonly promoCode: string | null;
  readonly shippingAddress: Address;
  readonly totals: Totals;
  readonly items: readonly { readonly taxCents: number }[];
}

/** Sums over what stays, by the same functions that price a cart; a line that goes keeps its place with nothing on it. */
const totalLines = async (
  reader: Pick<Reader, 'db'>,
  order: SoldOrder,
  drawn: readonly Drawn[],
  buyer: { signedIn: boolean; customerGroup: string | null },
): Promise<Pick<EditPlan, 'lines' | 'totals'>> => {
  const staying = drawn
    .filter((line) => line.quantity > 0)
    .map(({ goods, quantity, unitPriceCents }) => ({ ...goods, repriced: false, quantity, unitPriceCents }));
  const { currency, shippingAddress, totals: before } = order;
  const terms = await getStoreTerms(reader, shippingAddress.countryCode, currency, { region: regionCode(shippingAddress), lines: staying });
  const promo = order.promoCode ? await findPromo(reader, order.promoCode) : null;
  const sums = totalCart({ ...terms, taxIncluded: before.taxIncluded, shippingMethods: [], lines: staying, promo, buyer });
  const results = [...sums.lines];
  const lines = drawn.map(({ goods: _, ...line }): EditedLine => {
    const result = line.quantity > 0 ? results.shift() : undefined;
    const { lineTotalCents = 0, discountCents = 0, taxCents = 0 } = result ?? {};
    return { ...line, lineTotalCents, discountCents, taxCents };
  });
  const sum = (of: 'lineTotalCents' | 'discountCents' | 'taxCents') => lines.reduce((n, line) => n + line[of], 0);
  const shippingTaxCents = before.taxCents - order.items.reduce((n, item) => n + item.taxCents, 0);
  const [subtotalCents, discountCents, taxCents] = [sum('lineTotalCents'), sum('discountCents'), sum('taxCents') + shippingTaxCents];
  const totalCents = subtotalCents - discountCents + before.shippingCents + (before.taxIncluded ? 0 : taxCents);
  return { lines, totals: { ...before, subtotalCents, discountCents, taxCents, totalCents } };
};

/** As callers see it. */
export const toPreview = (plan: EditPlan, updatedAt: string): Preview => ({
  lines: plan.lines.map(({ orderItemId: _, productId: __, discountCents: ___, taxCents: ____, ...line }) => line),
  totalsBefore: plan.totalsBefore,
  totals: plan.totals,
  differenceCents: plan.differenceCents,
  updatedAt,
});
