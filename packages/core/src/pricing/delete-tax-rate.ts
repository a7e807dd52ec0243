import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { writeAudit } from '../audit/index.ts';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing } from './pricing.changes.ts';
import { removeTaxRate } from './tax-rate.store.ts';

type C = ShopContract['tax'];

/** Removes a rate. Throws `NOT_FOUND`. */
export const deleteTaxRate = async (core: Core, actor: Actor, input: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  const { countryCode, region = '', taxClass } = input;
  await transact(core, async (tx) => {
    const removed = await removeTaxRate(tx, { countryCode, region, taxClass });
    if (!removed) throw notFound('This tax rate', [countryCode, region, taxClass].filter(Boolean).join(', '));
    const subjectId = [countryCode, region, taxClass].join('/');
    await writeAudit(tx, actor, { action: 'tax.delete', subjectType: 'tax_rate', subjectId, before: removed, after: null });
    announcePricing(tx, tx.ids.next());
  });
  return { ok: true };
};
