/** The sandbox's own lists of refunds and disputes. */
import type { Currency } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { ProviderDispute, ProviderPage, ProviderRefund, ReadOnlyDb, RecordQuery } from '../../kernel/index.ts';

const pageSize = 100;

/** SQL: whether a record of a table belongs to the rest of a list, which shows the newest first as other providers do. */
const isListed = (table: 'sandbox_refunds' | 'sandbox_disputes', query: RecordQuery): RawBuilder<boolean> => {
  const which = 'since' in query ? sql`created_at >= ${query.since}` : sql`charge_reference = ${query.chargeReference}`;
  return sql`${which} and (${query.from}::text is null
    or (created_at, reference) < (select created_at, reference from ${sql.table(table)} where reference = ${query.from}))`;
};
const toPage = <T extends { readonly reference: string }>(items: T[]): ProviderPage<T> => ({
  items,
  unread: [],
  next: items.length === pageSize ? (items.at(-1)?.reference ?? null) : null,
});

/** A page of the refunds of the sandbox, as reconciliation reads them from a provider. */
export const listSandboxRefunds = async (db: ReadOnlyDb, query: RecordQuery): Promise<ProviderPage<ProviderRefund>> => {
  const rows = await db
    .selectFrom('sandbox_refunds')
    .select(['reference', 'chargeReference', 'idempotencyKey as refundId', 'amountCents', 'currency', 'status'])
    .where(isListed('sandbox_refunds', query))
    .orderBy('createdAt', 'desc')
    .orderBy('reference', 'desc')
    .limit(pageSize)
    .$narrowType<{ currency: Currency }>()
    .execute();
  return toPage(rows.map((row) => ({ ...row, detail: null })));
};

/** A page of the disputes of the sandbox, as reconciliation reads them from a provider. */
export const listSandboxDisputes = async (db: ReadOnlyDb, query: RecordQuery): Promise<ProviderPage<ProviderDispute>> => {
  const rows = await db
    .selectFrom('sandbox_disputes')
    .select(['reference', 'chargeReference', 'amountCents', 'currency', 'status', 'fundsWithdrawn'])
    .where(isListed('sandbox_disputes', query))
    .orderBy('createdAt', 'desc')
    .orderBy('reference', 'desc')
    .limit(pageSize)
    .$narrowType<{ currency: Currency }>()
    .execute();
  return toPage(rows.map((row) => ({ ...row, reason: null })));
};
