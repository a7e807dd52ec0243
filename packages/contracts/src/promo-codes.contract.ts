/** Promo codes: their discounts, usage limits and batches of generated codes. */
import { z } from 'zod';
import {
  cents,
  instant,
  instantInput,
  pageInput,
  pageOf,
  price,
  seenVersion,
  share,
  text,
  version,
  createdAt,
  orderNumber,
} from './common.ts';
import { currency } from './currency.ts';
import { idOf, orderId, promoCodeId, userId } from './ids.ts';
import { promoCodeText } from './pricing.schemas.ts';
import { mutation, query } from './procedure.ts';

const usesLimit = z.int().min(1).max(1_000_000_000).nullable();
const effect = {
  /** At most one of percent, amount and free shipping. A code with none only enables the rules that require it. */
  percentBasisPoints: share.nullable().default(null),
  /** Reduction of the order, in `currency`; null for none. */
  amountCents: price.nullable().default(null),
  /** Whether the code makes shipping free. */
  freeShipping: z.boolean().default(false),
  /** Currency of the amounts. The code is then valid only for carts in this currency. */
  currency: currency.nullable().default(null),
  /** Minimum value of the goods, in `currency`; null for none. */
  minSubtotalCents: price.nullable().default(null),
  /** Excludes lines whose unit price was already changed. */
  fullPriceOnly: z.boolean().default(false),
  /** Whether further promo codes and rules can apply after this one. */
  stackable: z.boolean().default(true),
  /** Promo codes and rules are evaluated from the highest priority down. */
  priority: z.int().min(-1000).max(1000).default(0),
};
const batchId = idOf('batch of promo codes', '`promoCodes.generate`');
const terms = {
  /** Maximum uses by all buyers together. */
  usageLimit: usesLimit.default(null),
  /** Maximum uses by one buyer, by account and by mailbox, and for guests by delivery address too. */
  perCustomerLimit: usesLimit.default(null),
  /** When the code begins to be valid; null for at once. */
  startsAt: instantInput.nullable().default(null),
  /** When the code stops being valid; null for never. */
  endsAt: instantInput.nullable().default(null),
  /** Whether the code can be used within its period. */
  active: z.boolean().default(true),
};

export const promoCodeSchema = z
  .object({
    id: promoCodeId,
    /** The code, in upper case. */
    code: z.string(),
    ...effect,
    ...terms,
    startsAt: instant.nullable(),
    endsAt: instant.nullable(),
    /** Orders that used the code. Cancelled orders do not count, also those that expired unpaid. */
    usedCount: z.int(),
    /** Batch of codes that were generated together. */
    batchId: batchId.nullable(),
    version,
    createdAt,
  })
  .meta({ id: 'PromoCode' });
export type PromoCode = z.infer<typeof promoCodeSchema>;

export const promoCodesContract = {
  list: query({
    summary: 'Promo codes with their uses, newest first',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/promo-codes' },
    input: z.strictObject({
      ...pageInput,
      /** Prefix of the code. */
      q: text(64).optional(),
      batchId: batchId.optional(),
      /** Only active codes, or only the others. */
      active: z.boolean().optional(),
    }),
    output: pageOf(promoCodeSchema),
  }),
  create: mutation({
    summary: 'Add a promo code',
    access: { scope: 'pricing:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/promo-codes', status: 201 },
    input: z.strictObject({ code: promoCodeText, ...effect, ...terms }),
    output: promoCodeSchema,
    errors: ['INVALID_PRICE', 'CODE_TAKEN'],
  }),
  generate: mutation({
    summary: 'Generate many random codes with the same terms',
    description: 'Each code ends in 16 random characters (80 bits). Send `usageLimit: 1` for codes that work once.',
    access: { scope: 'pricing:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/promo-codes/batches', status: 201 },
    input: z.strictObject({
      /** Number of codes. */
      count: z.int().min(1).max(10_000),
      /** Prefix of each code, followed by a hyphen. */
      prefix: z
        .string()
        .trim()
        .toUpperCase()
        .regex(/^[A-Z0-9]{1,20}$/, 'must be up to 20 letters or digits')
        .optional(),
      ...effect,
      ...terms,
    }),
    output: z.object({
      batchId,
      /** The new codes. */
      codes: z.array(z.string()),
    }),
    errors: ['INVALID_PRICE'],
  }),
  update: mutation({
    summary: 'Change limits, period or active state of a promo code',
    description: 'The discount of a code cannot change. Create another code for another discount.',
    access: { scope: 'pricing:write' },
    rest: { method: 'PATCH', path: '/promo-codes/{id}' },
    input: z.strictObject({
      id: promoCodeId,
      version: seenVersion,
      /** Maximum uses by all buyers together; null for no limit. */
      usageLimit: usesLimit.optional(),
      /** Maximum uses by one buyer; null for no limit. */
      perCustomerLimit: usesLimit.optional(),
      /** When the code begins to be valid; null for at once. */
      startsAt: instantInput.nullable().optional(),
      /** When the code stops being valid; null for never. */
      endsAt: instantInput.nullable().optional(),
      /** Whether the code can be used within its period. */
      active: z.boolean().optional(),
    }),
    output: promoCodeSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'INVALID_PRICE', 'LIMIT_BELOW_USES'],
  }),
  redemptions: query({
    summary: 'The orders that used a code, newest first',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/promo-codes/{id}/redemptions' },
    input: z.strictObject({ id: promoCodeId, ...pageInput }),
    output: pageOf(
      z.object({
        orderId,
        orderNumber,
        /** Account that used the code; null for a guest. */
        userId: userId.nullable(),
        /** `redeemed`: counts towards the limits; `released`: no longer counts, because the order was not paid or was cancelled. */
        state: z.enum(['redeemed', 'released']),
        /** Reduction of the order; null for uses from before this amount was stored. */
        reducedCents: cents.nullable(),
        createdAt,
        /** When the use was released; null while it counts. */
        releasedAt: instant.nullable(),
      }),
    ),
    errors: ['NOT_FOUND'],
  }),
} as const;
