/** Shared steps of every change of pricing data by staff. */
import type { PriceListId, VariantId } from '@cartwright/contracts';
import { DomainError, versionMismatch, type Tx } from '../kernel/index.ts';

/** Throws `VERSION_MISMATCH` when `what`, a locked row, was changed since the version that the caller read. */
export const assertVersion = (what: string, before: { readonly version: number }, read: number): void => {
  if (before.version !== read) throw versionMismatch(`this ${what}`, read, before.version);
};

interface Window {
  readonly startsAt: string | null;
  readonly endsAt: string | null;
}

/** Whether something would end before it starts, or at its start. */
export const endsTooEarly = ({ startsAt, endsAt }: Window): boolean =>
  startsAt !== null && endsAt !== null && Date.parse(startsAt) >= Date.parse(endsAt);

/** Throws `INVALID_INPUT` with the field, as a flash sale does, when `what` would end before it starts, or at its start. */
export const assertEndsLater = (what: string, window: Window): void => {
  if (endsTooEarly(window))
    throw new DomainError('INVALID_INPUT', `${what} must end after it starts (${window.startsAt}), not at ${window.endsAt}.`, {
      fields: [{ path: 'endsAt', message: 'must be after startsAt' }],
    });
};

/** A validity window as dates. */
export const windowDates = ({ startsAt, endsAt }: Window) => ({
  startsAt: startsAt ? new Date(startsAt) : null,
  endsAt: endsAt ? new Date(endsAt) : null,
});

/** Announces that prices may have changed: those of the given variants, or any prices when none is given. */
export const announcePricing = (tx: Tx, id: string, variantIds: readonly VariantId[] = []): void =>
  tx.outbox.add('pricing.changed', id, { variantIds: [...variantIds] });

/** Announces that the prices of a list may have changed. */
export const announcePriceList = async (tx: Tx, id: PriceListId): Promise<void> => {
  const rows = await tx.db.selectFrom('price_list_prices').select('variantId').distinct().where('priceListId', '=', id).execute();
  announcePricing(
    tx,
    id,
    rows.map(({ variantId }) => variantId as VariantId),
  );
};

/**
 * Announces that prices may have changed: those of the variants that the rules name. Every change of rules does; carts keep their prices
 * until they are priced again.
 */
export const announceRules = (tx: Tx, id: string, rules: readonly { readonly variantId: VariantId | null }[]): void =>
  announcePricing(tx, id, [...new Set(rules.flatMap((r) => r.variantId ?? []))]);
