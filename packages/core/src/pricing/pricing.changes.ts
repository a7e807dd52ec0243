/** Shared steps of every change of pricing data by staff. */
import type { VariantId } from '@cartwright/contracts';
import { DomainError, type Tx } from '../kernel/index.ts';

/** Throws `VERSION_MISMATCH` when `what`, a locked row, was changed since the version that the caller read. */
export const assertVersion = (what: string, before: { readonly version: number }, read: number): void => {
  if (before.version !== read)
    throw new DomainError('VERSION_MISMATCH', `Somebody else changed this ${what} after you opened it. Reload it before you save.`, {
      details: { version: before.version },
    });
};

/** Whether something would end before it starts. */
export const endsTooEarly = ({ startsAt, endsAt }: { readonly startsAt: string | null; readonly endsAt: string | null }): boolean =>
  startsAt !== null && endsAt !== null && Date.parse(startsAt) >= Date.parse(endsAt);

/** The columns of a validity window. */
export const windowColumns = ({ startsAt, endsAt }: { readonly startsAt: string | null; readonly endsAt: string | null }) => ({
  starts_at: startsAt ? new Date(startsAt) : null,
  ends_at: endsAt ? new Date(endsAt) : null,
});

/** The fields that a change sends; omitted fields stay unchanged. */
export const sent = <T extends object>(changes: T): Partial<T> =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;

/** Announces that prices may have changed: those of the given variants, or any prices when none is given. */
export const announcePricing = (tx: Tx, id: string, variantIds: readonly VariantId[] = []): void =>
  tx.outbox.add('pricing.changed', id, { variantIds: [...variantIds] });
