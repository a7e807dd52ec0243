/** What the shop needs from outside. Adapters live in `*\/gateways` and `*\/channels`; tests bring their own. */
import type { Currency, DisputeStatus, PaymentProvider, ProductId, SearchFacets, searchSorts } from '@cartwright/contracts';

/**
 * What a provider says about a charge. `pending`: the outcome comes later, by webhook or by query. `action`: the buyer
 * must confirm first, at `url` or in the provider's browser library with `clientSecret`.
 */
export type ChargeOutcome =
  | { readonly status: 'captured'; readonly reference: string; readonly capturedCents: number; readonly currency: Currency }
  | { readonly status: 'declined'; readonly reference: string | null; readonly code: string; readonly message: string }
  | { readonly status: 'pending'; readonly reference: string | null }
  | { readonly status: 'action'; readonly reference: string; readonly url: string | null; readonly clientSecret: string | null }
  | { readonly status: 'voided'; readonly reference: string };

/** A charge to make. */
export interface ChargeRequest {
  /** The payment's id: the provider must never charge twice for the same key. */
  readonly idempotencyKey: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly token: string;
  /** Where the buyer returns to after confirming at the provider. */
  readonly returnUrl: string;
}
/** A refund to make. */
export interface RefundRequest {
  readonly idempotencyKey: string;
  readonly reference: string;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly reason: string;
}
/** What became of a refund. */
export type RefundOutcome =
  | { readonly status: 'processed'; readonly reference: string; readonly amountCents: number; readonly currency: Currency }
  | { readonly status: 'failed'; readonly message: string }
  | { readonly status: 'pending'; readonly reference: string | null };

/** A refund as the provider stores it. */
export interface ProviderRefund {
  readonly reference: string;
  /** Reference of the charge. */
  readonly chargeReference: string;
  /** Our refund's id, when this shop made it; null for one that was made at the provider. */
  readonly refundId: string | null;
  readonly amountCents: number;
  readonly currency: Currency;
  /** `failed` may follow `processed`: the money was returned to the shop. */
  readonly status: 'pending' | 'processed' | 'failed';
  /** Why it was made, or why it failed. */
  readonly detail: string | null;
}
/** A request of a buyer's bank for the money of a charge, as the provider stores it. */
export interface ProviderDispute {
  readonly reference: string;
  readonly chargeReference: string;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly status: DisputeStatus;
  readonly fundsWithdrawn: boolean;
  readonly reason: string | null;
}
/** Of one charge, or all since an instant. `from` is the `next` of the page before. */
export type RecordQuery = ({ readonly chargeReference: string } | { readonly since: Date }) & { readonly from: string | null };
/** An entry of a list that cannot be read. */
export interface UnreadRecord {
  readonly reference: string;
  /** Why it cannot be read. */
  readonly problem: string;
}
/** A page of a list of a provider. */
export interface ProviderPage<T> {
  readonly items: readonly T[];
  /** Entries that cannot be read, listed apart so that a bad entry hides no other. */
  readonly unread: readonly UnreadRecord[];
  /** Where the next page begins; null at the end of the list. */
  readonly next: string | null;
}

/**
 * A provider's event after its signature was checked. It triggers a query and is not a source of truth: only a capture,
 * which is final, is taken from it. Everything else is read from the provider, because events come late and in any
 * order.
 */
export interface GatewayNotice {
  readonly eventId: string;
  readonly type: string;
  /** What the event is about; null for events that the shop ignores. */
  readonly subject: 'charge' | 'refund' | 'dispute' | null;
  /** Reference of the charge, when it names one. */
  readonly reference: string | null;
  /** The payment's id, when the event contains it. */
  readonly paymentId: string | null;
  /** The order's id, when the event contains it. */
  readonly orderId: string | null;
  /** Reference of the refund or dispute. */
  readonly objectReference: string | null;
  /** Our refund's id, when the event contains it. */
  readonly refundId: string | null;
  /** Amount of the charge, refund or dispute, as the event states it; null when it states none. */
  readonly amountCents: number | null;
  readonly currency: Currency | null;
  /** State of the charge when the event was written; null when the event does not state it. */
  readonly outcome: ChargeOutcome | null;
  /** Why a signed event cannot be used; null for one that was read. */
  readonly problem: string | null;
  /** Whether it belongs to another account, or to the other one of test and live mode. */
  readonly foreign: boolean;
  readonly payload: Record<string, unknown>;
}

/** The content of an event that names nothing. */
export const emptyNotice: Omit<GatewayNotice, 'eventId' | 'type' | 'payload'> = {
  subject: null,
  reference: null,
  paymentId: null,
  orderId: null,
  objectReference: null,
  refundId: null,
  amountCents: null,
  currency: null,
  outcome: null,
  problem: null,
  foreign: false,
};

/** A page of a provider's own list of its events, newest first. */
export interface GatewayEventPage {
  readonly notices: readonly GatewayNotice[];
  /** Where the next page begins; null at the end of the list. */
  readonly next: string | null;
}

/**
 * A payment provider. A call that gets no clear answer throws `GatewayUnavailable`: the charge may or may not exist,
 * and `findCharge` with the same key tells which. An unreadable answer, and a key that was used for another request,
 * are unclear as well. Never called inside a transaction. What an adapter must do is written as tests:
 * `paymentGatewayConformance` of `@cartwright/testing`.
 */
export interface PaymentGateway {
  readonly provider: PaymentProvider;
  charge(request: ChargeRequest): Promise<ChargeOutcome>;
  /** Whether a payment method that was charged before can be charged again while its owner is absent. */
  chargesAgain(token: string): boolean;
  /**
   * Opens a page of the provider where the buyer pays with a payment method of their choice: an `action` with its address. One key opens
   * one page.
   */
  openPage(request: Omit<ChargeRequest, 'token'>): Promise<ChargeOutcome>;
  /** The charge made under a key or known by a reference; null when the provider never saw it. */
  findCharge(lookup: { idempotencyKey: string; reference: string | null }): Promise<ChargeOutcome | null>;
  /** Cancels a charge that is not decided yet. Returns its outcome. */
  cancelCharge(lookup: { idempotencyKey: string; reference: string | null }): Promise<ChargeOutcome | null>;
  refund(request: RefundRequest): Promise<RefundOutcome>;
  /** The refund made under a key on a charge known by its reference; null when the provider never saw it. */
  findRefund(lookup: { idempotencyKey: string; reference: string }): Promise<RefundOutcome | null>;
  /**
   * Checks the signature over the raw body. Throws `INVALID_SIGNATURE` or `STALE_SIGNATURE`; any other fault of the event is its `problem`.
   */
  parseWebhook(rawBody: Buffer, headers: Readonly<Record<string, string | undefined>>, now: Date): GatewayNotice;
  /** The provider's refunds, whoever made them. */
  listRefunds(query: RecordQuery): Promise<ProviderPage<ProviderRefund>>;
  /** The provider's disputes, including inquiries. */
  listDisputes(query: RecordQuery): Promise<ProviderPage<ProviderDispute>>;
  /** The events since an instant, whether their webhook arrived or not. `from` is the `next` of the page before. */
  listEvents(list: { since: Date; from: string | null }): Promise<GatewayEventPage>;
}

/** The provider gave no clear answer: time-out, reset, 5xx. */
export class GatewayUnavailable extends Error {
  override readonly name: string = 'GatewayUnavailable';
}
/** The provider answered, and the answer cannot be used: another shape, an unknown status, no amount. The message says why. */
export class GatewayResponseInvalid extends GatewayUnavailable {
  override readonly name = 'GatewayResponseInvalid';
}

/** A rendered mail for one recipient. */
export interface MailMessage {
  /** The notification's id. A channel that detects repeats sends one mail per id. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly template: string;
  readonly html: string;
  readonly text: string;
}
/** Accepts a mail for delivery, or throws. */
export interface MailChannel {
  send(message: MailMessage): Promise<void>;
}

/** A short-lived cache of slow results. Values are JSON. */
export interface Cache {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  deletePrefix(prefix: string): Promise<void>;
}

/** Counts requests per key and window. */
export interface RateLimiter {
  /** Takes one of `points` per `seconds`. Returns how long to wait when none is left, otherwise null. */
  consume(key: string, budget: { points: number; seconds: number }): Promise<{ retryAfterSeconds: number } | null>;
}

/** Wakes the relay up after a commit. A lost notification costs latency, never an event. */
export interface RelayNotifier {
  notify(): void;
}

/** A search among the published products. */
export interface SearchRequest {
  readonly text: string | null;
  /** Slug; everything below the category counts too. */
  readonly category: string | null;
  readonly brands: readonly string[];
  readonly tags: readonly string[];
  /** `Name:Value` */
  readonly options: readonly string[];
  readonly minPriceCents: number | null;
  readonly maxPriceCents: number | null;
  readonly inStock: boolean | null;
  readonly sort: (typeof searchSorts)[number];
  readonly offset: number;
  readonly limit: number;
  /** The contents of the buyer's cart: its categories and brands rank a little higher. */
  readonly affinity: { readonly categoryIds: readonly string[]; readonly brands: readonly string[] } | null;
}
/** What a search found. */
export interface SearchMatches {
  readonly productIds: readonly ProductId[];
  readonly totalCount: number;
  readonly totalIsExact: boolean;
  readonly facets: SearchFacets;
  /** From an engine on the shop's own database: the snapshot in which the ids were found. */
  readonly snapshot?: string;
}

/**
 * A search engine over the catalogue. It returns ids. The products themselves are read from the catalogue, so
 * that an index that lags never shows a product that is no longer published.
 */
export interface SearchEngine {
  search(request: SearchRequest): Promise<SearchMatches>;
  /** The query with its misspelt words corrected; null when there is nothing to correct. */
  correct(text: string): Promise<string | null>;
  suggest(prefix: string, limit: number): Promise<{ productIds: readonly ProductId[]; brands: readonly string[] }>;
  similar(productId: ProductId, limit: number): Promise<readonly ProductId[]>;
  trending(category: string | null, limit: number): Promise<readonly ProductId[]>;
}
