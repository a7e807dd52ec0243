/** Writes `promo_codes`; their uses are counted in `promo-redemption.store.ts`. */
import type { PromoCodeId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { windowDates } from './pricing.changes.ts';
import type { PromoCodeTerms } from './promo-code.dto.ts';

/** The columns that staff set. */
const toPromoCodeRow = (terms: PromoCodeTerms) => ({
  percentBasisPoints: terms.percentBasisPoints,
  amountCents: terms.amountCents,
  freeShipping: terms.freeShipping,
  currency: terms.currency,
  minSubtotalCents: terms.minSubtotalCents,
  fullPriceOnly: terms.fullPriceOnly,
  stackable: terms.stackable,
  priority: terms.priority,
  usageLimit: terms.usageLimit,
  perCustomerLimit: terms.perCustomerLimit,
  ...windowDates(terms),
  active: terms.active,
});

/** Tx step: adds codes with the same terms and returns their ids. A code that exists violates `promo_codes_code_unique`. */
export const insertPromoCodes = async (
  tx: Tx,
  codes: readonly string[],
  terms: PromoCodeTerms,
  batchId: string | null = null,
): Promise<PromoCodeId[]> => {
  const row = toPromoCodeRow(terms);
  const ids: PromoCodeId[] = [];
  // Below the 65,535 parameters that one statement takes.
  for (let from = 0; from < codes.length; from += 1_000) {
    const rows = codes.slice(from, from + 1_000).map((code) => ({ id: tx.ids.next<PromoCodeId>(), code, batchId, ...row }));
    await tx.db.insertInto('promo_codes').values(rows).execute();
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
};

/** Tx step: replaces limits, validity and state of a locked code, which gets the version after `version`. */
export const changePromoCode = async (
  tx: Tx,
  { id, version }: { readonly id: PromoCodeId; readonly version: number },
  terms: PromoCodeTerms,
): Promise<void> => {
  const { usageLimit, perCustomerLimit, startsAt, endsAt, active } = toPromoCodeRow(terms);
  await tx.db
    .updateTable('promo_codes')
    .set({ usageLimit, perCustomerLimit, startsAt, endsAt, active, version: version + 1 })
    .where('id', '=', id)
    .execute();
};
