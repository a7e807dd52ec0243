/** Gift cards and store credit, which can only be spent in this shop. */
import { z } from 'zod';
import { cents, instant, instantInput, nothing, pageInput, pageOf, signedCents, text, createdAt, updatedAt } from './common.ts';
import { currency } from './currency.ts';
import { idOf, orderId, storeCreditId, userId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { giftCardCode, storeCreditKinds, storeCreditMovementKinds, storeCreditStates } from './store-credit.schemas.ts';

export const storeCreditSchema = z
  .object({
    id: storeCreditId,
    /** `gift_card`: spent with its code; `account`: store credit of an account. */
    kind: z.enum(storeCreditKinds),
    /** Last four characters of a gift card's code. The whole code is returned only once, when the card is issued. Null for store credit. */
    lastFour: z.string().nullable(),
    /** Account that owns the credit; null for a gift card. */
    userId: userId.nullable(),
    currency,
    /** Amount that is left, in `currency`. */
    balanceCents: cents,
    /** A `disabled` gift card or store credit cannot be spent. */
    state: z.enum(storeCreditStates),
    /** When it expires; null for never. */
    expiresAt: instant.nullable(),
    /** Whether it has expired; the balance can no longer be spent. */
    expired: z.boolean(),
    /** Note for staff; null for none. */
    note: z.string().nullable(),
    createdAt,
    updatedAt,
  })
  .meta({ id: 'StoreCredit' });
export type StoreCredit = z.infer<typeof storeCreditSchema>;

export const storeCreditMovementSchema = z
  .object({
    id: idOf('movement', '`storeCredit.ledger`'),
    /** `grant`: added; `spend`: used by an order; `give_back`: returned by an order; `expire`: expired; `adjust`: adjusted by staff. */
    kind: z.enum(storeCreditMovementKinds),
    /** Negative for amounts taken from the balance. */
    amountCents: signedCents,
    /** Balance after the movement. */
    balanceCents: cents,
    /** Order that the credit paid, that gave it back, or that a grant relates to; null for other movements. */
    orderId: orderId.nullable(),
    /** Number of that order. */
    orderNumber: z.string().nullable(),
    /**
     * Why staff granted or adjusted it, the note of a new gift card, or why an order returned it; null when an order spends it and
     * when it expires.
     */
    reason: z.string().nullable(),
    /** Who did it: `staff:<id>`, `customer:<id>`, `guest` or `system:<name>`. */
    actor: z.string(),
    createdAt,
  })
  .meta({ id: 'StoreCreditMovement' });
export type StoreCreditMovement = z.infer<typeof storeCreditMovementSchema>;

/** Balance of a gift card, for everybody who knows its code. */
export const giftCardBalanceSchema = z
  .object({
    /** Last four characters of the code. */
    lastFour: z.string(),
    currency,
    /** Amount that is left, in `currency`. */
    balanceCents: cents,
    /** When the card expires; null for never. */
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'GiftCardBalance' });

const amount = cents.min(1);
const creditReason = text(500);
export const storeCreditContract = {
  list: query({
    summary: 'Gift cards and store credit, newest first',
    access: { scope: 'store-credit:read' },
    rest: { method: 'GET', path: '/store-credits' },
    input: z.strictObject({
      ...pageInput,
      /** Only gift cards, or only store credit of accounts. */
      kind: z.enum(storeCreditKinds).optional(),
      /** Only active ones, or only disabled ones. */
      state: z.enum(storeCreditStates).optional(),
      userId: userId.optional(),
      /** Last four characters of a gift card's code. */
      lastFour: text(4).optional(),
    }),
    output: pageOf(storeCreditSchema),
  }),
  ledger: query({
    summary: 'A gift card or store credit with its movements, newest first',
    access: { scope: 'store-credit:read' },
    rest: { method: 'GET', path: '/store-credits/{creditId}/movements' },
    input: z.strictObject({ creditId: storeCreditId, ...pageInput }),
    output: pageOf(storeCreditMovementSchema).extend({
      /** The gift card or store credit itself. */
      credit: storeCreditSchema,
    }),
    errors: ['NOT_FOUND'],
  }),
  issueGiftCard: mutation({
    summary: 'Issue a gift card; only this response contains its code',
    description: 'The code has 80 random bits. The shop stores only a keyed hash of it and its last four characters.',
    access: { scope: 'store-credit:manage' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/gift-cards', status: 201 },
    input: z.strictObject({
      /** Balance of the new card, in `currency`. */
      amountCents: amount,
      currency,
      /** When the card expires; default: never. */
      expiresAt: instantInput.optional(),
      /** Note for staff, such as the recipient. */
      note: text(500).optional(),
    }),
    output: z.object({
      /** The new gift card. */
      credit: storeCreditSchema,
      /** Code of the gift card. No other call returns it. */
      code: z.string(),
    }),
  }),
  grant: mutation({
    summary: 'Grant credit to an account',
    description: 'An account has one credit per currency; a further grant adds to it.',
    access: { scope: 'store-credit:manage' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/users/{userId}/store-credit', status: 201 },
    input: z.strictObject({
      userId,
      currency,
      /** Amount to add, in `currency`. */
      amountCents: amount,
      /** Why the credit is granted, for the ledger. */
      reason: creditReason,
      /** Order that the credit relates to, for example as a substitute for a refund. */
      orderId: orderId.optional(),
    }),
    output: storeCreditSchema,
    errors: ['NOT_FOUND', 'INVALID_PRICE'],
  }),
  adjust: mutation({
    summary: 'Adjust a balance up or down, with a reason',
    access: { scope: 'store-credit:manage' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/store-credits/{creditId}/adjustments', status: 201 },
    input: z.strictObject({
      creditId: storeCreditId,
      /** Amount to add to the balance, or, if negative, to take from it, in the currency of the credit. */
      amountCents: signedCents.refine((n) => n !== 0, 'must not be zero'),
      /** Why the balance is adjusted, for the ledger. */
      reason: creditReason,
    }),
    output: storeCreditSchema,
    errors: ['NOT_FOUND', 'INSUFFICIENT_CREDIT', 'INVALID_PRICE'],
  }),
  setState: mutation({
    summary: 'Disable or enable a gift card or store credit',
    description: 'The balance does not change. Orders already placed with it are not affected.',
    access: { scope: 'store-credit:manage' },
    repeatable: true,
    rest: { method: 'PUT', path: '/store-credits/{creditId}/state' },
    input: z.strictObject({
      creditId: storeCreditId,
      /** `disabled` stops the balance from being spent; `active` allows it again. */
      state: z.enum(storeCreditStates),
    }),
    output: storeCreditSchema,
    errors: ['NOT_FOUND'],
  }),
  mine: query({
    summary: 'Store credit of the signed-in customer, by currency',
    access: 'signed-in',
    rest: { method: 'GET', path: '/store-credit' },
    input: nothing,
    output: z.object({
      /** Store credit that the account can spend, one for each currency. */
      items: z.array(
        z.object({
          creditId: storeCreditId,
          currency,
          /** Amount that is left, in `currency`. */
          balanceCents: cents,
        }),
      ),
    }),
  }),
  checkGiftCard: mutation({
    summary: 'Balance of a gift card',
    description:
      'The response is the same for an unknown, an expired, a disabled and an empty card. At most ten such responses are ' +
      'allowed in ten minutes.',
    access: 'public',
    repeatable: true,
    rest: { method: 'POST', path: '/gift-cards/check' },
    input: z.strictObject({ code: giftCardCode }),
    output: giftCardBalanceSchema,
    errors: ['CODE_NOT_APPLICABLE', 'RATE_LIMITED', 'BUSY'],
  }),
} as const;
