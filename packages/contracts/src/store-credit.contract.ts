/** Gift cards and store credit: money that is spent in this shop. */
import { z } from 'zod';
import { cents, instant, instantInput, nothing, pageInput, pageOf, signedCents, text } from './common.ts';
import { currency } from './currency.ts';
import { orderId, storeCreditId, userId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { giftCardCode, storeCreditKinds, storeCreditMovementKinds, storeCreditStates } from './store-credit.schemas.ts';

export const storeCreditSchema = z
  .object({
    id: storeCreditId,
    kind: z.enum(storeCreditKinds),
    /** The end of a gift card's code; the whole code is shown once, when it is issued. */
    lastFour: z.string().nullable(),
    /** Whose account it is. */
    userId: userId.nullable(),
    currency,
    balanceCents: cents,
    state: z.enum(storeCreditStates),
    expiresAt: instant.nullable(),
    /** Its time is over: what is left cannot be spent. */
    expired: z.boolean(),
    note: z.string().nullable(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'StoreCredit' });
export type StoreCredit = z.infer<typeof storeCreditSchema>;

export const storeCreditMovementSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(storeCreditMovementKinds),
    /** Below zero for what left. */
    amountCents: signedCents,
    /** What was left afterwards. */
    balanceCents: cents,
    orderId: orderId.nullable(),
    orderNumber: z.string().nullable(),
    reason: z.string().nullable(),
    /** Who did it: `staff:<id>`, `customer:<id>`, `guest` or `system:<name>`. */
    actor: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'StoreCreditMovement' });
export type StoreCreditMovement = z.infer<typeof storeCreditMovementSchema>;

/** What somebody who knows the code may know of a gift card. */
export const giftCardBalanceSchema = z
  .object({ lastFour: z.string(), currency, balanceCents: cents, expiresAt: instant.nullable() })
  .meta({ id: 'GiftCardBalance' });

const amount = cents.min(1);
const reason = text(500);
export const storeCreditContract = {
  list: query({
    summary: 'Gift cards and account credit, newest first',
    access: { scope: 'store-credit:read' },
    rest: { method: 'GET', path: '/store-credits' },
    input: z.strictObject({
      ...pageInput,
      kind: z.enum(storeCreditKinds).optional(),
      state: z.enum(storeCreditStates).optional(),
      userId: userId.optional(),
      /** Last four characters of a gift card's code. */
      lastFour: text(4).optional(),
    }),
    output: pageOf(storeCreditSchema),
  }),
  ledger: query({
    summary: 'One gift card or account credit with its movements, newest first',
    access: { scope: 'store-credit:read' },
    rest: { method: 'GET', path: '/store-credits/{creditId}/movements' },
    input: z.strictObject({ creditId: storeCreditId, ...pageInput }),
    output: pageOf(storeCreditMovementSchema).extend({ credit: storeCreditSchema }),
    errors: ['NOT_FOUND'],
  }),
  issueGiftCard: mutation({
    summary: 'Issue a gift card; its code is in this answer and nowhere else',
    description: 'The code has 80 random bits. The shop keeps a keyed hash of it and its last four characters.',
    access: { scope: 'store-credit:manage' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/gift-cards', status: 201 },
    input: z.strictObject({
      amountCents: amount,
      currency,
      /** The last moment it can be spent; never ends unless told. */
      expiresAt: instantInput.optional(),
      /** For staff, such as whom it is for. */
      note: text(500).optional(),
    }),
    output: z.object({ credit: storeCreditSchema, code: z.string() }),
  }),
  grant: mutation({
    summary: 'Give an account credit',
    description: 'What one account has in one currency is one credit; a further grant adds to it.',
    access: { scope: 'store-credit:manage' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/users/{userId}/store-credit', status: 201 },
    input: z.strictObject({
      userId,
      currency,
      amountCents: amount,
      reason,
      /** The order it is given for, such as instead of a refund. */
      orderId: orderId.optional(),
    }),
    output: storeCreditSchema,
    errors: ['NOT_FOUND'],
  }),
  adjust: mutation({
    summary: 'Correct what is left, up or down, with a reason',
    access: { scope: 'store-credit:manage' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/store-credits/{creditId}/adjustments', status: 201 },
    input: z.strictObject({ creditId: storeCreditId, amountCents: signedCents.refine((n) => n !== 0, 'must not be zero'), reason }),
    output: storeCreditSchema,
    errors: ['NOT_FOUND', 'INSUFFICIENT_CREDIT'],
  }),
  setState: mutation({
    summary: 'Stop a gift card or account credit from being spent, or allow it again',
    description: 'What is left stays on it. Orders that were placed with it are not touched.',
    access: { scope: 'store-credit:manage' },
    repeatable: true,
    rest: { method: 'PUT', path: '/store-credits/{creditId}/state' },
    input: z.strictObject({ creditId: storeCreditId, state: z.enum(storeCreditStates) }),
    output: storeCreditSchema,
    errors: ['NOT_FOUND'],
  }),
  mine: query({
    summary: 'What the signed-in customer has of store credit, by currency',
    access: 'signed-in',
    rest: { method: 'GET', path: '/store-credit' },
    input: nothing,
    output: z.object({ items: z.array(z.object({ creditId: storeCreditId, currency, balanceCents: cents })) }),
  }),
  checkGiftCard: mutation({
    summary: 'What is left on a gift card',
    description: 'An unknown, an expired, a disabled and an empty card are answered alike. Ten such answers in ten minutes are the most.',
    access: 'public',
    repeatable: true,
    rest: { method: 'POST', path: '/gift-cards/check' },
    input: z.strictObject({ code: giftCardCode }),
    output: giftCardBalanceSchema,
    errors: ['CODE_NOT_APPLICABLE', 'RATE_LIMITED'],
  }),
} as const;
