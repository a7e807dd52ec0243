import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, type Core, type Tx } from '../kernel/index.ts';

/** Whether an order, or an address within an hour, has seen fewer declines than the shop allows. For a `where`. */
export const mayTry = (
  { sealer, config }: Pick<Core | Tx, 'sealer' | 'config'>,
  { orderId, ip }: { orderId: OrderId; ip: string | null },
) => {
  const ofOrder = sql<boolean>`(select count(*) from payments where order_id = ${orderId} and status = 'failed') < ${config.declinesPerOrder}`;
  if (ip === null) return ofOrder;
  return sql<boolean>`${ofOrder} and ${ofAddress({ sealer, config }, ip)}`;
};

const ofAddress = ({ sealer, config }: Pick<Core | Tx, 'sealer' | 'config'>, ip: string) => sql<boolean>`(
  select count(*) from payments where ip_index = ${sealer.index('ip', ip)} and status = 'failed' and decided_at > now() - interval '1 hour') < ${config.declinesPerAddress}`;

/** Whoever tries out card numbers is told the same whichever limit was met, and nothing about cards. */
export const tooManyDeclines = (): DomainError =>
  new DomainError('TOO_MANY_DECLINES', 'Too many payments were declined. Try again later, or ask the shop for another way to pay.');

/** Throws `TOO_MANY_DECLINES` for an address that has seen too many; for orders that are about to be made with their payment. */
export const assertAddressMayTry = async (core: Core, ip: string): Promise<void> => {
  const { rows } = await sql<{ allowed: boolean }>`select ${ofAddress(core, ip)} as allowed`.execute(core.db);
  if (!rows[0]?.allowed) throw tooManyDeclines();
};

/** Of some addresses, those that have seen too many declines: one statement. */
export const findBarredAddresses = async ({ db, sealer, config }: Tx, ips: readonly string[]): Promise<Set<string>> => {
  if (ips.length === 0) return new Set();
  const byIndex = new Map(ips.map((ip) => [sealer.index('ip', ip), ip]));
  const { rows } = await sql<{ index: string }>`
    select ip_index as index from payments where ip_index = any(${[...byIndex.keys()]}::text[]) and status = 'failed' and decided_at > now() - interval '1 hour'
    group by ip_index having count(*) >= ${config.declinesPerAddress}`.execute(db);
  return new Set(rows.flatMap(({ index }) => byIndex.get(index) ?? []));
};

/** Throws `TOO_MANY_DECLINES` where `createPayment` would; for what must not be begun in vain. */
export const assertMayTry = async (core: Core, attempt: { orderId: OrderId; ip: string | null }): Promise<void> => {
  const { rows } = await sql<{ allowed: boolean }>`select ${mayTry(core, attempt)} as allowed`.execute(core.db);
  if (!rows[0]?.allowed) throw tooManyDeclines();
};
