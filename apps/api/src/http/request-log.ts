/** Logs one line per request at debug level. Failures are logged where they occur, at every level. */
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';

interface Logged {
  readonly id: unknown;
  readonly method: string;
  readonly url: string;
}

/**
 * Logs addresses without their query, which may contain personal data, and no headers, which contain tokens. Uses the request id in
 * `req.id`.
 */
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
