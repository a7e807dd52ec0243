/** The limits of declined payments for an order and a network address, and what counts against them. */
import type { OrderId } from '@cartwright/contracts';
import { sql, type Expression, type SqlBool } from 'kysely';
import { rowsAs, type Core, type Reader, type Tx } from '../kernel/index.ts';
import { tooManyDeclines } from './declined-charge.ts';

const recent = sql<Date>`now() - interval '1 hour'`;

/** SQL: whether a payment is a decline that counts against its network address. */
export const recentDecline = sql<SqlBool>`(status = 'failed' and decided_at > ${recent})`;

/**
 * SQL: whether a payment counts against its network address: a decline within the hour, or an attempt that the provider is processing
 * right now or gave no answer about. A success, a void and an attempt that the provider has accepted (it waits for the buyer or for a
 * bank) do not count; an attempt that a crash left open counts for an hour at most.
 */
export const countsAgainstAddress = sql<SqlBool>`
  (${recentDecline} or (status = 'pending' and called_at > ${recent}
    and (gateway_phase = 'calling' or (gateway_phase = 'unknown' and gateway_reference is null))))`;

/** SQL: whether an order has fewer declines than the limit. */
export const hasTriesLeft = ({ config }: Pick<Core | Tx, 'config'>, orderId: OrderId) =>
  sql<boolean>`(select count(*) from payments where order_id = ${orderId} and status = 'failed') < ${config.declinesPerOrder}`;

/** SQL: whether a network address has fewer recent declines than the limit; also true without an address. */
const addressHasTriesLeft = ({ config }: Pick<Core | Tx, 'config'>, ipIndex: Expression<unknown>) => sql<SqlBool>`(${ipIndex} is null
  or (select count(*) from payments where ip_index = ${ipIndex} and ${recentDecline}) < ${config.declinesPerAddress})`;

/**
 * SQL: whether a locked order and a network address may have another attempt. Undecided attempts of the order count as well, including
 * superseded ones: each of them may still be declined. Those of the address count once they are made.
 */
export const mayStart = (tx: Pick<Tx, 'config'>, orderId: Expression<unknown>, ipIndex: Expression<unknown>) =>
  sql<boolean>`(select count(*) from payments where order_id = ${orderId} and status in ('failed', 'pending'))
      < ${tx.config.declinesPerOrder} and ${addressHasTriesLeft(tx, ipIndex)}`;

/** The network addresses with too many declines among those given: one statement. */
export const findBarredAddresses = async (
  { db, sealer, config }: Pick<Reader, 'db' | 'sealer' | 'config'>,
  ips: readonly string[],
): Promise<Set<string>> => {
  if (ips.length === 0) return new Set();
  const byIndex = new Map(ips.map((ip) => [sealer.index('ip', ip), ip]));
  const addresses = [...byIndex.keys()].map((ipIndex) => ({ ipIndex }));
  const barred = await db
    .selectFrom(rowsAs('a', addresses, { ipIndex: 'text' }))
    .select('a.ipIndex')
    .where(({ not, ref }) => not(addressHasTriesLeft({ config }, ref('a.ipIndex'))))
    .execute();
  return new Set(barred.flatMap(({ ipIndex }) => byIndex.get(ipIndex) ?? []));
};

/** Throws `TOO_MANY_DECLINES` when an attempt would be refused; an early check before work that would be wasted. */
export const assertMayTry = async (
  core: Pick<Core | Tx, 'db' | 'sealer' | 'config'>,
  { orderId, ip }: { orderId: OrderId; ip: string | null },
): Promise<void> => {
  const ipIndex = sql<string | null>`${ip === null ? null : core.sealer.index('ip', ip)}::text`;
  const allowed = await core.db
    .selectNoFrom([hasTriesLeft(core, orderId).as('order'), addressHasTriesLeft(core, ipIndex).as('address')])
    .executeTakeFirstOrThrow();
  if (!allowed.order) throw tooManyDeclines('order');
  if (!allowed.address) throw tooManyDeclines('address');
};
