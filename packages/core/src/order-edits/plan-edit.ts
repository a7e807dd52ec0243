/** The result of an edit: lines, totals and difference. Reads only, so that preview and commit cannot differ. */
import type { Address, Currency, OrderId, OrderItemId, ShopContract, Totals, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, notFound, unreadableValue, type Reader } from '../kernel/index.ts';
import { readOrder, readSoldLines, statusInWords, type OrderRow } from '../orders/index.ts';
import { checkAddress, findRegion } from '../places/index.ts';
import {
  codeUse,
  findPromo,
  findPromoReduction,
  getShopTerms,
  priceGoods,
  regionRequired,
  totalCart,
  unitReductions,
  whyNotShipped,
  type CodeUse,
  type TotalInput,
} from '../pricing/index.ts';
import { readGoods, type NamedGoods } from '../read-models/goods.ts';
import { readSoldShipping, type SoldShipping } from '../read-models/sold-shipping.ts';
import type { EditedLine, EditPlan } from './steps/edit.plan.ts';

/** The edit that staff want. */
export type EditInput = z.output<ShopContract['orders']['edit']['input']>;
/** The requested changes of an order. */
export type WantedChange = z.output<ShopContract['orders']['previewEdit']['input']>;
type Preview = z.output<ShopContract['orders']['previewEdit']['output']>;

type Drawn = Omit<EditedLine, 'lineTotalCents' | 'discountCents' | 'taxCents' | 'taxRatePpm'> & { readonly goods: NamedGoods };

/** Throws `ORDER_NOT_EDITABLE` for an order that is not paid, or has shipped items. */
export const assertUnsent = (order: Pick<OrderRow, 'status' | 'shippedCount'>): void => {
  const { status, shippedCount } = order;
  if (status !== 'confirmed' || shippedCount > 0)
    throw new DomainError(
      'ORDER_NOT_EDITABLE',
      `Only a paid order with no shipped items can be edited. This one is ${statusInWords(order)}.`,
      { details: { status } },
    );
};

/**
 * Plans an edit. Existing lines keep their price, added lines get the current price; promo code, promotions and tax are
 * recalculated over all lines. The price of shipping stays as sold unless the country, the region or the shipping method changes.
 * Throws `NOT_FOUND` for a variant that is not on sale, `ORDER_EDIT_REMOVES_ALL` when no item would be left, and
 * `SHIPPING_UNAVAILABLE` or `REGION_REQUIRED` for an address.
 */
export const planEdit = async (
  reader: Pick<Reader, 'db' | 'sealer'>,
  orderId: OrderId,
  change: Omit<WantedChange, 'orderId'>,
): Promise<EditPlan> => {
  const sold = await readOrder(reader, orderId);
  const soldTo = sold.shippingAddress ?? change.shippingAddress;
  if (!soldTo) throw unreadableValue(['orders', 'shipping_address_sealed', orderId]);
  const soldShipping = await readSoldShipping(reader, orderId);
  if (!soldShipping) throw notFound('This order', orderId);
  const order = { ...sold, ...soldShipping, shippingAddress: soldTo };
  const wanted = change.lines;
  const goods = await readGoods(reader, order.currency, [...order.items.map((i) => i.variantId), ...wanted.map((w) => w.variantId)]);
  const target = new Map(wanted.map((w) => [w.variantId, w.quantity]));
  const known = new Set(order.items.map((item) => item.variantId));
  const buyer = { signedIn: order.customer.userId !== null, customerGroup: order.customerGroup };
  const soldLines = await readSoldLines(reader, orderId);
  const kept = order.items.map(({ id, ...item }): Drawn => ({
    ...item,
    tracked: soldLines.get(item.variantId)?.tracked ?? true,
    orderItemId: id,
    goods: goodsOf(goods, item.variantId),
    quantityBefore: item.quantity,
    quantity: target.get(item.variantId) ?? item.quantity,
  }));
  const added = wanted
    .filter((w) => !known.has(w.variantId) && w.quantity > 0)
    .map((w) => ({ goods: goodsOf(goods, w.variantId), quantity: w.quantity }));
  if (added.some((a) => !a.goods.onSale)) throw notFound('This variant', added.find((a) => !a.goods.onSale)?.goods.variantId);
  const priced = await priceGoods(reader, { currency: order.currency, buyer, codes: order.promoCode ? [order.promoCode] : [] }, added);
  const drawn = [
    ...kept,
    // A variant has one line in an order, so a removed line is used again.
    ...added.map((a, i): Drawn => toNewLine(a, priced.lines[i]?.unitPriceCents ?? 0, soldLines.get(a.goods.variantId)?.id ?? null)),
  ];
  if (drawn.every((line) => line.quantity === 0))
    throw new DomainError('ORDER_EDIT_REMOVES_ALL', 'The edit would remove every item. Cancel the order instead.');
  const priceCode =
    order.promoCode === null ? null : { code: order.promoCode, sold: await findPromoReduction(reader, orderId), added: priced };
  const sums = await totalLines(reader, order, drawn, buyer, change, priceCode);
  const moves = change.shippingAddress && JSON.stringify(change.shippingAddress) !== JSON.stringify(sold.shippingAddress);
  return {
    ...sums,
    totalsBefore: order.totals,
    differenceCents: sums.totals.totalCents - order.totals.totalCents,
    shippingAddress: moves && change.shippingAddress ? checkAddress(change.shippingAddress) : null,
  };
};

const toNewLine = (
  { goods, quantity }: { goods: NamedGoods; quantity: number },
  unitPriceCents: number,
  orderItemId: OrderItemId | null,
): Drawn => {
  const { variantId, productId, sku, productName, variantTitle, tracked } = goods;
  return { orderItemId, goods, variantId, productId, sku, productName, variantTitle, tracked, quantityBefore: 0, quantity, unitPriceCents };
};

const goodsOf = (goods: ReadonlyMap<string, NamedGoods>, variantId: string): NamedGoods => {
  const found = goods.get(variantId);
  if (!found) throw notFound('This variant', variantId);
  return found;
};

interface SoldOrder extends Omit<SoldShipping, 'customerGroup'> {
  readonly currency: Currency;
  readonly promoCode: string | null;
  readonly shippingAddress: Address;
  readonly totals: Totals;
}
type Destination = Pick<WantedChange, 'shippingAddress' | 'shippingMethodId'>;

const regionOf = ({ countryCode, region }: Address): string | null => findRegion(countryCode, region);

/** Totals over the remaining lines, by the same functions that price a cart; a removed line keeps its place with amounts of 0. */
const totalLines = async (
  reader: Pick<Reader, 'db'>,
  order: SoldOrder,
  drawn: readonly Drawn[],
  buyer: { signedIn: boolean; customerGroup: string | null },
  { shippingAddress: given, shippingMethodId }: Destination,
  code: EditedCode | null,
): Promise<Omit<EditPlan, 'totalsBefore' | 'differenceCents' | 'shippingAddress'>> => {
  const to = given ?? order.shippingAddress;
  const staying = drawn
    .filter((line) => line.quantity > 0)
    .map(({ goods, quantity, unitPriceCents }) => ({ ...goods, repriced: false, quantity, unitPriceCents }));
  const { currency, shippingAddress: from, totals: before } = order;
  const terms = await getShopTerms(reader, to.countryCode, currency, { region: to.region ?? null, lines: staying });
  if (given && terms.unknownRegion) throw regionRequired(terms.unknownRegion, 'shippingAddress.region');
  const promo = order.promoCode ? await findPromo(reader, order.promoCode) : null;
  const cart = { ...terms, taxIncluded: before.taxIncluded, taxRounding: order.taxRounding, lines: staying, promo, buyer };
  const sentAnew = shippingMethodId !== undefined || to.countryCode !== from.countryCode || regionOf(to) !== regionOf(from);
  const asSold = { shippingMethods: [], shipsForFree: true, soldShippingCents: before.shippingCents };
  const sums = sentAnew ? shipAnew(cart, order, shippingMethodId) : totalCart({ ...cart, ...asSold });
  const codeUse = code && useAfter(code, { promo, rules: terms.rules }, staying, sums, sentAnew);
  const results = [...sums.lines];
  const lines = drawn.map(({ goods: _, ...line }): EditedLine => {
    const result = line.quantity > 0 ? results.shift() : undefined;
    const { lineTotalCents = 0, discountCents = 0, taxCents = 0, taxRatePpm = 0 } = result ?? {};
    return { ...line, lineTotalCents, discountCents, taxCents, taxRatePpm };
  });
  const { taxes, shippingTaxCents } = sums;
  const shippingMethod = sentAnew ? (sums.shipping?.name ?? null) : order.shippingMethod;
  return { lines, totals: sums.totals, shippingMethod, shippingTaxCents, taxes, ...(codeUse !== null && { codeUse: codeUse.use }) };
};

/** The promo code of an order, its reduction at the sale, and the lines that the edit adds. */
interface EditedCode {
  readonly code: string;
  readonly sold: CodeUse | null;
  readonly added: Awaited<ReturnType<typeof priceGoods>>;
}

/** The code's reduction after the edit; null when the sale did not store its reduction, so that it is unknown. */
const useAfter = (
  { code, sold, added }: EditedCode,
  found: Pick<Parameters<typeof codeUse>[0], 'promo' | 'rules'>,
  staying: Parameters<typeof codeUse>[1],
  sums: ReturnType<typeof totalCart>,
  sentAnew: boolean,
): { readonly use: CodeUse | null } | null => {
  if (!sold) return null;
  const facts = { code, promo: found.promo, rules: [...found.rules, ...added.rules] };
  const unitCents = { ...unitReductions(facts, added.lines), ...sold.unitCents };
  return { use: codeUse(facts, staying, unitCents, sums, sentAnew ? 0 : sold.shippingCents) };
};

/** The requested shipping method; otherwise the one of the sale if it serves the address, otherwise the cheapest. */
const shipAnew = (
  cart: TotalInput & { readonly lines: readonly NamedGoods[] },
  sold: Pick<SoldShipping, 'shippingMethod'>,
  wanted: string | undefined,
): ReturnType<typeof totalCart> => {
  let unknownWeights: VariantId[] = [];
  const same = cart.shippingMethods.find((method) => method.name === sold.shippingMethod)?.id;
  for (const shippingMethodId of wanted === undefined ? [same ?? null, null] : [wanted]) {
    const sums = totalCart({ ...cart, shippingMethodId });
    if (!sums.shippingUnavailable) return sums;
    unknownWeights = sums.unknownWeights;
  }
  const why = whyNotShipped({ unknownWeights }, cart.lines, 'No shipping method delivers these items to this address.');
  throw new DomainError('SHIPPING_UNAVAILABLE', why, { details: { options: [], unknownWeights } });
};

/** The plan in the shape of the contract. */
export const toPreview = (plan: EditPlan, updatedAt: string): Preview => ({
  lines: plan.lines.map(
    ({ orderItemId: _, productId: __, discountCents: ___, taxCents: ____, taxRatePpm: _____, tracked: ______, ...line }) => line,
  ),
  totalsBefore: plan.totalsBefore,
  totals: plan.totals,
  differenceCents: plan.differenceCents,
  shippingMethod: plan.shippingMethod,
  updatedAt,
});
