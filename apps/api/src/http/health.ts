/** `/healthz`: the process is alive. `/readyz`: it can serve: database reachable and migrated, clocks agree, not shutting down. */
import { pendingMigrations } from '@cartwright/db';
import type { Core } from '@cartwright/core/kernel';
import { Router } from 'express';
import { sql } from 'kysely';

const largestSkewMs = 2_000;

export interface Health {
  readonly router: Router;
  /** From now on `/readyz` says no, so that a balancer stops sending. */
  drain(): void;
}

export const createHealth = (core: Core): Health => {
  let draining = false;
  let migrated = false;
  const problem = async (): Promise<string | null> => {
    if (draining) return 'shutting down';
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
  router.get('/healthz', (_req, res) => {
    res.json({ status: 'ok' });
  });
  router.get('/readyz', (_req, res, next) => {
    problem().then((reason) => res.status(reason ? 503 : 200).json(reason ? { status: 'unavailable', reason } : { status: 'ready' }), next);
  });
  return { router, drain: () => void (draining = true) };
};
