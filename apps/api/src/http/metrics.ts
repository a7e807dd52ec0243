/** Metrics for Prometheus: the process, its pool, procedures by outcome, and all other requests by address and status. */
import { isLoopback, isSameToken, type Core } from '@cartwright/core/kernel';
import { redisOf } from '@cartwright/core/composition';
import type { Request, RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { HttpSettings } from '../settings.ts';

/** The metrics of the API. */
export interface Metrics {
  /** Counts one call of a procedure by its outcome, `OK` or an error code. */
  observeCall(procedure: string, outcome: string, tookMs: number): void;
  /** Measures requests that are not procedure calls. */
  readonly observe: RequestHandler;
  readonly serve: RequestHandler;
}

const buckets = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
/** If a token is configured, the caller must send it. Otherwise only this machine may read, and not through a proxy. */
const mayRead = (req: Request, token: string | null): boolean => {
  if (!token)
    return isLoopback(req.socket.remoteAddress) && req.headers['x-forwarded-for'] === undefined && req.headers.forwarded === undefined;
  return isSameToken(req.headers.authorization ?? '', `Bearer ${token}`);
};

const places = new Set(['admin', 'docs', 'webhooks', 'healthz', 'readyz', '.well-known']);
/** Only known addresses become labels, because callers could fill the memory with invented ones. */
const placeOf = (url: string): string => {
  const [first = ''] = url.slice(1).split(/[/?]/, 1);
  return places.has(first) ? first : 'other';
};

/** Creates the metrics of the API and the handler that serves them. */
export const createMetrics = (core: Core, settings: HttpSettings): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const calls = new Histogram({
    name: 'procedure_duration_seconds',
    help: 'Duration of procedures, by outcome: OK or an error code',
    labelNames: ['procedure', 'outcome'],
    buckets,
    registers: [registry],
  });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests that are not procedure calls',
    labelNames: ['place', 'status'],
    buckets,
    registers: [registry],
  });
  const { pool } = core.database;
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  new Gauge({
    name: 'unreadable_values_total',
    help: 'Stored values that were damaged when this process read them, by column',
    labelNames: ['table', 'column'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [place, count] of core.sealer.unreadable) {
        const [table = '', column = ''] = place.split('.');
        this.set({ table, column }, count);
      }
    },
  });
  gauge('db_pool_connections', 'Open database connections', () => pool.totalCount);
  gauge('db_pool_idle', 'Idle database connections', () => pool.idleCount);
  gauge('db_pool_waiting', 'Requests that wait for a database connection', () => pool.waitingCount);
  const redis = redisOf(core);
  if (redis) {
    gauge('redis_up', 'Whether Redis answers. While it does not, reads are not cached', () => (redis.isUp ? 1 : 0));
    gauge('redis_outages_total', 'How often Redis stopped answering', () => redis.outages);
  }
  return {
    observeCall: (procedure, outcome, tookMs) => calls.observe({ procedure, outcome }, tookMs / 1_000),
    observe: (req, res, next) => {
      const start = performance.now();
      const place = placeOf(req.originalUrl);
      res.once('finish', () => requests.observe({ place, status: String(res.statusCode) }, (performance.now() - start) / 1_000));
      next();
    },
    serve: (req, res, next) => {
      if (!mayRead(req, settings.metricsToken)) {
        next();
        return;
      }
      registry.metrics().then((text) => res.type(registry.contentType).send(text), next);
    },
  };
};
