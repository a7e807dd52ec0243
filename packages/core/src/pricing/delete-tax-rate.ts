import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { writeAudit } from '../audit/index.ts';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { findRegion } from '../places/index.ts';
import { announcePricing } from './pricing.changes.ts';
import { regionKey } from './region.policy.ts';
import { removeTaxRates } from './tax-rate.store.ts';

type C = ShopContract['tax'];

/** Removes one rate of a place and class, or all of them. Throws `NOT_FOUND`. */
export const deleteTaxRate = async (core: Core, actor: Actor, input: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  const { countryCode, taxClass, name } = input;
  const region = findRegion(countryCode, input.region) ?? regionKey(countryCode, input.region);
  await transact(core, async (tx) => {
    const removed = await removeTaxRates(tx, { countryCode, region, taxClass, name });
    if (removed.length === 0) throw notFound('This tax rate', [countryCode, region, taxClass, name].filter(Boolean).join(', '));
    for (const before of removed) {
      const subjectId = [countryCode, region, taxClass, before.name].join('/');
      await writeAudit(tx, actor, { action: 'tax.delete', subjectType: 'tax_rate', subjectId, before, after: null });
    }
    announcePricing(tx, tx.ids.next());
  });
  return { ok: true };
};
