/** Figures for Prometheus: the process, its pool, and each request by procedure family and status. */
import { timingSafeEqual } from 'node:crypto';
import type { Core } from '@cartwright/core/kernel';
import type { Request, RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { HttpSettings } from '../settings.ts';

export interface Metrics {
  readonly observe: RequestHandler;
  readonly serve: RequestHandler;
}

const isLocal = (ip: string | undefined): boolean => ip === '127.0.0.1' || ip === '::1' || ip === '::ffff:127.0.0.1';

/** With a token configured that token is asked for; without one only this machine may read. */
const mayRead = (req: Request, token: string | null): boolean => {
  if (!token) return isLocal(req.socket.remoteAddress);
  const given = Buffer.from(req.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
};

const family = (path: string): string => {
  const [, first = '', second = '', third = ''] = path.split('/');
  if (first === 'trpc') return `trpc ${second.includes(',') ? 'batch' : second}`.slice(0, 60);
  return first === 'api' ? `rest ${third}` : first || 'root';
};

export const createMetrics = (core: Core, settings: HttpSettings): Metrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer',
    labelNames: ['family', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
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
  gauge('db_pool_connections', 'Open database connections', () => pool.totalCount);
  gauge('db_pool_idle', 'Idle database connections', () => pool.idleCount);
  gauge('db_pool_waiting', 'Requests that wait for a database connection', () => pool.waitingCount);
  return {
    observe: (req, res, next) => {
      const start = performance.now();
      res.once('finish', () => {
        // Only what exists is counted by name, so that strangers cannot fill the memory with labels.
        const name = res.statusCode === 404 ? 'unknown' : family(req.originalUrl.split('?', 1)[0] ?? '');
        duration.observe({ family: name, status: String(res.statusCode) }, (performance.now() - start) / 1000);
      });
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
