/** What lines of carts will be after a change, at the present prices. Writes nothing. */
import type { Cart, CartItemId, VariantId } from '@cartwright/contracts';
import { answering, DomainError, isRefusal, notFound, type Actor, type Tx } from '../kernel/index.ts';
import {
  buyerOf,
  findUsablePromos,
  getTermsOfPlaces,
  pricerOf,
  type PricedLine,
  type RuleFacts,
  type ShopTerms,
} from '../pricing/index.ts';
import type { ChangedCart } from './cart-item.store.ts';
import type { CartRow } from './cart.row.ts';
import { readWantedLines, type WantedLine } from './cart.offers.ts';
import { assertQuantity } from './cart.policy.ts';
import { describeCart, sumCart, type CartLine } from './cart.queries.ts';

/** A change of the lines of one cart. */
export interface LineChange {
  readonly actor: Actor;
  readonly cart: CartRow;
  /** Variants of the change that may not be in the cart yet. */
  readonly variantIds: readonly VariantId[];
  /** The units that variants are to have in the cart, from its lines and those that may be added; 0 removes a line. A refusal is thrown. */
  readonly unitsOf: (lines: readonly WantedLine[]) => ReadonlyMap<VariantId, number>;
}

/** The state that a cart is about to have. */
export interface CartPlan extends ChangedCart {
  /** The lines as they were before, and the variants that may be added. */
  readonly before: readonly WantedLine[];
  readonly terms: ShopTerms;
  readonly promo: RuleFacts | null;
}

/**
 * Plans changes of locked carts, in three statements for any number. Refuses a variant that is not on sale with
 * `NOT_FOUND`, one without a price in the currency of the cart with `CURRENCY_MISMATCH`, and too many units with `INVALID_QUANTITY`.
 */
export const planLines = async (tx: Tx, changes: readonly LineChange[]): Promise<(CartPlan | DomainError)[]> => {
  if (changes.length === 0) return [];
  const linesOf = await readWantedLines(
    tx,
    changes.map(({ cart }) => cart.id),
    changes.flatMap(({ cart, variantIds }) => variantIds.map((variantId) => ({ cartId: cart.id, variantId }))),
  );
  const carts = changes.map(({ cart }) => ({ ...cart, lines: linesOf.get(cart.id) ?? [] }));
  const [terms, promos] = [await getTermsOfPlaces(tx, carts), await findUsablePromos(tx, carts)];
  return changes.map((change, i) => {
    const [own, before, promo] = [terms[i], carts[i]?.lines ?? [], promos[i] ?? null];
    if (!own) throw new Error('The cart was planned without terms');
    return answering(() => ({ cart: change.cart, before, terms: own, promo, ...changedLines(tx, change, before, own) }));
  });
};

/** `planLines` for one cart. Throws the refusal. */
export const planLinesOf = async (tx: Tx, change: LineChange): Promise<CartPlan> => {
  const [plan] = await planLines(tx, [change]);
  if (!plan) throw new Error('The cart was not planned');
  if (isRefusal(plan)) throw plan;
  return plan;
};

const changedLines = (
  tx: Tx,
  change: LineChange,
  lines: readonly WantedLine[],
  { rules }: ShopTerms,
): Pick<CartPlan, 'lines' | 'removed'> => {
  const { currency, promoCode } = change.cart;
  const price = pricerOf(rules, { currency, buyer: buyerOf(change.actor), codes: promoCode ? [promoCode] : [] });
  const byVariant = new Map(lines.map((line) => [line.variantId, line]));
  const units = [...change.unitsOf(lines)];
  const priced = units.flatMap(([variantId, quantity]) => {
    if (quantity === 0) return [];
    const line = byVariant.get(variantId);
    if (!line?.onSale) throw notFound('This variant', variantId);
    const now = price(line, assertQuantity(variantId, quantity));
    if (!now)
      throw new DomainError(
        'CURRENCY_MISMATCH',
        `This variant has no price in ${currency}, the currency of the cart. It is sold in ${line.ownCurrency}.`,
        { details: { requested: currency, available: [line.ownCurrency], variantId } },
      );
    return [{ ...now, id: line.id ?? tx.ids.next<CartItemId>() }];
  });
  return { lines: priced, removed: units.flatMap(([variantId, quantity]) => (quantity === 0 ? variantId : [])) };
};

/** The cart as it is after its planned change; `row` is its row then, `until` the new ends of its holds, null for a line without one. */
export const describePlan = (tx: Tx, row: CartRow, plan: CartPlan, until: ReadonlyMap<VariantId, Date | null>): Cart => {
  const { before, terms, promo, lines: priced, removed } = plan;
  const gone = new Set(removed);
  const changed = new Map<string, PricedLine & { readonly id: CartItemId }>(priced.map((line) => [line.variantId, line]));
  const place = new Map(priced.map(({ variantId }, i) => [variantId, i]));
  const kept = before.filter((line) => line.id !== null && !gone.has(line.variantId));
  const fresh = before.filter((line) => line.id === null).toSorted((a, b) => (place.get(a.variantId) ?? 0) - (place.get(b.variantId) ?? 0));
  const whole = [...kept, ...fresh].flatMap((line): CartLine[] => {
    const now = changed.get(line.variantId);
    const [id, quantity] = [now?.id ?? line.id, now?.quantity ?? line.quantity];
    if (id === null || quantity === null) return [];
    const { baseUnitPriceCents, unitPriceCents, appliedRules, repriced } = now ?? line;
    const {
      variantId,
      productId,
      sku,
      productName,
      variantTitle,
      imageUrl,
      categoryIds,
      collectionIds,
      taxClass,
      weightGrams,
      unitsThere,
    } = line;
    const end = until.get(variantId);
    const reservedUntil = end === undefined ? line.reservedUntil : end;
    return [
      {
        id,
        variantId,
        productId,
        sku,
        productName,
        variantTitle,
        imageUrl,
        quantity,
        baseUnitPriceCents,
        unitPriceCents,
        appliedRules,
        repriced,
        reservedUntil,
        unitsThere,
        categoryIds,
        collectionIds,
        taxClass,
        weightGrams,
      },
    ];
  });
  return describeCart(tx, row, whole, sumCart(row, whole, terms, promo));
};
