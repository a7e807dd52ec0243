/** Promo codes: what they take off, how often they may be used, and codes by the thousand. */
import { z } from 'zod';
import { cents, instant, instantInput, pageInput, pageOf, price, share, text, version } from './common.ts';
import { currency } from './currency.ts';
import { orderId, promoCodeId, userId } from './ids.ts';
import { promoCodeText } from './pricing.schemas.ts';
import { mutation, query } from './procedure.ts';

const limit = z.int().min(1).max(1_000_000_000).nullable();
const effect = {
  /** At most one of percent, amount and free shipping. A code with none only unlocks the rules that ask for it. */
  percentBasisPoints: share.nullable().default(null),
  amountCents: price.nullable().default(null),
  freeShipping: z.boolean().default(false),
  /** What amounts are in; with it, the code is for carts of this currency only. */
  currency: currency.nullable().default(null),
  minSubtotalCents: price.nullable().default(null),
  /** Leaves lines alone whose unit price something has changed. */
  fullPriceOnly: z.boolean().default(false),
  stackable: z.boolean().default(true),
  priority: z.int().min(-1000).max(1000).default(0),
};
const terms = {
  /** Uses by all buyers together. */
  usageLimit: limit.default(null),
  /** Uses by one buyer: by account as well as by e-mail address. */
  perCustomerLimit: limit.default(null),
  startsAt: instantInput.nullable().default(null),
  endsAt: instantInput.nullable().default(null),
  active: z.boolean().default(true),
};

export const promoCodeSchema = z
  .object({
    id: promoCodeId,
    code: z.string(),
    ...effect,
    ...terms,
    startsAt: instant.nullable(),
    endsAt: instant.nullable(),
    /** Orders that count; those that died unpaid are given back. */
    usedCount: z.int(),
    /** Codes that were generated together. */
    batchId: z.uuid().nullable(),
    version,
    createdAt: instant,
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
      /** Beginning of a code. */
      q: text(64).optional(),
      batchId: z.uuid().optional(),
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
    summary: 'Make many codes that nobody can guess, all on the same terms',
    description: 'Each ends in 16 random characters (80 bits). Give `usageLimit: 1` for codes that work once.',
    access: { scope: 'pricing:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/promo-codes/batches', status: 201 },
    input: z.strictObject({
      count: z.int().min(1).max(10_000),
      /** Put before each code, with a hyphen. */
      prefix: z
        .string()
        .trim()
        .toUpperCase()
        .regex(/^[A-Z0-9]{1,20}$/, 'must be up to 20 letters or digits')
        .optional(),
      ...effect,
      ...terms,
    }),
    output: z.object({ batchId: z.uuid(), codes: z.array(z.string()) }),
    errors: ['INVALID_PRICE'],
  }),
  update: mutation({
    summary: 'Change the limits, the time or the standing of a promo code',
    description: 'What a code takes off stays as it was promised: make another code for another effect.',
    access: { scope: 'pricing:write' },
    rest: { method: 'PATCH', path: '/promo-codes/{id}' },
    input: z.strictObject({
      id: promoCodeId,
      version,
      usageLimit: limit.optional(),
      perCustomerLimit: limit.optional(),
      startsAt: instantInput.nullable().optional(),
      endsAt: instantInput.nullable().optional(),
      active: z.boolean().optional(),
    }),
    output: promoCodeSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'INVALID_PRICE', 'CONFLICT'],
  }),
  redemptions: query({
    summary: 'The orders that used a code, newest first',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/promo-codes/{id}/redemptions' },
    input: z.strictObject({ id: promoCodeId, ...pageInput }),
    output: pageOf(
      z.object({
        orderId,
        orderNumber: z.string(),
        userId: userId.nullable(),
        state: z.enum(['redeemed', 'released']),
        /** What the code took off the order; null for uses counted before it was kept. */
        reducedCents: cents.nullable(),
        createdAt: instant,
        releasedAt: instant.nullable(),
      }),
    ),
    errors: ['NOT_FOUND'],
  }),
} as const;
