/** Flash sales: a limited number of units, allocated from the stock, sold in one call during a time window. */
import { z } from 'zod';
import {
  addressInput,
  basisPoints,
  cents,
  email,
  instantInput,
  pageInput,
  pageOf,
  price,
  quantity,
  nameText,
  unitsBy,
  unitsFrom,
  seenVersion,
} from './common.ts';
import {
  flashPurchaseSchema,
  flashSaleMetricsSchema,
  flashSaleSchema,
  flashSaleStates,
  waitingPlaceSchema,
} from './flash-sales.schemas.ts';
import { flashSaleId, flashSaleItemId, lastEventId, variantId } from './ids.ts';
import { declineDetails, paymentMethodInput } from './payments.schemas.ts';
import { mutation, query, subscription } from './procedure.ts';

const ticket = z.string().min(20).max(200);
const unitsLimit = unitsFrom(1, 10_000);
const window = {
  /** When the sale opens. */
  startsAt: instantInput,
  /** When the sale closes at the latest; after `startsAt` and in the future. */
  endsAt: instantInput,
};

/** How the waiting room admits buyers. */
export const admissionRules = z.strictObject({
  /** Most buyers admitted per second. */
  maxPerSecond: z.int().min(1).max(10_000).default(50),
  /** Minutes in which an admitted buyer may buy. */
  minutesInside: z.int().min(1).max(60).default(5),
  /** Share of additional buyers admitted beyond the free units, because some leave without buying: 5000 is 50 % more. */
  overbooking: basisPoints.default(5000),
});

export const flashSalesContract = {
  list: query({
    summary: 'Open and scheduled sales',
    description: 'Staff with `flash-sales:manage` also get ended sales.',
    access: 'public',
    rest: { method: 'GET', path: '/flash-sales' },
    input: z.strictObject({
      ...pageInput,
      /** Only sales in this state. */
      state: z.enum(flashSaleStates).optional(),
    }),
    output: pageOf(flashSaleSchema).meta({ id: 'FlashSalePage' }),
  }),
  get: query({
    summary: 'A sale with its items',
    access: 'public',
    rest: { method: 'GET', path: '/flash-sales/{saleId}' },
    input: z.strictObject({ saleId: flashSaleId }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND'],
  }),
  create: mutation({
    summary: 'Create a sale and allocate its units from the stock',
    access: { scope: 'flash-sales:manage' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/flash-sales', status: 201 },
    input: z.strictObject({
      /** Name of the sale for buyers. */
      name: nameText(200),
      ...window,
      /** Minutes within which an order of this sale must be paid. Afterwards its units return to the sale. */
      paymentWindowMinutes: z.int().min(1).max(120).default(2),
      /**
       * Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the
       * payment window.
       */
      paymentRetryMinutes: z.int().min(1).max(120).default(2),
      /** Whether buyers must queue first; see `flashSales.join`. */
      waitingRoom: z.boolean().default(false),
      /** How the waiting room admits buyers; without a waiting room it has no effect. */
      admission: admissionRules.prefault({}),
      /** Variants of the sale; each at most once. */
      items: z
        .array(
          z.strictObject({
            variantId,
            /** Units to take from the stock for the sale. */
            units: unitsFrom(1, 10_000_000),
            /** Price of one unit in the sale, in the currency of the product. */
            salePriceCents: price,
            /**
             * Most units of this item that one customer can buy; without it there is no limit. The account and the e-mail address are
             * each counted.
             */
            limitPerCustomer: unitsLimit.optional(),
            /**
             * Most units of this item for one shipping address, whoever buys; without it there is no limit. Case, accents, spaces and
             * punctuation make no difference.
             */
            limitPerAddress: unitsLimit.optional(),
          }),
        )
        .min(1)
        .max(100),
    }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'STOCK_NOT_TRACKED'],
  }),
  update: mutation({
    summary: 'Change name, window or rules of a sale that has not ended',
    description: 'The start cannot change after the sale has started. The end cannot be moved into the past: use `end`.',
    access: { scope: 'flash-sales:manage' },
    rest: { method: 'PATCH', path: '/flash-sales/{saleId}' },
    input: z.strictObject({
      saleId: flashSaleId,
      version: seenVersion,
      /** New name of the sale. */
      name: nameText(200).optional(),
      /** New start, only before the sale has started. */
      startsAt: instantInput.optional(),
      /** New end, in the future. */
      endsAt: instantInput.optional(),
      /** Applies to orders placed after the change. */
      paymentWindowMinutes: z.int().min(1).max(120).optional(),
      /** Applies to orders placed after the change. */
      paymentRetryMinutes: z.int().min(1).max(120).optional(),
      /** Whether buyers must queue first; see `flashSales.join`. */
      waitingRoom: z.boolean().optional(),
      /** Replaces the rules of the waiting room. */
      admission: admissionRules.optional(),
    }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'SALE_ENDED', 'SALE_STARTED'],
  }),
  adjustUnits: mutation({
    summary: 'Add units to a sale, or return free units to the stock',
    access: { scope: 'flash-sales:manage' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/flash-sales/items/{itemId}/units' },
    input: z.strictObject({
      itemId: flashSaleItemId,
      /** Units to add to the sale, or, if negative, to return to the stock. */
      delta: unitsBy(10_000_000),
    }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'STOCK_NOT_TRACKED', 'STOCK_BELOW_RESERVED', 'SALE_ENDED'],
  }),
  pause: mutation({
    summary: 'Pause a sale at once; buyers get `SALE_PAUSED`',
    access: { scope: 'flash-sales:manage' },
    repeatable: true,
    rest: { method: 'POST', path: '/flash-sales/{saleId}/pause' },
    input: z.strictObject({ saleId: flashSaleId }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'SALE_ENDED'],
  }),
  resume: mutation({
    summary: 'Resume a paused sale',
    access: { scope: 'flash-sales:manage' },
    rest: { method: 'POST', path: '/flash-sales/{saleId}/resume' },
    input: z.strictObject({ saleId: flashSaleId }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'SALE_ENDED'],
  }),
  end: mutation({
    summary: 'End a sale for good and return unsold units to the stock',
    description: 'Orders that wait for payment keep their units. The worker ends a sale when its window closes.',
    access: { scope: 'flash-sales:manage' },
    repeatable: true,
    rest: { method: 'POST', path: '/flash-sales/{saleId}/end' },
    input: z.strictObject({ saleId: flashSaleId }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND'],
  }),
  buy: mutation({
    summary: 'Buy from a sale in one call',
    description:
      'Takes the units, places the order and, with `payment`, charges it. The same key never buys twice; a repeat returns ' +
      'the order of the first call. ' +
      'Without `payment`, pay the order by `checkout.retryPayment` before `expiresAt`. If the provider needs a confirmation ' +
      'by the buyer, `checkout.status` shows how to confirm. ' +
      `${declineDetails} A guest without a cart token gets \`orderToken\` there too, to pay by \`checkout.retryPayment\`.`,
    access: 'public',
    readsCartToken: true,
    budget: 'purchase',
    idempotency: 'required',
    uniqueBy: 'key',
    keepsOwnRecord: true,
    rest: { method: 'POST', path: '/flash-sales/items/{itemId}/buy', status: 201 },
    input: z.strictObject({
      itemId: flashSaleItemId,
      /** Units to buy. */
      quantity: quantity.default(1),
      /** Required for guests. Default: the address of the account. */
      email: email.optional(),
      /** Address that the goods are sent to. Its country and region decide tax and shipping. */
      shippingAddress: addressInput,
      /** Unit price that the buyer saw. If the sale price has changed, the call fails with `PRICE_CHANGED`. */
      expectedUnitPriceCents: cents.optional(),
      /** Payment method that is charged at once. Without it, the order waits for `checkout.retryPayment`. */
      payment: paymentMethodInput.optional(),
      /** Ticket from `flashSales.join`; required for sales with a waiting room. */
      ticket: ticket.optional(),
    }),
    output: flashPurchaseSchema,
    errors: [
      'NOT_FOUND',
      'SALE_NOT_OPEN',
      'SALE_PAUSED',
      'SALE_ENDED',
      'OUT_OF_STOCK',
      'INSUFFICIENT_STOCK',
      'PURCHASE_LIMIT',
      'PRICE_CHANGED',
      'SHIPPING_UNAVAILABLE',
      'REGION_REQUIRED',
      'ADMISSION_REQUIRED',
      'PAYMENT_DECLINED',
      'TOO_MANY_DECLINES',
      'BUSY',
      'INVALID_PRICE',
    ],
  }),
  metrics: query({
    summary: 'Live metrics of a sale',
    access: { scope: 'flash-sales:manage' },
    rest: { method: 'GET', path: '/flash-sales/{saleId}/metrics' },
    input: z.strictObject({ saleId: flashSaleId }),
    output: flashSaleMetricsSchema,
    errors: ['NOT_FOUND'],
  }),
  watch: subscription({
    summary: 'Metrics of a sale, sent whenever they change',
    access: { scope: 'flash-sales:manage' },
    input: z.strictObject({ saleId: flashSaleId, lastEventId: lastEventId(100) }),
    output: flashSaleMetricsSchema,
    errors: ['NOT_FOUND'],
  }),
  join: mutation({
    summary: 'Join the waiting room of a sale',
    description:
      'Each account or e-mail address has one place, in order of arrival. Joining again returns the same place. The ticket ' +
      'works only for this buyer.',
    access: 'public',
    repeatable: true,
    rest: { method: 'POST', path: '/flash-sales/{saleId}/queue', status: 201 },
    input: z.strictObject({
      saleId: flashSaleId,
      /** Required for guests. */
      email: email.optional(),
    }),
    output: z.object({
      /** Secret of this buyer. Send it to `flashSales.place`, `flashSales.follow` and `flashSales.buy`. */
      ticket: z.string(),
      /** Place of the buyer in the waiting room. */
      place: waitingPlaceSchema,
    }),
    errors: ['NOT_FOUND', 'SALE_ENDED', 'NO_WAITING_ROOM', 'BUSY'],
  }),
  place: query({
    summary: 'Place of a buyer in the waiting room',
    access: 'public',
    rest: { method: 'GET', path: '/flash-sales/{saleId}/queue' },
    input: z.strictObject({
      saleId: flashSaleId,
      /** Ticket from `flashSales.join`. */
      ticket,
    }),
    output: waitingPlaceSchema,
    errors: ['NOT_FOUND', 'ADMISSION_REQUIRED'],
  }),
  follow: subscription({
    summary: 'Place of a buyer in the waiting room, sent whenever it changes',
    access: 'public',
    input: z.strictObject({
      saleId: flashSaleId,
      /** Ticket from `flashSales.join`. */
      ticket,
      lastEventId: lastEventId(100),
    }),
    output: waitingPlaceSchema,
    errors: ['NOT_FOUND', 'ADMISSION_REQUIRED'],
  }),
} as const;
