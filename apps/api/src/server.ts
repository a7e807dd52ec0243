/** The HTTP server: everything the API answers, put together. */
import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { headers } from '@cartwright/contracts';
import { getJwks } from '@cartwright/core/accounts';
import { migrateCommand, type Gate } from '@cartwright/core/composition';
import { DomainError, type Core } from '@cartwright/core/kernel';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler, type Response } from 'express';
import { NotServable } from './errors.ts';
import { adminApp } from './http/admin-app.ts';
import { sendJson, sendProblem } from './http/answer.ts';
import { bornForExpress } from './http/born-for-express.ts';
import { budgetsOf } from './http/budgets.ts';
import { requestIdOf, type Edge } from './http/context.ts';
import { createHealth } from './http/health.ts';
import { createMetrics } from './http/metrics.ts';
import { createOpenAnswers, defaultCheckMs } from './http/open-answers.ts';
import { csvExportHandler } from './http/csv-export.ts';
import { requestLog } from './http/request-log.ts';
import { editLinks } from './http/edit-links.ts';
import { sandboxPages } from './http/sandbox-pages.ts';
import { crossOrigin, pageHeaders } from './http/security.ts';
import { webhookHandler } from './http/webhooks.ts';
import { docsRouter } from './openapi/docs-page.ts';
import { openApiDocument } from './openapi/openapi-document.ts';
import { restHandler, restPrefix } from './rest/rest-handler.ts';
import type { HttpSettings } from './settings.ts';
import { trpcHandler } from './trpc/http-handler.ts';

export interface ShopServer {
  readonly server: Server;
  /** Listens; answers the address it can be reached at. */
  listen(): Promise<string>;
  /** Stops accepting, ends live feeds, lets running requests end; after 30 s it cuts them off. */
  close(): Promise<void>;
}

const drainMs = 30_000;
const saneRequestId = /^[\w.-]{8,64}$/;

/** The caller's own request id when it is sane, so that its logs and ours can be laid side by side. */
const giveRequestId = (req: Request, res: Response): void => {
  const given = req.headers[headers.requestId];
  res.locals = { requestId: typeof given === 'string' && saneRequestId.test(given) ? given : randomUUID() };
};

/**
 * tRPC and REST in front of everything else, Express's own routing included: their answers carry their own headers and figures, and
 * they are what a rush is made of.
 */
const procedures = (edge: Edge, settings: HttpSettings): RequestHandler => {
  const trpc = trpcHandler(edge);
  const rest = restHandler(edge);
  const csvExports = csvExportHandler(edge);
  const cors = crossOrigin(settings.corsOrigins);
  const document = JSON.stringify(openApiDocument(edge.core.config.publicUrl));
  const find = (url: string) => {
    if (url.startsWith('/trpc/')) return trpc;
    if (!url.startsWith(`${restPrefix}/`)) return null;
    return csvExports(url.slice(restPrefix.length).split('?', 1)[0] ?? '') ?? rest;
  };
  return (req, res, next) => {
    const handler = find(req.url);
    if (!handler) return next();
    const answer = (error?: unknown): void => {
      if (error) sendProblem(edge, req, res, error);
      else if (req.url === `${restPrefix}/openapi.json` && req.method === 'GET')
        sendJson(edge, res, 200, document, { 'cache-control': 'public, max-age=300' });
      else handler(req, res);
    };
    if (req.headers.origin === undefined && req.method !== 'OPTIONS') answer();
    else cors(req, res, answer);
  };
};

const showRequestId: RequestHandler = (_req, res, next) => {
  res.setHeader(headers.requestId, requestIdOf(res));
  next();
};

/** Everything beside the procedures. */
const createApp = (edge: Edge, settings: HttpSettings, health: RequestHandler): Express => {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('trust proxy', settings.trustProxy).set('query parser', 'simple');
  app.use(showRequestId, edge.metrics.observe, health);
  app.get('/metrics', edge.metrics.serve);
  app.post('/webhooks/:provider', webhookHandler(edge));
  app.use('/pay', editLinks(edge));
  if (edge.core.gateways.has('sandbox')) app.use('/sandbox', sandboxPages(edge));
  app.get('/.well-known/jwks.json', (_req, res, next) => {
    getJwks(edge.core).then((jwks) => sendJson(edge, res, 200, JSON.stringify(jwks), { 'cache-control': 'public, max-age=300' }), next);
  });
  app.use('/docs', pageHeaders('from here'), docsRouter());
  const admin = adminApp();
  if (admin) app.use('/admin', pageHeaders('from anywhere'), admin);
  app.get('/', (_req, res) => res.redirect(302, admin ? '/admin/' : '/docs/'));
  app.use((req, res) => sendProblem(edge, req, res, new DomainError('NOT_FOUND', 'There is nothing at this address.')));
  const onError: ErrorRequestHandler = (error, req, res, _next) => sendProblem(edge, req, res, error);
  app.use(onError);
  return app;
};

const shutDown = (server: Server, streams: ReadonlySet<Response>): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), drainMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    // A feed would never end by itself; its client connects to another process and resumes.
    for (const stream of streams) stream.destroy();
    server.closeIdleConnections();
  });

const needNoDatabase = ['/healthz', '/readyz', '/metrics', '/admin', '/docs', `${restPrefix}/openapi.json`];
const needsDatabase = (url: string): boolean => url !== '/' && !needNoDatabase.some((place) => url.startsWith(place));

/** What callers are told while the shop cannot be served. What exactly is wrong with the database is for the log. */
const refusalOf = (gate: Gate | undefined): DomainError | null => {
  if (!gate?.obstacle) return null;
  if (gate.obstacle.kind === 'database') return new NotServable('SERVICE_UNAVAILABLE', 'The database of this shop is not available yet.');
  return new NotServable('NOT_MIGRATED', `${gate.obstacle.message}.`, { details: { command: migrateCommand } });
};

/** Builds the server on a shop. Nothing listens yet. With a `gate`, calls are refused as long as something is in the way. */
export const createServer = (core: Core, settings: HttpSettings, gate?: Gate): ShopServer => {
  const edge: Edge = {
    core,
    budgets: budgetsOf(settings.rateLimitFactor),
    metrics: createMetrics(core, settings),
    openAnswers: createOpenAnswers(core, settings.feedCheckMs ?? defaultCheckMs),
    streams: new Set(),
    draining: false,
    ...(gate && { gate }),
  };
  const health = createHealth(edge);
  const app = createApp(edge, settings, health);
  const call = procedures(edge, settings);
  const log = core.log.isLevelEnabled('debug') ? requestLog(core.log) : null;
  const answer = (born: IncomingMessage, answered: ServerResponse): void => {
    // They are Express's from birth, which the types of `node:http` cannot tell.
    const [req, res] = [born as Request, answered as Response];
    giveRequestId(req, res);
    const refusal = refusalOf(gate);
    const route = (): unknown =>
      refusal && needsDatabase(req.url) ? sendProblem(edge, req, res, refusal) : call(req, res, () => app(req, res));
    if (log) log(req, res, route);
    else route();
  };
  const limits = { keepAliveTimeout: 65_000, headersTimeout: 15_000, requestTimeout: 60_000, maxHeaderSize: 16_384 };
  const server = createHttpServer({ ...limits, ...bornForExpress(app) }, answer);
  return {
    server,
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(settings.port, settings.host, () => {
          const address = server.address();
          const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
          resolve(`http://${host}:${typeof address === 'object' && address ? address.port : settings.port}`);
        });
      }),
    close: () => {
      edge.draining = true;
      return shutDown(server, edge.streams);
    },
  };
};
