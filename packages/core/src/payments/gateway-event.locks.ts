/** The row lock on events of providers. */
import type { PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Locks an event and returns its attempts; null when another worker has locked or handled it, because two workers may have read the same list. */
export const lockOpenEvent = async (tx: Tx, provider: PaymentProvider, eventId: string): Promise<number | null> => {
  const { rows } = await sql<{ attempts: number }>`
    select attempts from gateway_events where provider = ${provider} and event_id = ${eventId} and handled_at is null for update skip locked`.execute(
    tx.db,
  );
  return rows[0]?.attempts ?? null;
};
