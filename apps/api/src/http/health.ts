/**
 * `/healthz`: the process is alive. `/readyz`: it can serve, that is, the database is reachable, migrated and encrypted with this secret,
 * the clocks agree, and the process is not shutting down.
 */
import { redisOf } from '@cartwright/core/composition';
import { assertSecretOpens, SecretMismatch, withinTime } from '@cartwright/core/kernel';
import { pendingMigrations } from '@cartwright/db';
import { Router } from 'express';
import { sql } from 'kysely';
import { sendJson } from './answer.ts';
import type { HttpLayer } from './context.ts';

const largestSkewMs = 2_000;
/** A probe answers within this time, because a hanging probe does not show the reason. */
const answerWithinMs = 3_000;

/** Serves both addresses and passes all others on. */
export const createHealth = (http: HttpLayer): Router => {
  const { core } = http;
  let migrated = false;
  const lookAtDatabase = async (): Promise<string | null> => {
    const before = core.clock.now().getTime();
    const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(core.db);
    const middle = (before + core.clock.now().getTime()) / 2;
    if (Math.abs((rows[0]?.now.getTime() ?? 0) - middle) > largestSkewMs) return 'the clock is off from the database by more than 2 s';
    migrated ||= (await pendingMigrations(core.database)).length === 0;
    if (!migrated) return 'the database lacks migrations';
    await assertSecretOpens(core);
    return null;
  };
  const notReadyReason = async (): Promise<string | null> => {
    if (http.draining) return 'shutting down';
    const obstacle = http.gate?.obstacle;
    if (obstacle) return obstacle.kind === 'migrations' ? obstacle.message : 'the database is not reachable';
    try {
      return await withinTime(lookAtDatabase(), answerWithinMs, () => `the database did not answer within ${answerWithinMs / 1_000} s`);
    } catch (error) {
      core.log.warn({ err: error }, 'not ready');
      return error instanceof SecretMismatch ? error.message : 'the database is not reachable';
    }
  };
  const answerOf = (reason: string | null): string => {
    const redis = redisOf(core);
    return JSON.stringify({
      ...(reason ? { status: 'unavailable', reason } : { status: 'ready' }),
      ...(redis && { redis: redis.isUp ? 'up' : 'away' }),
    });
  };
  const router = Router();
  router.get('/healthz', (_req, res) => sendJson(http, res, 200, '{"status":"ok"}'));
  router.get('/readyz', (_req, res, next) => {
    notReadyReason().then((reason) => sendJson(http, res, reason ? 503 : 200, answerOf(reason)), next);
  });
  return router;
};
