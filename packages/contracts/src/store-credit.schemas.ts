/** Schemas of gift cards and store credit that carts, checkout and orders share. */
import { z } from 'zod';
import { cents } from './common.ts';
import { storeCreditId } from './ids.ts';

export const storeCreditKinds = ['gift_card', 'account'] as const;
export type StoreCreditKind = (typeof storeCreditKinds)[number];
export const storeCreditStates = ['active', 'disabled'] as const;
/** `grant`: added; `spend`: used by an order; `give_back`: returned by an order; `expire`: expired; `adjust`: adjusted by staff. */
export const storeCreditMovementKinds = ['grant', 'spend', 'give_back', 'expire', 'adjust'] as const;
export type StoreCreditMovementKind = (typeof storeCreditMovementKinds)[number];

const creditName = {
  creditId: storeCreditId,
  /** `gift_card`, or `account` for store credit. */
  kind: z.enum(storeCreditKinds),
  /** Last four characters of a gift card's code; null for store credit. */
  lastFour: z.string().nullable(),
};

/** A gift card or store credit on a cart. Nothing is debited before the order is placed. */
export const cartCreditSchema = z
  .object({
    ...creditName,
    /** Balance that can be spent now. */
    leftCents: cents,
    /** Amount that it pays of this cart. */
    coversCents: cents,
  })
  .meta({ id: 'CartCredit' });
export type CartCredit = z.infer<typeof cartCreditSchema>;

/** Parts of a total: paid by gift cards and store credit, and charged through the provider. */
export const creditCover = {
  /** Gift cards and store credit on the cart. */
  credits: z.array(cartCreditSchema),
  /** Part of the total that gift cards and store credit pay. */
  creditCents: cents,
  /** Amount left for other payment methods. */
  dueCents: cents,
};
export type CreditCover = z.infer<z.ZodObject<typeof creditCover>>;

/** Amount that an order took from a gift card or store credit, and the part that was returned. */
export const orderCreditSchema = z
  .object({
    ...creditName,
    /** Amount taken from it for the order. */
    amountCents: cents,
    /** Part of the amount that was returned to it. */
    returnedCents: cents,
  })
  .meta({ id: 'OrderCredit' });
export type OrderCredit = z.infer<typeof orderCreditSchema>;

/** Code of a gift card as typed: up to 64 characters; hyphens and spaces are ignored. */
export const giftCardCode = z.string().trim().min(1).max(64).meta({ description: 'Code of a gift card' });
