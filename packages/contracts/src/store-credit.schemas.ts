/** Shapes of gift cards and account credit that carts, checkout and orders show too. */
import { z } from 'zod';
import { cents } from './common.ts';
import { storeCreditId } from './ids.ts';

export const storeCreditKinds = ['gift_card', 'account'] as const;
export type StoreCreditKind = (typeof storeCreditKinds)[number];
export const storeCreditStates = ['active', 'disabled'] as const;
/** `grant`: put on it; `spend`: taken by an order; `give_back`: returned by one; `expire`: its time was over; `adjust`: staff. */
export const storeCreditMovementKinds = ['grant', 'spend', 'give_back', 'expire', 'adjust'] as const;
export type StoreCreditMovementKind = (typeof storeCreditMovementKinds)[number];

const creditName = {
  creditId: storeCreditId,
  kind: z.enum(storeCreditKinds),
  /** The end of a gift card's code; null for account credit. */
  lastFour: z.string().nullable(),
};

/** A gift card or account credit on a cart. Nothing is taken before the order is placed. */
export const cartCreditSchema = z
  .object({
    ...creditName,
    /** What can be spent of it right now. */
    leftCents: cents,
    /** What it would pay of this cart. */
    coversCents: cents,
  })
  .meta({ id: 'CartCredit' });
export type CartCredit = z.infer<typeof cartCreditSchema>;

/** How much of a total gift cards and account credit pay; the provider is charged the rest. */
export const creditCover = {
  credits: z.array(cartCreditSchema),
  creditCents: cents,
  /** What is left to pay by other means. */
  dueCents: cents,
};
export type CreditCover = z.infer<z.ZodObject<typeof creditCover>>;

/** What an order took of a gift card or account credit, and how much of that went back. */
export const orderCreditSchema = z.object({ ...creditName, amountCents: cents, returnedCents: cents }).meta({ id: 'OrderCredit' });
export type OrderCredit = z.infer<typeof orderCreditSchema>;

/** As typed from a card: up to 64 characters, hyphens and spaces do not matter. */
export const giftCardCode = z.string().trim().min(1).max(64).meta({ description: 'Code of a gift card' });
