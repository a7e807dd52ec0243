import type { UserId } from '@cartwright/contracts';
import { anyId, anyText, DomainError, lockedElsewhere, type Answer, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { lockPromoCodes, type LockedPromoCode } from './pricing.locks.ts';

/** Who wants to use a promo code. */
export interface PromoClaim {
  readonly code: string;
  readonly userId: UserId | null;
  /** Keyed hash of the buyer's mailbox: the same person with and without an account counts once. */
  readonly identity: string;
  /** Keyed hash of the e-mail address as typed, by which uses were counted before. */
  readonly typedIdentity: string;
  /** Keyed hash of a guest's delivery address; null with an account, because one household has several. */
  readonly addressIdentity: string | null;
}

/**
 * Tx step: locks the promo codes that orders are about to use, and decides in the order of the claims which of them can, so that it stays
 * true until the commit; null for an order without a code. Writes nothing: `redeemPromos` counts the uses. Two statements for any number of
 * orders, none without codes. Refuses with `PROMO_CODE_EXHAUSTED`.
 */
export const claimPromoCodes = async (
  tx: Tx,
  claims: readonly (PromoClaim | null)[],
  waitPolicy: LockWaitPolicy,
): Promise<Answer<true>[]> => {
  const wanted = claims.filter((claim) => claim !== null);
  const locked = wanted.length > 0 ? await lockPromoCodes(tx, [...new Set(wanted.map(({ code }) => code))], waitPolicy) : [];
  const codes = new Map(locked.map((code) => [code.code, code]));
  const before = await readUses(tx, locked, wanted);
  const taken: PromoClaim[] = [];
  return claims.map((claim) => {
    if (claim === null) return true;
    const promo = codes.get(claim.code);
    if (!promo) return waitPolicy.skipLocked ? lockedElsewhere : codeExhausted(claim.code);
    const usesOf = (uses: readonly Person[]) => uses.filter((use) => isSamePerson(use, claim)).length;
    const here = taken.filter((use) => use.code === claim.code);
    const limits = [
      { left: promo.usesLeft, here: here.length },
      { left: (promo.perCustomerLimit ?? Infinity) - usesOf(before.filter((use) => use.promoCodeId === promo.id)), here: usesOf(here) },
    ];
    if (limits.some(({ left }) => left <= 0)) return codeExhausted(claim.code);
    // An order before this one of the batch may still be refused: then the use is free.
    if (limits.some((limit) => limit.left <= limit.here)) return waitPolicy.skipLocked ? lockedElsewhere : codeExhausted(claim.code);
    taken.push(claim);
    return true;
  });
};

/** The error for a promo code that cannot be used any more. */
export const codeExhausted = (code: string): DomainError =>
  new DomainError('PROMO_CODE_EXHAUSTED', codeExhaustedText(code), { details: { code } });

/** What is said of a promo code of a cart that cannot be used any more. */
export const codeExhaustedText = (code: string): string =>
  `The promo code ${code} can no longer be used. Remove it from the cart to continue.`;

type Person = Pick<PromoClaim, 'identity' | 'addressIdentity'> & { readonly userId: string | null };

/** Whether an earlier use was by the buyer who wants the code now. */
const isSamePerson = (use: Person, claim: PromoClaim): boolean =>
  use.identity === claim.identity ||
  use.identity === claim.typedIdentity ||
  (use.userId !== null && use.userId === claim.userId) ||
  (use.addressIdentity !== null && use.addressIdentity === claim.addressIdentity);

/** The uses by the same people of codes with a limit for each customer: one statement, none without such codes. */
const readUses = async ({ db }: Tx, codes: readonly LockedPromoCode[], claims: readonly PromoClaim[]) => {
  const limited = codes.filter(({ perCustomerLimit }) => perCustomerLimit !== null);
  if (limited.length === 0) return [];
  return db
    .selectFrom('promo_redemptions')
    .select(['promoCodeId', 'userId', 'identity', 'addressIdentity'])
    .where('promoCodeId', '=', anyId(limited.map(({ id }) => id)))
    .where((eb) =>
      eb.or([
        eb('identity', '=', anyText(claims.flatMap(({ identity, typedIdentity }) => [identity, typedIdentity]))),
        eb('addressIdentity', '=', anyText(claims.flatMap(({ addressIdentity }) => addressIdentity ?? []))),
        eb('userId', '=', anyId(claims.flatMap(({ userId }) => userId ?? []))),
      ]),
    )
    .where('state', '=', 'redeemed')
    .execute();
};
