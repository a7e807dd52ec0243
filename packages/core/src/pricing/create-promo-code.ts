import type { PromoCode, PromoCodeId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { isUniqueViolation, requireScope, taken, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing } from './pricing.changes.ts';
import { assertPromoTerms } from './promo-code.policy.ts';
import { getPromoCode } from './promo-code.queries.ts';
import { insertPromoCodes } from './promo-code.store.ts';

type C = ShopContract['promoCodes'];

/** Adds a code. Throws `INVALID_PRICE` for invalid terms and `CODE_TAKEN`. */
export const createPromoCode = async (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<PromoCode> => {
  requireScope(actor, 'pricing:write');
  const { code, ...terms } = input;
  assertPromoTerms(terms);
  try {
    return await transact(
      core,
      { once: { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => getPromoCode(tx, subject as PromoCodeId) } },
      async (tx) => {
        const [id] = await insertPromoCodes(tx, [code], terms);
        if (!id) throw new Error('The insert of a promo code returned no id');
        announcePricing(tx, id);
        return getPromoCode(tx, id);
      },
    );
  } catch (error) {
    if (!isUniqueViolation(error, 'promo_codes_code_unique')) throw error;
    throw taken(
      'CODE_TAKEN',
      `Another promo code already has the code ${code}.`,
      'Choose another code: the discount of an existing code cannot change.',
      { details: { code }, fields: [{ path: 'code', message: 'is already a promo code' }] },
    );
  }
};
