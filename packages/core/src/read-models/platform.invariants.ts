/** What every domain relies on: idempotency keys and sealed values. */
import { sealedColumns } from '../kernel/index.ts';
import type { Invariant } from './invariant.ts';

/** The invariants of idempotency keys and sealed values. */
export const platformInvariants: readonly Invariant[] = [
  {
    id: 'I30',
    title: 'No idempotency key is stuck, and each finished one can be replayed',
    sql: `
      select id, endpoint, state, locked_until from idempotency_keys
        where (state = 'in_progress' and locked_until < now() - interval '15 minutes') or (state = 'complete' and response_sealed is null)
      union all select min(id::text)::uuid, 'checkout', checkout_key, null from orders group by checkout_key having count(*) > 1`,
  },
  {
    id: 'I60',
    title: 'The idempotency key of every request that made a refund is kept permanently',
    sql: `
      select r.id, r.request_key from refunds r
        left join permanent_keys k using (request_key)
        where r.request_key is not null and k.request_key is null`,
  },
  {
    id: 'I91',
    title: 'Every sealed value can be read',
    sql: `${sealedColumns
      .map(
        ({ table, column, id }) =>
          `select '${table}' as "table", '${column}' as "column", ${id}::text as row_id from ${table} ` +
          `where ${column} !~ '^v[12]:[A-Za-z0-9_-]{16}:[A-Za-z0-9_-]{22,}$'`,
      )
      .join(' union ')} union select table_name, column_name, row_id from unreadable_values`,
  },
];
