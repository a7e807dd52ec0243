import type { UserId } from '@cartwright/contracts';
import { anyId, anyText, type Tx } from '../kernel/index.ts';
import { lockFreePromoCodes, type FreePromoCode } from './pricing.locks.ts';

/** Who wants to use a promo code. */
export interface PromoUse {
  readonly code: string;
  readonly userId: UserId | null;
  /** Keyed hash of the buyer's e-mail address: the same person with and without an account counts once. */
  readonly identity: string;
}

export interface ClaimedPromoCodes {
  /**
   * Whether a use is `free`, or `exhausted` by uses that are committed. `locked` is everything that another transaction has to decide: its
   * code is locked, or was used up or used by the same person in this batch.
   */
  verdict(use: PromoUse): 'free' | 'exhausted' | 'locked';
  /** Counts a use that is about to be written. */
  take(use: PromoUse): void;
}

/**
 * Tx step: locks the promo codes of uses that no other transaction has locked, so that what is decided here stays true until the commit.
 * Writes nothing: `redeemPromo` counts each use.
 */
export const claimPromoCodes = async (tx: Tx, uses: readonly PromoUse[]): Promise<ClaimedPromoCodes> => {
  const free = uses.length > 0 ? await lockFreePromoCodes(tx, [...new Set(uses.map(({ code }) => code))]) : [];
  const codes = new Map(free.map((code) => [code.code, code]));
  const before = await readUses(tx, free, uses);
  const taken: PromoUse[] = [];
  return {
    verdict: (use) => {
      const code = codes.get(use.code);
      if (!code) return 'locked';
      const { id, usesLeft, perCustomerLimit } = code;
      const own = before.filter((one) => one.promoCodeId === id && isSamePerson(one, use)).length;
      if (usesLeft !== null && usesLeft <= 0) return 'exhausted';
      if (perCustomerLimit !== null && own >= perCustomerLimit) return 'exhausted';
      const here = taken.filter((one) => one.code === use.code);
      if (usesLeft !== null && here.length >= usesLeft) return 'locked';
      return perCustomerLimit !== null && here.some((one) => isSamePerson(one, use)) ? 'locked' : 'free';
    },
    take: (use) => void taken.push(use),
  };
};

interface Person {
  readonly userId: string | null;
  readonly identity: string;
}
const isSamePerson = (a: Person, b: Person): boolean => a.identity === b.identity || (a.userId !== null && a.userId === b.userId);

/** The uses by the same people of codes with a limit for each customer: one statement, none without such codes. */
const readUses = async ({ db }: Tx, codes: readonly FreePromoCode[], uses: readonly PromoUse[]) => {
  const limited = codes.filter(({ perCustomerLimit }) => perCustomerLimit !== null);
  if (limited.length === 0) return [];
  return db
    .selectFrom('promo_redemptions')
    .select(['promoCodeId', 'userId', 'identity'])
    .where('promoCodeId', '=', anyId(limited.map(({ id }) => id)))
    .where((eb) =>
      eb.or([
        eb('identity', '=', anyText(uses.map(({ identity }) => identity))),
        eb('userId', '=', anyId(uses.flatMap(({ userId }) => userId ?? []))),
      ]),
    )
    .where('state', '=', 'redeemed')
    .execute();
};
