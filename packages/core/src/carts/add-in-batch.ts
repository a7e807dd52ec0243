import type { Cart, CartItemId, ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { holdInBatch } from '../inventory/index.ts';
import { createGroupCommit, DomainError, notFound, perCore, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { buyerOf, getTermsOfPlaces, pricerOf, type PricedLine, type StoreTerms } from '../pricing/index.ts';
import { upsertCartItems, type ChangedCart } from './cart-item.store.ts';
import { lockFreeOpenCarts, ownerOf, type CartRow } from './cart.locks.ts';
import { readWantedLines, type WantedLine } from './cart.offers.ts';
import { assertQuantity } from './cart.policy.ts';
import { describeCart, sumCart, type CartLine } from './cart.queries.ts';

export interface Addition {
  readonly actor: Actor;
  readonly input: z.output<ShopContract['carts']['addItems']['input']>;
}
type Answer = Cart | DomainError | 'alone';

const additionsOf = perCore((core) =>
  createGroupCommit<Addition, Cart | 'alone'>(core, {
    maxBatch: 32,
    maxWaiting: 20_000,
    maxWaitMs: 30_000,
    concurrency: 1,
    write: (_key, additions) => transact(core, (tx) => addToPlainCarts(tx, additions)),
  }),
);

/**
 * Adds units to a cart. Concurrent calls share one transaction, with a fixed number of statements. Returns `alone`, for
 * a transaction of its own, for a cart with a promo code, a cart that cannot be changed, and when the cart, its owner
 * or the stock is locked, so that one cart never waits for another cart's lock. Throws as `addLines` does.
 */
export const addInBatch = (core: Core, addition: Addition): Promise<Cart | 'alone'> => additionsOf(core).submit('additions', addition);

/** The state that one cart is about to have. */
interface Plan {
  readonly cart: CartRow;
  readonly lines: readonly WantedLine[];
  readonly terms: StoreTerms;
  readonly priced: ChangedCart['lines'];
}

const addToPlainCarts = async (tx: Tx, additions: readonly Addition[]): Promise<Answer[]> => {
  const answers: Answer[] = additions.map(() => 'alone');
  const plans = await planAdditions(tx, additions, answers);
  if (plans.size === 0) return answers;
  const held = await holdInBatch(
    tx,
    [...plans.values()].map(({ cart, priced }) => ({ cartId: cart.id, owner: ownerOf(cart), wanted: priced })),
  );
  const done = [...plans].flatMap(([i, plan], n) => {
    const until = held[n];
    if (until instanceof Map) return [{ i, plan, until }];
    if (until instanceof DomainError) answers[i] = until;
    return [];
  });
  if (done.length === 0) return answers;
  const rows = await upsertCartItems(
    tx,
    done.map(({ plan: { cart, priced: lines } }) => ({ cart, lines })),
  );
  for (const [n, { i, plan, until }] of done.entries()) answers[i] = toCart(tx, rows[n] ?? plan.cart, plan, until);
  return answers;
};

/** The units and prices for the eligible carts, by their position; records the refusal of each other one. */
const planAdditions = async (tx: Tx, additions: readonly Addition[], answers: Answer[]): Promise<Map<number, Plan>> => {
  const locked = await lockFreeOpenCarts(
    tx,
    additions.map(({ actor, input: { cartId } }) => ({ actor, cartId })),
  );
  const wanted = additions.flatMap(({ actor, input }, i) => {
    const cart = locked[i];
    return cart && cart.promoCode === null ? [{ i, actor, cart, added: unitsOf(input.items) }] : [];
  });
  if (wanted.length === 0) return new Map();
  const linesOf = await readWantedLines(
    tx,
    wanted.flatMap(({ cart, added }) => [...added.keys()].map((variantId) => ({ cartId: cart.id, variantId }))),
  );
  const terms = await getTermsOfPlaces(
    tx,
    wanted.map(({ cart }) => ({ ...cart, lines: linesOf.get(cart.id) ?? [] })),
  );
  const plans = new Map<number, Plan>();
  for (const [n, { i, actor, cart, added }] of wanted.entries()) {
    const [lines, own] = [linesOf.get(cart.id) ?? [], terms[n]];
    if (!own) continue;
    try {
      plans.set(i, { cart, lines, terms: own, priced: priceAdded(tx, actor, cart, lines, own, added) });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      answers[i] = error;
    }
  }
  return plans;
};

/** Units per variant; a variant named twice counts twice. */
const unitsOf = (items: Addition['input']['items']): Map<VariantId, number> => {
  const units = new Map<VariantId, number>();
  for (const { variantId, quantity } of items) units.set(variantId, (units.get(variantId) ?? 0) + quantity);
  return units;
};

const priceAdded = (
  tx: Tx,
  actor: Actor,
  { currency }: CartRow,
  lines: readonly WantedLine[],
  terms: StoreTerms,
  added: ReadonlyMap<VariantId, number>,
): ChangedCart['lines'] => {
  const price = pricerOf(terms.rules, { currency, buyer: buyerOf(actor) });
  return [...added].map(([variantId, quantity]) => {
    const line = lines.find((one) => one.variantId === variantId);
    if (!line?.onSale) throw notFound('This variant');
    const priced = price(line, assertQuantity(variantId, (line.quantity ?? 0) + quantity));
    if (!priced)
      throw new DomainError(
        'CURRENCY_MISMATCH',
        `This variant has no price in ${currency}, the currency of the cart. It is sold in ${line.ownCurrency}.`,
        {
          details: { variantId },
        },
      );
    return { ...priced, id: line.id ?? tx.ids.next<CartItemId>() };
  });
};

/** The cart as it is after its change, from data read before it. */
const toCart = (tx: Tx, row: CartRow, { lines, terms, priced }: Plan, until: ReadonlyMap<VariantId, Date>): Cart => {
  const changed = new Map<string, PricedLine & { readonly id: CartItemId }>(priced.map((line) => [line.variantId, line]));
  const place = new Map(priced.map(({ variantId }, i) => [variantId, i]));
  const kept = lines.filter((line) => line.id !== null);
  const fresh = lines.filter((line) => line.id === null).toSorted((a, b) => (place.get(a.variantId) ?? 0) - (place.get(b.variantId) ?? 0));
  const whole = [...kept, ...fresh].flatMap((line): CartLine[] => {
    const now = changed.get(line.variantId);
    const [id, quantity] = [now?.id ?? line.id, now?.quantity ?? line.quantity];
    if (id === null || quantity === null) return [];
    const { baseUnitPriceCents, unitPriceCents, appliedRules, repriced } = now ?? line;
    const { variantId, productId, sku, productName, variantTitle, imageUrl, categoryIds, collectionIds, taxClass, weightGrams } = line;
    const reservedUntil = until.get(variantId) ?? line.reservedUntil;
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
        categoryIds,
        collectionIds,
        taxClass,
        weightGrams,
      },
    ];
  });
  return describeCart(tx, row, whole, sumCart(row, whole, terms, null));
};
