/** `/healthz`: the process is alive. `/readyz`: it can serve: database reachable and migrated, clocks agree, not shutting down. */
import { pendingMigrations } from '@cartwright/db';
import { Router } from 'express';
import { sql } from 'kysely';
import { sendJson } from './answer.ts';
import type { Edge } from './context.ts';

const largestSkewMs = 2_000;

/** Answers both addresses, and leaves all others to whoever comes next. */
export const createHealth = (edge: Edge): Router => {
  const { core } = edge;
  let migrated = false;
  const reasonAgainst = async (): Promise<string | null> => {
    if (edge.draining) return 'shutting down';
    try {
      const before = core.clock.now().getTime();
      const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(core.db);
      const middle = (before + core.clock.now().getTime()) / 2;
      if (Math.abs((rows[0]?.now.getTime() ?? 0) - middle) > largestSkewMs) return 'the clock is off from the database by more than 2 s';
      migrated ||= (await pendingMigrations(core.database)).length === 0;
      return migrated ? null : 'the database lacks migrations';
    } catch (error) {
      core.log.warn({ err: error }, 'not ready');
      return 'the database is not reachable';
    }
  };
  const router = Router();
  router.get('/healthz', (_req, res) => sendJson(edge, res, 200, '{"status":"ok"}'));
  router.get('/readyz', (_req, res, next) => {
    reasonAgainst().then(
      (reason) => sendJson(edge, res, reason ? 503 : 200, JSON.stringify(reason ? { status: 'unavailable', reason } : { status: 'ready' })),
      next,
    );
  });
  return router;
};
