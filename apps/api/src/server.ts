/** Assembles the HTTP server of the API. */
import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { headers, restPrefix } from '@cartwright/contracts';
import { getJwks } from '@cartwright/core/accounts';
import { migrateCommand, type Gate } from '@cartwright/core/composition';
import type { Core, DomainError } from '@cartwright/core/kernel';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler, type Response } from 'express';
import { NotServable, noSuchAddress } from './errors.ts';
import { adminApp } from './http/admin-app.ts';
import { sendJson, sendProblem } from './http/answer.ts';
import { expressClasses } from './http/express-classes.ts';
import { budgetsOf } from './http/budgets.ts';
import { requestIdOf, type HttpLayer } from './http/context.ts';
import { createHealth } from './http/health.ts';
import { iconPaths, iconRouter } from './http/icon.ts';
import { createMetrics } from './http/metrics.ts';
import { createOpenResponses, defaultCheckMs } from './http/open-responses.ts';
import { csvExportHandler } from './http/csv-export.ts';
import { requestLog } from './http/request-log.ts';
import { editLinks } from './http/edit-links.ts';
import { sandboxPages } from './http/sandbox-pages.ts';
import { crossOrigin, pageHeaders } from './http/security.ts';
import { webhookHandler } from './http/webhooks.ts';
import { docsRouter } from './openapi/docs-page.ts';
import { openApiDocument } from './openapi/openapi-document.ts';
import { restHandler } from './rest/rest-handler.ts';
import type { HttpSettings } from './settings.ts';
import { trpcHandler } from './trpc/http-handler.ts';

/** A running API. */
export interface ShopServer {
  readonly server: Server;
  /** Listens and returns the address of the server. */
  listen(): Promise<string>;
  /** Stops accepting, ends live feeds and waits for running requests; ends them after 30 s. */
  close(): Promise<void>;
}

const drainMs = 30_000;
const saneRequestId = /^[\w.-]{8,64}$/;

/** Uses the caller's request id if it is valid, so that the logs of caller and shop can be compared. */
const giveRequestId = (req: Request, res: Response): void => {
  const given = req.headers[headers.requestId];
  res.locals = { requestId: typeof given === 'string' && saneRequestId.test(given) ? given : randomUUID() };
};

/**
 * Handles tRPC and REST before Express routing, because these calls set their own headers and metrics and make up nearly all of the
 * load in a rush.
 */
const procedures = (http: HttpLayer, settings: HttpSettings): RequestHandler => {
  const trpc = trpcHandler(http);
  const rest = restHandler(http);
  const csvExports = csvExportHandler(http);
  const cors = crossOrigin(settings.corsOrigins);
  const document = JSON.stringify(openApiDocument(http.core.config.publicUrl));
  const find = (url: string) => {
    if (url.startsWith('/trpc/')) return trpc;
    if (!url.startsWith(`${restPrefix}/`)) return null;
    return csvExports(url.slice(restPrefix.length).split('?', 1)[0] ?? '') ?? rest;
  };
  return (req, res, next) => {
    const handler = find(req.url);
    if (!handler) return next();
    const answer = (error?: unknown): void => {
      if (error) sendProblem(http, req, res, error);
      else if (req.url === `${restPrefix}/openapi.json` && req.method === 'GET')
        sendJson(http, res, 200, document, { 'cache-control': 'public, max-age=300' });
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

/** Routes of everything except procedures. */
const createApp = (http: HttpLayer, settings: HttpSettings, health: RequestHandler): Express => {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('trust proxy', settings.trustProxy).set('query parser', 'simple');
  app.use(showRequestId, http.metrics.observe, health);
  app.get('/metrics', http.metrics.serve);
  app.use(iconRouter());
  app.post('/webhooks/:provider', webhookHandler(http));
  app.use('/pay', editLinks(http));
  if (http.core.gateways.has('sandbox')) app.use('/sandbox', sandboxPages(http));
  app.get('/.well-known/jwks.json', (_req, res, next) => {
    getJwks(http.core).then((jwks) => sendJson(http, res, 200, JSON.stringify(jwks), { 'cache-control': 'public, max-age=300' }), next);
  });
  app.use('/docs', pageHeaders('from here'), docsRouter());
  const admin = adminApp();
  if (admin) app.use('/admin', pageHeaders('from anywhere'), admin);
  app.get('/', (_req, res) => res.redirect(302, admin ? '/admin/' : '/docs/'));
  app.use((req, res) => sendProblem(http, req, res, noSuchAddress(req)));
  const onError: ErrorRequestHandler = (error, req, res, _next) => sendProblem(http, req, res, error);
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
    // A feed would never end. Its client connects to another process and resumes.
    for (const stream of streams) stream.destroy();
    server.closeIdleConnections();
  });

const needNoDatabase = ['/healthz', '/readyz', '/metrics', '/admin', '/docs', ...iconPaths, `${restPrefix}/openapi.json`];
const needsDatabase = (url: string): boolean => url !== '/' && !needNoDatabase.some((place) => url.startsWith(place));

/** The error for callers while the shop cannot be served. Only the log says what is wrong with the database. */
const refusalOf = (gate: Gate | undefined): DomainError | null => {
  if (!gate?.obstacle) return null;
  if (gate.obstacle.kind === 'database') return new NotServable('SERVICE_UNAVAILABLE', 'The database of this shop is not available yet.');
  return new NotServable('NOT_MIGRATED', `${gate.obstacle.message}.`, { details: { command: migrateCommand } });
};

/** Builds the server of a shop without listening. With a `gate`, calls are refused while the shop cannot be served. */
export const createServer = (core: Core, settings: HttpSettings, gate?: Gate): ShopServer => {
  const http: HttpLayer = {
    core,
    budgets: budgetsOf(settings.rateLimitFactor),
    metrics: createMetrics(core, settings),
    openResponses: createOpenResponses(core, settings.feedCheckMs ?? defaultCheckMs),
    streams: new Set(),
    draining: false,
    ...(gate && { gate }),
  };
  const health = createHealth(http);
  const app = createApp(http, settings, health);
  const call = procedures(http, settings);
  const log = core.log.isLevelEnabled('debug') ? requestLog(core.log) : null;
  const answer = (born: IncomingMessage, answered: ServerResponse): void => {
    // `expressClasses` creates Express objects, which the types of `node:http` do not show.
    const [req, res] = [born as Request, answered as Response];
    giveRequestId(req, res);
    const refusal = refusalOf(gate);
    const route = (): unknown =>
      refusal && needsDatabase(req.url) ? sendProblem(http, req, res, refusal) : call(req, res, () => app(req, res));
    if (log) log(req, res, route);
    else route();
  };
  const limits = { keepAliveTimeout: 65_000, headersTimeout: 15_000, requestTimeout: 60_000, maxHeaderSize: 16_384 };
  const server = createHttpServer({ ...limits, ...expressClasses(app) }, answer);
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
      http.draining = true;
      return shutDown(server, http.streams);
    },
  };
};
