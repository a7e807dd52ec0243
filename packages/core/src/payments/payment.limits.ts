import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, type Core, type Tx } from '../kernel/index.ts';

/**
 * Slows down whoever tries out card numbers: throws `TOO_MANY_DECLINES` once an order, or an address within
 * an hour, has seen as many declines as the shop allows. The two refusals read alike, and say nothing about cards.
 */
export const assertMayTry = async (
  { db, sealer, config }: Pick<Core | Tx, 'db' | 'sealer' | 'config'>,
  { orderId, ip }: { orderId: OrderId | null; ip: string | null },
): Promise<void> => {
  const index = ip === null ? null : sealer.index('ip', ip);
  const { rows } = await sql<{ order: number; address: number }>`
    select (select count(*)::int from payments where order_id = ${orderId} and status = 'failed') as "order",
      (select count(*)::int from payments where ip_index = ${index} and status = 'failed' and decided_at > now() - interval '1 hour') as address`.execute(
    db,
  );
  const declines = rows[0];
  if (!declines || (declines.order < config.declinesPerOrder && declines.address < config.declinesPerAddress)) return;
  throw new DomainError('TOO_MANY_DECLINES', 'Too many payments were declined. Try again later, or ask the shop for another way to pay.');
};
