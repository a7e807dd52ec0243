import type { Currency, ShopContract, StoreCreditId } from '@cartwright/contracts';
import type { NotNull } from 'kysely';
import type { z } from 'zod';
import { DomainError, equalsIfGiven, limitGuesses, plainCode, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { spendable } from './credit.queries.ts';
import { hashGiftCardCode } from './gift-card.code.ts';

type C = ShopContract['storeCredit']['checkGiftCard'];

interface GiftCard {
  readonly creditId: StoreCreditId;
  /** The last four characters of its code. */
  readonly lastFour: string;
  readonly currency: Currency;
  readonly balanceCents: number;
  readonly expiresAt: Date | null;
}

/** The balance of a gift card by its code. Throws `CODE_NOT_APPLICABLE`, and `RATE_LIMITED` after too many wrong codes. */
export const checkGiftCard = (
  core: Core,
  actor: Actor,
  input: z.output<C['input']>,
  ip: string | null = null,
): Promise<z.output<C['output']>> =>
  limitGuesses(core, { actor, ip }, async () => {
    const { creditId: _, expiresAt, ...card } = await getGiftCard(core, input.code);
    return { ...card, expiresAt: expiresAt?.toISOString() ?? null };
  });

/**
 * The usable gift card of a code, in the given currency. An unknown, expired, disabled or empty card, or one in another
 * currency, throws `CODE_NOT_APPLICABLE`.
 */
export const getGiftCard = async (
  reader: Pick<Reader, 'db' | 'sealer'>,
  code: string,
  currency: Currency | null = null,
): Promise<GiftCard> => {
  const card = await reader.db
    .selectFrom('store_credits as c')
    .select(['c.id as creditId', 'c.lastFour', 'c.currency', 'c.balanceCents', 'c.expiresAt'])
    .where('c.codeHash', '=', hashGiftCardCode(reader, code))
    .where('c.balanceCents', '>', 0)
    .where(spendable)
    .where((eb) => equalsIfGiven(eb.ref('c.currency'), 'text', currency))
    .$narrowType<{ creditId: StoreCreditId; lastFour: NotNull; currency: Currency }>()
    .executeTakeFirst();
  if (!card) throw unusable(code, currency);
  return card;
};

/** One text for every reason, so that it does not tell which codes exist. It names only the end of what was typed. */
const unusable = (typed: string, currency: Currency | null): DomainError => {
  const end = plainCode(typed).slice(-4);
  return new DomainError(
    'CODE_NOT_APPLICABLE',
    `The gift card code${end && ` ending in ${end}`} cannot be used${currency === null ? '' : ` for a cart in ${currency}`}. ` +
      'Check the spelling, the balance and the expiry of the card, or use another card.',
  );
};
