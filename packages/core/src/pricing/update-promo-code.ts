import { definedFields, type PromoCode, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { counted, DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing, assertVersion } from './pricing.changes.ts';
import { lockPromoCode } from './pricing.locks.ts';
import { assertPromoTerms } from './promo-code.policy.ts';
import { getPromoCode } from './promo-code.queries.ts';
import { changePromoCode } from './promo-code.store.ts';

type C = ShopContract['promoCodes'];

/**
 * Changes the limits, the validity and the state of a promo code. Throws `VERSION_MISMATCH`, and `LIMIT_BELOW_USES` for a
 * limit below the present number of uses.
 */
export const updatePromoCode = async (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<PromoCode> => {
  requireScope(actor, 'pricing:write');
  await transact(core, async (tx) => {
    const before = await lockPromoCode(tx, input.id);
    const { id, version, ...changes } = input;
    assertVersion('promo code', before, version);
    const given = definedFields(changes);
    const after: PromoCode = { ...before, ...given };
    assertPromoTerms(after);
    if (after.usageLimit !== null && after.usageLimit < before.usedCount)
      throw new DomainError(
        'LIMIT_BELOW_USES',
        `The promo code already has ${counted(before.usedCount, 'use')}, so its limit cannot be ${after.usageLimit}. ` +
          `Send ${before.usedCount} or more.`,
        {
          details: { usedCount: before.usedCount },
        },
      );
    await changePromoCode(tx, { id, version }, after);
    announcePricing(tx, id);
  });
  return getPromoCode(core, input.id);
};
