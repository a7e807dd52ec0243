import type { Currency, ShopContract, StoreCreditId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, limitGuesses, type Actor, type Core, type Reader } from '../kernel/index.ts';
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
  const { rows } = await sql<GiftCard>`
    select c.id as "creditId", c.last_four as "lastFour", c.currency, c.balance_cents as "balanceCents", c.expires_at as "expiresAt" from store_credits c
    where c.code_hash = ${hashGiftCardCode(reader, code)} and c.balance_cents > 0 and ${spendable} and (${currency}::text is null or c.currency = ${currency})`.execute(
    reader.db,
  );
  if (!rows[0]) throw new DomainError('CODE_NOT_APPLICABLE', 'This gift card code cannot be used.');
  return rows[0];
};
