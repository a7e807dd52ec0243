/** The HTTP server: everything the API answers, put together. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import path from 'node:path';
import { headers } from '@cartwright/contracts';
import { getJwks } from '@cartwright/core/accounts';
import { DomainError, type Core } from '@cartwright/core/kernel';
import { handleGatewayWebhook } from '@cartwright/core/payments';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import { rawBody } from './http/body.ts';
import { createHealth } from './http/health.ts';
import { createMetrics } from './http/metrics.ts';
import { crossOrigin, securityHeaders } from './http/security.ts';
import { docsRouter } from './openapi/docs-page.ts';
import { openApiDocument } from './openapi/openapi-document.ts';
import { restHandler, sendProblem } from './rest/rest-handler.ts';
import type { HttpSettings } from './settings.ts';
import { trpcHandler } from './trpc/http-handler.ts';

export interface ShopServer {
  readonly app: Express;
  readonly server: Server;
  /** Listens; answers the address it can be reached at. */
  listen(): Promise<string>;
  /** Stops accepting, lets running requests end, at most 30 s. */
  close(): Promise<void>;
}

const drainMs = 30_000;
const saneRequestId = /^[\w.-]{8,64}$/;
const adminDist = path.resolve(import.meta.dirname, '../../admin/dist');

const requestIds: RequestHandler = (req, res, next) => {
  const given = req.headers[headers.requestId];
  res.locals['requestId'] = typeof given === 'string' && saneRequestId.test(given) ? given : randomUUID();
  res.setHeader(headers.requestId, String(res.locals['requestId']));
  next();
};

const requestLog = (core: Core): RequestHandler =>
  pinoHttp({
    logger: core.log,
    genReqId: (_req, res) => String((res as unknown as { locals: Record<string, unknown> }).locals['requestId']),
    customLogLevel: (_req, res) => (res.statusCode >= 500 ? 'error' : 'debug'),
    quietReqLogger: true,
    serializers: {
      req: (req: { id: unknown; method: string; url: string }) => ({ id: req.id, method: req.method, url: req.url.split('?', 1)[0] }),
      res: (res: { statusCode: number }) => ({ statusCode: res.statusCode }),
    },
  });

const webhooks =
  (core: Core): RequestHandler =>
  (req, res) => {
    const run = async (): Promise<void> => {
      const given = Object.fromEntries(
        Object.entries(req.headers).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
      );
      const rawBody: unknown = req.body;
      const outcome = await handleGatewayWebhook(core, String(req.params['provider']), {
        rawBody: Buffer.isBuffer(rawBody) ? rawBody : Buffer.alloc(0),
        headers: given,
      });
      res.json({ received: true, outcome });
    };
    run().catch((error: unknown) => sendProblem(core, res, error, 'webhooks'));
  };

/** The admin app: assets for ever (their names carry a hash), its page never; every other path is the page's own. */
const admin = (): RequestHandler[] => {
  if (!existsSync(path.join(adminDist, 'index.html'))) return [];
  return [
    express.static(adminDist, {
      index: false,
      setHeaders: (res, file) =>
        res.setHeader('cache-control', file.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'),
    }),
    (_req, res) => {
      res.setHeader('cache-control', 'no-cache');
      res.sendFile(path.join(adminDist, 'index.html'));
    },
  ];
};

/** Builds the server on a shop. Nothing listens yet. */
export const createServer = (core: Core, settings: HttpSettings): ShopServer => {
  const app = express();
  const health = createHealth(core);
  const metrics = createMetrics(core, settings);
  app.disable('x-powered-by').disable('etag').set('trust proxy', settings.trustProxy).set('query parser', 'simple');
  app.use(requestIds);
  app.use(health.router);
  app.use(securityHeaders(), crossOrigin(settings.corsOrigins), metrics.observe);
  if (core.log.isLevelEnabled('debug')) app.use(requestLog(core));
  app.get('/metrics', metrics.serve);
  app.use('/trpc', rawBody(), trpcHandler(core));
  const document = JSON.stringify(openApiDocument(core.config.publicUrl));
  app.get('/api/v1/openapi.json', (_req, res) => {
    res.type('application/json').setHeader('cache-control', 'public, max-age=300').send(document);
  });
  app.use('/api/v1', rawBody(), restHandler(core));
  app.post('/webhooks/:provider', rawBody(), webhooks(core));
  app.get('/.well-known/jwks.json', (_req, res, next) => {
    getJwks(core).then((jwks) => res.setHeader('cache-control', 'public, max-age=300').json(jwks), next);
  });
  app.use('/docs', docsRouter());
  const adminHandlers = admin();
  if (adminHandlers.length > 0) app.use('/admin', ...adminHandlers);
  app.get('/', (_req, res) => res.redirect(302, adminHandlers.length > 0 ? '/admin/' : '/docs'));
  app.use((_req, res) => sendProblem(core, res, new DomainError('NOT_FOUND', 'There is nothing at this address.')));
  const onError: ErrorRequestHandler = (error, _req, res, _next) => sendProblem(core, res, error);
  app.use(onError);

  const server = createHttpServer({ keepAliveTimeout: 65_000, headersTimeout: 15_000, requestTimeout: 60_000, maxHeaderSize: 16_384 }, app);
  return {
    app,
    server,
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(settings.port, settings.host, () => {
          const address = server.address();
          resolve(`http://${settings.host}:${typeof address === 'object' && address ? address.port : settings.port}`);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        health.drain();
        const cut = setTimeout(() => server.closeAllConnections(), drainMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};
