/** Price lists: prices in one currency, for everybody or one customer group, within a period. Prices are never converted. */
import { z } from 'zod';
import {
  cents,
  done,
  instant,
  instantInput,
  maxQuantity,
  pageInput,
  pageOf,
  price,
  nameText,
  seenVersion,
  storedText,
  text,
  version,
  createdAt,
  updatedAt,
  shownSku,
  productName,
} from './common.ts';
import { currency } from './currency.ts';
import { priceListId, productId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';

const listFields = {
  /** Name of the list for staff. */
  name: nameText(120),
  currency,
  /** Only for buyers in this group; null for everybody. */
  customerGroup: text(50).nullable().default(null),
  /**
   * The matching list with the highest priority applies; then a list for a group before a list for everybody; then the list with the
   * latest start.
   */
  priority: z.int().min(-1000).max(1000).default(0),
  /** When the prices begin to apply; null for at once. */
  startsAt: instantInput.nullable().default(null),
  /** When the prices stop applying; null for never. */
  endsAt: instantInput.nullable().default(null),
  /** Whether the prices apply within the period. */
  active: z.boolean().default(true),
};
export const priceListSchema = z
  .object({
    id: priceListId,
    ...listFields,
    name: storedText(120),
    customerGroup: storedText(50).nullable(),
    startsAt: instant.nullable(),
    endsAt: instant.nullable(),
    /** Number of prices in the list. */
    priceCount: z.int(),
    version,
    createdAt,
    updatedAt,
  })
  .meta({ id: 'PriceList' });
export type PriceList = z.infer<typeof priceListSchema>;

/** The price of one unit when at least `minQuantity` are bought. */
const entry = {
  variantId,
  /** The price applies from this number of units of a line. */
  minQuantity: z.int().min(1).max(maxQuantity).default(1),
};

export const priceListsContract = {
  list: query({
    summary: 'Price lists, newest first',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/price-lists' },
    input: z.strictObject({ ...pageInput, currency: currency.optional() }),
    output: pageOf(priceListSchema),
  }),
  create: mutation({
    summary: 'Create a price list',
    access: { scope: 'pricing:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/price-lists', status: 201 },
    input: z.strictObject(listFields),
    output: priceListSchema,
  }),
  update: mutation({
    summary: 'Change a price list; its currency cannot change',
    access: { scope: 'pricing:write' },
    rest: { method: 'PUT', path: '/price-lists/{id}' },
    description: 'A start or an end outside the years 2000 to 2200 is rejected, unless the list already has it.',
    input: z.strictObject({
      id: priceListId,
      version: seenVersion,
      ...z.object(listFields).omit({ currency: true }).shape,
      startsAt: instant.nullable().default(null),
      endsAt: instant.nullable().default(null),
    }),
    output: priceListSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH'],
  }),
  delete: mutation({
    summary: 'Delete a price list and its prices; the price history is kept',
    access: { scope: 'pricing:write' },
    rest: { method: 'DELETE', path: '/price-lists/{id}' },
    input: z.strictObject({ id: priceListId }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
  prices: query({
    summary: 'The prices of a list',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/price-lists/{id}/prices' },
    input: z.strictObject({ id: priceListId, ...pageInput }),
    output: pageOf(
      z.object({
        ...entry,
        sku: shownSku,
        productName,
        /** Price of one unit, in the currency of the list. */
        priceCents: cents,
      }),
    ),
    errors: ['NOT_FOUND'],
  }),
  setPrices: mutation({
    summary: 'Set or remove prices of a list, all or none',
    access: { scope: 'pricing:write' },
    rest: { method: 'PUT', path: '/price-lists/{id}/prices' },
    input: z.strictObject({
      id: priceListId,
      /** Each names a variant by id or by SKU; `null` removes the price. */
      prices: z
        .array(
          z.strictObject({
            ...entry,
            variantId: variantId.optional(),
            /** SKU of the variant, in place of `variantId`. */
            sku: text(100).optional(),
            /** Price of one unit, in the currency of the list; null removes the price. */
            priceCents: price.nullable(),
          }),
        )
        .min(1)
        .max(1000),
    }),
    output: priceListSchema,
    errors: ['NOT_FOUND', 'INVALID_PRICE'],
  }),
  history: query({
    summary: 'Price history of the variants of a product',
    description: 'Own prices and prices of price lists, oldest first, starting with the price at the beginning of the period.',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/products/{id}/price-history' },
    input: z.strictObject({
      id: productId,
      /** Length of the period, in days until now. */
      days: z.int().min(1).max(730).default(90),
    }),
    output: z.object({
      /** Variants of the product, in display order. */
      variants: z.array(
        z.object({
          variantId,
          sku: shownSku,
          currency,
          /** Own price of one unit now, in `currency`, before price lists and rules. */
          priceCents: cents,
          /** Lowest own price of the last 30 days, including today, in `currency`. */
          lowestPriceCents: cents,
          /**
           * Lowest own price of the 30 days before the current price, in `currency`; null if there was none. Offers to consumers in
           * the EU must state it.
           */
          priorPriceCents: cents.nullable(),
          /** Changes in the period, oldest first, beginning with the price before it. */
          changes: z.array(
            z.object({
              /** When the price was set. */
              at: instant,
              /**
               * Price of one unit from this instant, in the currency of the price list, or of the product for its own price; null if
               * the price list lost its price.
               */
              priceCents: cents.nullable(),
              priceListId: priceListId.nullable(),
              /** Name of the price list; null for a change of the variant's own price, and for a price list that was deleted. */
              priceListName: z.string().nullable(),
              /** Who set it: `staff:<id>`, or a part of the system such as `system:<name>`. */
              changedBy: z.string(),
            }),
          ),
        }),
      ),
    }),
    errors: ['NOT_FOUND'],
  }),
  lowestPrices: query({
    summary: 'Lowest price of each variant of a product in the last 30 days',
    access: 'public',
    rest: { method: 'GET', path: '/products/{id}/lowest-prices' },
    input: z.strictObject({ id: productId }),
    output: z.object({
      /** Length of the period of `lowestPriceCents`, in days. */
      days: z.int(),
      /** Variants of the product, in display order. */
      variants: z.array(
        z.object({
          variantId,
          currency,
          /** Own price of one unit now, in `currency`, before price lists and rules. */
          priceCents: cents,
          /** Lowest own price of the last 30 days, including today, in `currency`. */
          lowestPriceCents: cents,
          /**
           * Lowest own price of the 30 days before the current price, in `currency`; null if there was none. Offers to consumers in
           * the EU must state it.
           */
          priorPriceCents: cents.nullable(),
        }),
      ),
    }),
    errors: ['NOT_FOUND'],
  }),
} as const;
