import type { ShopContract, TaxRate } from '@cartwright/contracts';
import type { z } from 'zod';
import { writeAudit } from '../audit/index.ts';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing } from './pricing.changes.ts';
import { lockTaxRate } from './pricing.locks.ts';
import { upsertTaxRate } from './tax-rate.store.ts';

type C = ShopContract['tax'];

/** Sets the rate of a place and class, new or existing. Carts use it at once; orders keep the rate they were sold with. */
export const saveTaxRate = async (core: Core, actor: Actor, input: z.output<C['save']['input']>): Promise<TaxRate> => {
  requireScope(actor, 'pricing:write');
  const { countryCode, region = '', taxClass, name, basisPoints } = input;
  return transact(core, async (tx) => {
    const before = await lockTaxRate(tx, { countryCode, region, taxClass });
    const rate = await upsertTaxRate(tx, { countryCode, region, taxClass, name, basisPoints });
    const subjectId = [countryCode, region, taxClass].join('/');
    await writeAudit(tx, actor, { action: 'tax.save', subjectType: 'tax_rate', subjectId, before: before ?? null, after: rate });
    announcePricing(tx, tx.ids.next());
    return rate;
  });
};
