import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { randomCode, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { assertPromoTerms } from './promo-code.policy.ts';
import { insertPromoCodes } from './promo-code.store.ts';

type C = ShopContract['promoCodes'];

/** Adds up to 10,000 codes of 80 random bits each, all or none, and returns them once. */
export const generatePromoCodes = async (
  core: Core,
  actor: Actor,
  input: z.output<C['generate']['input']>,
): Promise<z.output<C['generate']['output']>> => {
  requireScope(actor, 'pricing:write');
  const { count, prefix, ...terms } = input;
  assertPromoTerms(terms);
  const batchId = core.ids.next();
  const codes = new Set<string>();
  while (codes.size < count) codes.add(prefix ? `${prefix}-${randomCode(core.ids)}` : randomCode(core.ids));
  return transact(
    core,
    { once: { answers: true, subject: (made) => made.batchId, again: (tx, { subject }) => readBatch(tx, subject) } },
    async (tx) => {
      const all = [...codes];
      await insertPromoCodes(tx, all, terms, batchId);
      return { batchId, codes: all };
    },
  );
};

const readBatch = async (tx: Tx, batchId: string): Promise<z.output<C['generate']['output']>> => {
  const rows = await tx.db.selectFrom('promo_codes').select('code').where('batchId', '=', batchId).orderBy('id').execute();
  return { batchId, codes: rows.map(({ code }) => code) };
};
