/** Writes a batch of purchases of one item in one transaction: a fixed number of statements, whatever the number of buyers. */
import type { Currency, FlashPurchase, FlashSaleItemId, OrderId, PaymentId, UserId } from '@cartwright/contracts';
import { holdFromAllocation, lockAllocation } from '../inventory/index.ts';
import { busy, DomainError, guestTokenHash, hashToken, isLockTimeout, notFound, transact, type Core, type Tx } from '../kernel/index.ts';
import { claimPurchases, insertOrders, readPurchaseCounts, type NewOrder, type PurchaseClaim } from '../orders/index.ts';
import { insertPayments } from '../payments/index.ts';
import { storedRegion } from '../places/index.ts';
import {
  getShopTerms,
  regionRequired,
  totalCart,
  whyNotShipped,
  type CartTotals,
  type ShopTerms,
  type UnknownRegion,
} from '../pricing/index.ts';
import { readSaleItem, type SaleItem } from '../read-models/sale-item.ts';
import { decidePurchases, type PurchaseDecision } from './decide-purchases.ts';
import { recordPurchases } from './flash-purchase.store.ts';
import type { PreparedPurchase } from './prepare-purchase.ts';

/** A new purchase, or the order of an earlier one with the same key. */
export type PurchaseOutcome =
  | { readonly kind: 'new' | 'same'; readonly purchase: FlashPurchase; readonly paymentId: PaymentId | null }
  | { readonly kind: 'before'; readonly orderId: OrderId };

/** Longer than any batch takes. A transaction that holds the row for longer is stuck, so buyers get `BUSY` instead of waiting. */
const lockForMs = 1_000;

/**
 * Writes a batch and returns the result of each request in order: `BUSY` for all when the row of the item stays locked
 * for a second. `onFree` gets the free units after the commit.
 */
export const writePurchases = async (
  core: Core,
  { itemId, currency }: { itemId: FlashSaleItemId; currency: Currency },
  requests: readonly PreparedPurchase[],
  onFree: (free: number) => void,
): Promise<(PurchaseOutcome | DomainError)[]> => {
  const terms = await readTerms(core, currency, requests);
  const written = await transact(core, async (tx) => {
    const allocation = await lockAllocation(tx, itemId, { forMs: lockForMs });
    // A statement of its own after the lock: only then does it see what the batch before has committed.
    const item = await readSaleItem(tx.db, itemId, {
      keys: requests.map((request) => request.requestKey),
      places: requests.flatMap((request) => request.placeId ?? []),
    });
    if (!item) throw notFound('This flash sale item', itemId);
    const claimed =
      item.limitPerCustomer === null && item.limitPerAddress === null
        ? new Map<string, number>()
        : await readPurchaseCounts(
            tx,
            itemId,
            requests.flatMap((r) => [...r.customerIdentities, r.addressIdentity]),
          );
    const under = { ...item, unitsFree: allocation.free, phase: allocation.closed ? ('ended' as const) : item.phase };
    const sums = totalsOf(item, terms);
    const unknownRegion = (request: PreparedPurchase) => terms.get(destinationOf(request))?.unknownRegion ?? null;
    const history = {
      before: new Map(Object.entries(item.before ?? {})),
      claimed,
      admitted: new Set(item.admitted ?? []),
      unsendable: new Map(
        requests
          .map((request) => [request.requestKey, unsendable(item, sums(request), unknownRegion(request))] as const)
          .filter((entry): entry is [string, DomainError] => entry[1] !== null),
      ),
    };
    const decisions = decidePurchases(under, history, requests);
    const made = await place(tx, itemId, item, requests, decisions, sums);
    tx.failpoints.reach('flash.insidePlace');
    const units = requests.reduce((sum, request, i) => sum + (decisions[i]?.kind === 'sold' ? request.quantity : 0), 0);
    if (units > 0 && units === allocation.free)
      tx.outbox.add('flash_sale.sold_out', itemId, { saleId: item.saleId, itemId, variantId: item.variantId });
    return { outcomes: decisions.map((decision, i) => toOutcome(decision, i, made)), free: allocation.free - units };
  }).catch((error: unknown) => {
    if (isLockTimeout(error)) return null;
    throw error;
  });
  if (!written) return requests.map(busy);
  onFree(written.free);
  return written.outcomes;
};

/** The destination as far as tax and shipping depend on it. */
const destinationOf = ({ shippingAddress }: PreparedPurchase): string =>
  `${shippingAddress.countryCode}|${storedRegion(shippingAddress.countryCode, shippingAddress.region) ?? ''}`;

/** Tax and shipping by destination, read before the lock is taken. */
const readTerms = async (
  core: Core,
  currency: Currency,
  requests: readonly PreparedPurchase[],
): Promise<ReadonlyMap<string, ShopTerms>> => {
  const addresses = new Map(requests.map((request) => [destinationOf(request), request.shippingAddress]));
  return new Map(
    await Promise.all(
      [...addresses].map(async ([destination, address]) => {
        const terms = await getShopTerms(core, address.countryCode, currency, { region: address.region ?? null });
        return [destination, terms] as const;
      }),
    ),
  );
};

/** The totals of a purchase, calculated once for each quantity and destination; no other offer applies to a sale price. */
const totalsOf = (item: SaleItem, terms: ReadonlyMap<string, ShopTerms>): ((request: PreparedPurchase) => CartTotals) => {
  const known = new Map<string, CartTotals>();
  return (request) => {
    const destination = destinationOf(request);
    const key = `${destination}|${request.quantity}`;
    const before = known.get(key);
    if (before) return before;
    const found = terms.get(destination);
    if (!found) throw new Error(`No terms were read for ${destination}`);
    const { taxClass, weightGrams, salePriceCents: unitPriceCents } = item;
    const line = { variantId: item.variantId, unitPriceCents, quantity: request.quantity, repriced: true, taxClass, weightGrams };
    const sums = totalCart({ lines: [line], promo: null, ...found });
    known.set(key, sums);
    return sums;
  };
};

const unsendable = (item: SaleItem, sums: CartTotals, unknownRegion: UnknownRegion | null): DomainError | null => {
  if (unknownRegion) return regionRequired(unknownRegion, 'shippingAddress.region');
  if (!sums.shippingUnavailable) return null;
  const { unknownWeights } = sums;
  return new DomainError(
    'SHIPPING_UNAVAILABLE',
    whyNotShipped({ unknownWeights }, [item], 'No shipping method delivers this item to this address.'),
    {
      details: { options: [], unknownWeights },
    },
  );
};

interface Made {
  readonly purchase: FlashPurchase;
  readonly paymentId: PaymentId | null;
}

/** Writes orders, holds, claims, payments and records of the requests that get units. */
const place = async (
  tx: Tx,
  itemId: FlashSaleItemId,
  item: SaleItem,
  requests: readonly PreparedPurchase[],
  decisions: readonly PurchaseDecision[],
  sums: (request: PreparedPurchase) => CartTotals,
): Promise<Map<number, Made>> => {
  const sold = requests.flatMap((request, index) => {
    const decision = decisions[index];
    return decision?.kind === 'sold'
      ? [{ request, index, identities: decision.identities, order: toOrder(item, request, sums(request)) }]
      : [];
  });
  if (sold.length === 0) return new Map();
  const inserted = await insertOrders(
    tx,
    sold.map((s) => s.order),
  );
  const placed = sold.map((s, i) => {
    const row = inserted[i];
    if (!row) throw new Error('insertOrders returned fewer orders than it was given');
    return { ...s, ...row };
  });
  await holdFromAllocation(
    tx,
    { id: itemId, variantId: item.variantId },
    placed.map(({ id, request, expiresAt }) => ({ orderId: id, quantity: request.quantity, expiresAt })),
  );
  const claims = placed.flatMap(({ id, request, identities }): PurchaseClaim[] =>
    [...new Set(identities)].map((identity) => ({ orderId: id, identity, units: request.quantity })),
  );
  await claimPurchases(tx, itemId, claims);
  await recordPurchases(tx, itemId, placed);
  const payments = await insertPayments(
    tx,
    placed.flatMap(({ order, request }) =>
      request.payment && order.totals.totalCents > 0
        ? [
            {
              order: { id: order.id, dueCents: order.totals.totalCents, currency: order.currency },
              method: request.payment,
              request: { requestKey: request.requestKey, ip: request.ip },
            },
          ]
        : [],
    ),
  );
  return new Map(
    placed.map(({ index, id, orderNumber, expiresAt, request, order }) => [
      index,
      {
        paymentId: payments.get(id)?.id ?? null,
        purchase: {
          orderId: id,
          orderNumber,
          status: 'pending',
          itemId,
          quantity: request.quantity,
          unitPriceCents: item.salePriceCents,
          totals: order.totals,
          currency: order.currency,
          expiresAt: expiresAt.toISOString(),
          orderToken: request.orderToken,
        },
      },
    ]),
  );
};

const toOrder = (
  item: SaleItem,
  request: PreparedPurchase,
  { totals, lines, shipping, shippingTaxCents, taxes, taxRounding }: CartTotals,
): NewOrder => {
  const { orderId: id, orderToken, sealed, actor, quantity, shippingAddress, email } = request;
  const [lineTotals] = lines;
  if (!lineTotals) throw new Error('totalCart returned no line');
  return {
    id,
    cartId: null,
    userId: actor.kind === 'user' ? (actor.userId satisfies UserId) : null,
    guestTokenHash: actor.kind === 'guest' ? (guestTokenHash(actor) ?? (orderToken === null ? null : hashToken(orderToken))) : null,
    email,
    shippingAddress,
    sealed,
    currency: item.currency,
    totals,
    taxes,
    taxRounding,
    shippingMethod: shipping?.name ?? null,
    shippingTaxCents,
    promoCode: null,
    notes: null,
    checkoutKey: `flash|${request.requestKey}`,
    placedBy: actor,
    paymentWindowMinutes: item.paymentWindowMinutes,
    paymentRetryMinutes: item.paymentRetryMinutes,
    lines: [
      {
        ...lineTotals,
        productId: item.productId,
        variantId: item.variantId,
        productName: item.productName,
        variantTitle: item.variantTitle,
        sku: item.sku,
        quantity,
        unitPriceCents: item.salePriceCents,
        // Sales sell units of their allocation, and only tracked variants can have one.
        tracked: true,
      },
    ],
  };
};

const toOutcome = (decision: PurchaseDecision, index: number, made: ReadonlyMap<number, Made>): PurchaseOutcome | DomainError => {
  if (decision.kind === 'refused') return decision.error;
  if (decision.kind === 'bought-before') return { kind: 'before', orderId: decision.orderId as OrderId };
  const own = made.get(decision.kind === 'same-as' ? decision.index : index);
  if (!own) throw new Error('A purchase that was decided was not placed');
  return { kind: decision.kind === 'sold' ? 'new' : 'same', ...own };
};
