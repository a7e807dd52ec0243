/** The sandbox's own lists of refunds and disputes. */
import type { Database } from '@cartwright/db';
import { sql, type Kysely } from 'kysely';
import type { ProviderDispute, ProviderPage, ProviderRefund, RecordQuery } from '../../kernel/index.ts';

const pageSize = 100;

/** Newest first, as other providers list them. */
const list = async <T extends { readonly reference: string }>(
  db: Kysely<Database>,
  table: 'sandbox_refunds' | 'sandbox_disputes',
  columns: ReturnType<typeof sql>,
  query: RecordQuery,
): Promise<ProviderPage<T>> => {
  const rows = sql.table(table);
  const which = 'since' in query ? sql`t.created_at >= ${query.since}` : sql`t.charge_reference = ${query.chargeReference}`;
  const found = await sql<T>`
    select ${columns} from ${rows} t where ${which}
      and (${query.from}::text is null or (t.created_at, t.reference) < (select created_at, reference from ${rows} where reference = ${query.from}))
    order by t.created_at desc, t.reference desc limit ${pageSize}`.execute(db);
  return { items: found.rows, unread: [], next: found.rows.length === pageSize ? (found.rows.at(-1)?.reference ?? null) : null };
};

export const listSandboxRefunds = (db: Kysely<Database>, query: RecordQuery): Promise<ProviderPage<ProviderRefund>> =>
  list(
    db,
    'sandbox_refunds',
    sql`t.reference, t.charge_reference as "chargeReference", t.idempotency_key as "refundId", t.amount_cents as "amountCents", t.currency, t.status, null as detail`,
    query,
  );

export const listSandboxDisputes = (db: Kysely<Database>, query: RecordQuery): Promise<ProviderPage<ProviderDispute>> =>
  list(
    db,
    'sandbox_disputes',
    sql`t.reference, t.charge_reference as "chargeReference", t.amount_cents as "amountCents", t.currency, t.status, t.funds_withdrawn as "fundsWithdrawn", null as reason`,
    query,
  );
