/** Flash sales: limited units of a variant, set apart from the open shelf, sold in one call while a window is open. */
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
  version,
} from './common.ts';
import {
  flashPurchaseSchema,
  flashSaleFiguresSchema,
  flashSaleSchema,
  flashSaleStates,
  waitingPlaceSchema,
} from './flash-sales.schemas.ts';
import { flashSaleId, flashSaleItemId, variantId } from './ids.ts';
import { paymentMethodInput } from './payments.contract.ts';
import { mutation, query, subscription } from './procedure.ts';

const ticket = z.string().min(20).max(200);
const limit = unitsFrom(1, 10_000);
const window = { startsAt: instantInput, endsAt: instantInput };

/** How the waiting room lets people in. */
export const admissionRules = z.strictObject({
  /** People let in a second at most. */
  maxPerSecond: z.int().min(1).max(10_000).default(50),
  /** How long one may take to buy once let in. */
  minutesInside: z.int().min(1).max(60).default(5),
  /** How many more are let in than units are free, for those who leave without buying: 5000 is half as many again. */
  overbooking: basisPoints.default(5000),
});

export const flashSalesContract = {
  list: query({
    summary: 'Sales that are open or announced',
    description: 'With `flash-sales:manage` also those that are over.',
    access: 'public',
    rest: { method: 'GET', path: '/flash-sales' },
    input: z.strictObject({ ...pageInput, state: z.enum(flashSaleStates).optional() }),
    output: pageOf(flashSaleSchema).meta({ id: 'FlashSalePage' }),
  }),
  get: query({
    summary: 'One sale with its items',
    access: 'public',
    rest: { method: 'GET', path: '/flash-sales/{saleId}' },
    input: z.strictObject({ saleId: flashSaleId }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND'],
  }),
  create: mutation({
    summary: 'Prepare a sale and set its units apart from the open shelf',
    access: { scope: 'flash-sales:manage' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/flash-sales', status: 201 },
    input: z.strictObject({
      name: nameText(200),
      ...window,
      /** Minutes in which an order of this sale must be paid; afterwards its units go back into the sale. */
      paymentWindowMinutes: z.int().min(1).max(120).default(2),
      /** Minutes after the first declined payment in which an order can be paid another way, never beyond the payment window. */
      paymentRetryMinutes: z.int().min(1).max(120).default(2),
      waitingRoom: z.boolean().default(false),
      admission: admissionRules.prefault({}),
      items: z
        .array(
          z.strictObject({
            variantId,
            units: unitsFrom(1, 10_000_000),
            salePriceCents: price,
            limitPerCustomer: limit.optional(),
            limitPerAddress: limit.optional(),
          }),
        )
        .min(1)
        .max(100),
    }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'INVALID_INPUT'],
  }),
  update: mutation({
    summary: 'Change the name, window or rules of a sale that is not over',
    description: 'The start cannot be moved once it has passed, nor can the end be moved into the past: use `end`.',
    access: { scope: 'flash-sales:manage' },
    rest: { method: 'PATCH', path: '/flash-sales/{saleId}' },
    input: z.strictObject({
      saleId: flashSaleId,
      version,
      name: nameText(200).optional(),
      startsAt: instantInput.optional(),
      endsAt: instantInput.optional(),
      /** Holds for orders that are placed after the change. */
      paymentWindowMinutes: z.int().min(1).max(120).optional(),
      /** Holds for orders that are placed after the change. */
      paymentRetryMinutes: z.int().min(1).max(120).optional(),
      waitingRoom: z.boolean().optional(),
      admission: admissionRules.optional(),
    }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'SALE_ENDED', 'SALE_STARTED'],
  }),
  adjustUnits: mutation({
    summary: 'Add units to a running sale, or give free ones back to the shelf',
    access: { scope: 'flash-sales:manage' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/flash-sales/items/{itemId}/units' },
    input: z.strictObject({
      itemId: flashSaleItemId,
      delta: unitsBy(10_000_000),
    }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'STOCK_BELOW_RESERVED', 'SALE_ENDED'],
  }),
  pause: mutation({
    summary: 'Stop selling at once; buyers get SALE_PAUSED',
    access: { scope: 'flash-sales:manage' },
    repeatable: true,
    rest: { method: 'POST', path: '/flash-sales/{saleId}/pause' },
    input: z.strictObject({ saleId: flashSaleId }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'SALE_ENDED'],
  }),
  resume: mutation({
    summary: 'Go on selling after a pause',
    access: { scope: 'flash-sales:manage' },
    rest: { method: 'POST', path: '/flash-sales/{saleId}/resume' },
    input: z.strictObject({ saleId: flashSaleId }),
    output: flashSaleSchema,
    errors: ['NOT_FOUND', 'SALE_ENDED'],
  }),
  end: mutation({
    summary: 'End a sale for good; what is left goes back to the shelf',
    description: 'Orders that wait for payment keep their units. A sale whose time is over is ended by the worker.',
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
      'Takes the units, places the order and, with `payment`, charges it. The same key never buys twice; a repeat is answered with the order it made. ' +
      'Without `payment` the order waits to be paid until `expiresAt`, by `checkout.retryPayment`; where the provider wants something from the buyer first, `checkout.status` says what.',
    access: 'public',
    budget: 'purchase',
    idempotency: 'required',
    uniqueBy: 'key',
    keepsOwnRecord: true,
    rest: { method: 'POST', path: '/flash-sales/items/{itemId}/buy', status: 201 },
    input: z.strictObject({
      itemId: flashSaleItemId,
      quantity: quantity.default(1),
      /** Needed from guests; an account's own address is used otherwise. */
      email: email.optional(),
      shippingAddress: addressInput,
      /** What the buyer was shown; another sale price now is answered with `PRICE_CHANGED`. */
      expectedUnitPriceCents: cents.optional(),
      payment: paymentMethodInput.optional(),
      /** From `flashSales.join`, for sales with a waiting room. */
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
      'ADMISSION_REQUIRED',
      'PAYMENT_DECLINED',
      'TOO_MANY_DECLINES',
      'BUSY',
    ],
  }),
  figures: query({
    summary: 'How a sale is going',
    access: { scope: 'flash-sales:manage' },
    rest: { method: 'GET', path: '/flash-sales/{saleId}/figures' },
    input: z.strictObject({ saleId: flashSaleId }),
    output: flashSaleFiguresSchema,
    errors: ['NOT_FOUND'],
  }),
  watch: subscription({
    summary: 'How a sale is going, anew whenever it changes',
    access: { scope: 'flash-sales:manage' },
    input: z.strictObject({ saleId: flashSaleId, lastEventId: z.string().max(100).nullish() }),
    output: flashSaleFiguresSchema,
    errors: ['NOT_FOUND'],
  }),
  join: mutation({
    summary: 'Take a place in the waiting room of a sale',
    description:
      'One place per account or e-mail address, in the order of arrival; joining again answers the same place. The ticket works for nobody else.',
    access: 'public',
    repeatable: true,
    rest: { method: 'POST', path: '/flash-sales/{saleId}/queue', status: 201 },
    input: z.strictObject({ saleId: flashSaleId, /** Needed from guests. */ email: email.optional() }),
    output: z.object({ ticket: z.string(), place: waitingPlaceSchema }),
    errors: ['NOT_FOUND', 'SALE_ENDED', 'NO_WAITING_ROOM', 'BUSY'],
  }),
  place: query({
    summary: 'Where one stands in the waiting room',
    access: 'public',
    rest: { method: 'GET', path: '/flash-sales/{saleId}/queue' },
    input: z.strictObject({ saleId: flashSaleId, ticket }),
    output: waitingPlaceSchema,
    errors: ['NOT_FOUND', 'ADMISSION_REQUIRED'],
  }),
  follow: subscription({
    summary: 'Where one stands in the waiting room, anew whenever it changes',
    access: 'public',
    input: z.strictObject({ saleId: flashSaleId, ticket, lastEventId: z.string().max(100).nullish() }),
    output: waitingPlaceSchema,
    errors: ['NOT_FOUND', 'ADMISSION_REQUIRED'],
  }),
} as const;
