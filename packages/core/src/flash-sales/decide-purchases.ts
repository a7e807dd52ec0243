/**
 * Decides which requests of a batch get units. Pure: requests are handled in order of arrival, and each sees the units
 * that those before it have left.
 */
import { formatMoney, type Currency, type VariantId } from '@cartwright/contracts';
import { insufficientStock, type VariantName } from '../inventory/index.ts';
import { DomainError, keyReused, nameCall, notFound } from '../kernel/index.ts';

/** A flash sale item, read under its lock. */
export interface ItemUnderLock extends VariantName {
  readonly variantId: VariantId;
  readonly unitsFree: number;
  /** Whether its product can be bought: neither a draft nor archived. */
  readonly onSale: boolean;
  /** By the database's clock. */
  readonly phase: 'scheduled' | 'open' | 'paused' | 'ended';
  readonly startsAt: Date;
  readonly salePriceCents: number;
  readonly currency: Currency;
  readonly limitPerCustomer: number | null;
  readonly limitPerAddress: number | null;
  readonly waitingRoom: boolean;
}

/** A request as the decision sees it. */
export interface PurchaseRequest {
  /** The owner and the idempotency key. */
  readonly requestKey: string;
  readonly fingerprint: string;
  readonly quantity: number;
  readonly expectedUnitPriceCents: number | undefined;
  /** Identities that count as this buyer: the account and the e-mail address. */
  readonly customerIdentities: readonly string[];
  readonly addressIdentity: string;
  /** The buyer's place in the waiting room, if one was shown. */
  readonly placeId: string | null;
}

/** Earlier purchases and admissions of the requests, read under the lock. */
export interface PurchaseHistory {
  /** Purchases by request key. */
  readonly before: ReadonlyMap<string, { readonly orderId: string; readonly fingerprint: string }>;
  /** Units bought, by identity. */
  readonly claimed: ReadonlyMap<string, number>;
  /** Places that are admitted now. */
  readonly admitted: ReadonlySet<string>;
  /** Why the item cannot be shipped, by the keys of requests with such an address. */
  readonly unsendable: ReadonlyMap<string, DomainError>;
}

/** What was decided about a request. */
export type PurchaseDecision =
  | { readonly kind: 'sold'; readonly identities: readonly string[] }
  /** A repeat of the request at `index` of this batch, which is sold. */
  | { readonly kind: 'same-as'; readonly index: number }
  /** Bought by an earlier call with this key. */
  | { readonly kind: 'bought-before'; readonly orderId: string }
  | { readonly kind: 'refused'; readonly error: DomainError };

const refuse = (error: DomainError): PurchaseDecision => ({ kind: 'refused', error });
/** Decides a batch. Never sells more than `unitsFree` or a limit, and refuses nobody while both leave room. */
export const decidePurchases = (
  item: ItemUnderLock,
  history: PurchaseHistory,
  requests: readonly PurchaseRequest[],
): PurchaseDecision[] => {
  let free = item.unitsFree;
  const claimed = new Map(history.claimed);
  const admitted = new Set(history.admitted);
  const soldByKey = new Map<string, number>();
  return requests.map((request, index) => {
    const before = history.before.get(request.requestKey);
    if (before)
      return before.fingerprint === request.fingerprint ? { kind: 'bought-before', orderId: before.orderId } : refuse(keyReused());
    const twin = soldByKey.get(request.requestKey);
    if (twin !== undefined)
      return requests[twin]?.fingerprint === request.fingerprint ? { kind: 'same-as', index: twin } : refuse(keyReused());

    const problem = refusal(item, request, free, claimed, admitted) ?? history.unsendable.get(request.requestKey) ?? null;
    if (problem) return refuse(problem);
    const identities = limitedIdentities(item, request);
    for (const identity of identities) claimed.set(identity, (claimed.get(identity) ?? 0) + request.quantity);
    if (request.placeId) admitted.delete(request.placeId);
    free -= request.quantity;
    soldByKey.set(request.requestKey, index);
    return { kind: 'sold', identities };
  });
};

/** The identities whose units are counted; none without a limit. */
export const limitedIdentities = (
  item: Pick<ItemUnderLock, 'limitPerCustomer' | 'limitPerAddress'>,
  { customerIdentities, addressIdentity }: Pick<PurchaseRequest, 'customerIdentities' | 'addressIdentity'>,
): readonly string[] => [
  ...(item.limitPerCustomer === null ? [] : customerIdentities),
  ...(item.limitPerAddress === null ? [] : [addressIdentity]),
];

const refusal = (
  item: ItemUnderLock,
  request: PurchaseRequest,
  free: number,
  claimed: ReadonlyMap<string, number>,
  admitted: ReadonlySet<string>,
): DomainError | null => {
  const price = (cents: number): string => formatMoney(cents, item.currency);
  if (!item.onSale) return notFound('This flash sale item');
  if (item.phase === 'scheduled')
    return new DomainError('SALE_NOT_OPEN', `The flash sale starts at ${item.startsAt.toISOString()}. Buy then.`, {
      details: { startsAt: item.startsAt.toISOString() },
    });
  if (item.phase === 'ended') return saleEnded();
  if (item.phase === 'paused')
    return new DomainError('SALE_PAUSED', 'The flash sale is paused. Try again in a moment.', { details: { retryAfterSeconds: 5 } });
  if (item.waitingRoom && !(request.placeId && admitted.has(request.placeId)))
    return new DomainError('ADMISSION_REQUIRED', 'It is not your turn yet, or your turn has passed. Join the waiting room first.');
  if (request.expectedUnitPriceCents !== undefined && request.expectedUnitPriceCents !== item.salePriceCents)
    return new DomainError(
      'PRICE_CHANGED',
      `The sale price is ${price(item.salePriceCents)}, not ${price(request.expectedUnitPriceCents)} as expected.`,
      {
        details: { totals: null, unitPriceCents: item.salePriceCents, problems: [] },
      },
    );
  const overLimit = limitLeft(item, request, claimed);
  if (overLimit) return overLimit;
  if (free === 0) return soldOut();
  if (request.quantity > free) return insufficientStock(item, { variantId: item.variantId, requested: request.quantity, available: free });
  return null;
};

/** The refusal of buyers after the end of a sale. */
export const saleEnded = (): DomainError =>
  new DomainError('SALE_ENDED', `The flash sale has ended. Buy the product at its regular price with ${nameCall('carts.addItem')}.`);

/** The refusal once every unit is taken. */
export const soldOut = (): DomainError => new DomainError('OUT_OF_STOCK', 'This item is sold out.', { details: { available: 0 } });

const units = (n: number): string => (n === 1 ? '1 unit was' : `${n} units were`);

const limitLeft = (item: ItemUnderLock, request: PurchaseRequest, claimed: ReadonlyMap<string, number>): DomainError | null => {
  const over = (limit: number | null, identities: readonly string[], per: 'customer' | 'address') => {
    if (limit === null) return null;
    const taken = Math.max(0, ...identities.map((identity) => claimed.get(identity) ?? 0));
    if (taken + request.quantity <= limit) return null;
    const left = Math.max(0, limit - taken);
    return new DomainError(
      'PURCHASE_LIMIT',
      `${units(request.quantity)} requested, but the limit is ${limit} per ${per}, ` +
        `and ${units(taken)} bought before: ${left === 0 ? 'none' : `${left} more`} can be bought.`,
      {
        details: { limit, per, bought: taken, left },
      },
    );
  };
  return (
    over(item.limitPerCustomer, request.customerIdentities, 'customer') ?? over(item.limitPerAddress, [request.addressIdentity], 'address')
  );
};
