/** A line for each request, for debugging. What fails is logged at any level, where it fails. */
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

interface Logged {
  readonly id: unknown;
  readonly method: string;
  readonly url: string;
}

/** Addresses without their query, which may name people; no headers, which carry tokens. Takes the request id from `req.id`. */
export const requestLog = (logger: Logger): RequestHandler => {
  const log = pinoHttp({
    logger,
    customLogLevel: () => 'debug',
    quietReqLogger: true,
    serializers: {
      req: ({ id, method, url }: Logged) => ({ id, method, url: url.split('?', 1)[0] }),
      res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
    },
  });
  return (req, res, next) => {
    Object.assign(req, { id: String(res.locals['requestId']) });
    log(req, res, next);
  };
};
