/** Lets time pass without waiting: moves every time in the database into the past. */
import type { Core } from '@cartwright/core/kernel';
import { sql } from 'kysely';

/** Makes everything due that would be due within `minutes`. Triggers are disabled for it, so append-only tables change too. */
export const letPass = async (core: Core, minutes: number): Promise<void> => {
  await core.database.kysely.transaction().execute(async (db) => {
    await sql`set local session_replication_role = replica`.execute(db);
    const { rows } = await sql<{ table: string; columns: string[] }>`
      select table_name as table, array_agg(column_name::text) as columns from information_schema.columns
      where table_schema = 'public' and data_type = 'timestamp with time zone' and table_name <> 'schema_migrations'
      group by table_name`.execute(db);
    for (const { table, columns } of rows) {
      const set = columns.map((c) => `"${c}" = "${c}" - make_interval(mins => ${Number(minutes)})`).join(', ');
      await sql.raw(`update "${table}" set ${set}`).execute(db);
    }
  });
};
