/** The row lock on events of providers. */
import type { PaymentProvider } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';

/**
 * Locks an event and returns its attempts; null when another worker has locked or handled it, because two workers may have read the same
 * list.
 */
export const lockOpenEvent = async (tx: Tx, provider: PaymentProvider, eventId: string): Promise<number | null> => {
  const row = await tx.db
    .selectFrom('gateway_events')
    .select('attempts')
    .where('provider', '=', provider)
    .where('eventId', '=', eventId)
    .where('handledAt', 'is', null)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row?.attempts ?? null;
};
