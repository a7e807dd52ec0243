import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { requireScope, type Actor, type Core, readSnapshot } from '../kernel/index.ts';
import { invariants } from '../read-models/invariants.ts';

type Report = z.output<ShopContract['system']['invariants']['output']>;
const sampleSize = 5;

/** Checks every invariant in one snapshot of the database and returns a few rows of each violation. */
export const checkInvariants = async (core: Core, actor: Actor): Promise<Report> => {
  requireScope(actor, 'system:read');
  return readSnapshot(core, async (db) => {
    const results: Report['results'] = [];
    for (const { id, title, sql: statement } of invariants) {
      const { rows } = await sql<{ violations: number; samples: Record<string, unknown>[] }>`
        with broken as (${sql.raw(statement)})
        select (select count(*)::int from broken) as violations,
          coalesce((select json_agg(b) from (select * from broken limit ${sampleSize}) b), '[]') as samples`.execute(db);
      results.push({ id, title, violations: rows[0]?.violations ?? 0, samples: rows[0]?.samples ?? [] });
    }
    return { checkedAt: core.clock.now().toISOString(), clean: results.every((r) => r.violations === 0), results };
  });
};
