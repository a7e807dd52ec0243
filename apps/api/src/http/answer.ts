/** How answers of the API leave: one write, with headers that suit data rather than pages. */
import { headers as names } from '@cartwright/contracts';
import type { Request, Response } from 'express';
import { retryAfterSeconds, tellProblem } from '../errors.ts';
import { requestIdOf, RequestContext, type Edge } from './context.ts';

/** Data is never a page: it loads nothing, is framed by nobody, sniffed by nobody and kept by no cache. */
export const ofData = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  vary: 'origin',
};

/** Sends JSON. `text` is the body, already serialised. */
export const sendJson = (edge: Edge, res: Response, status: number, text: string, more?: Readonly<Record<string, string>>): void => {
  if (res.destroyed) return;
  res.writeHead(status, {
    ...ofData,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    [names.requestId]: requestIdOf(res),
    ...(edge.draining && { connection: 'close' }),
    ...more,
  });
  res.end(text);
};

/** Sends a failure as problem+json (RFC 9457): the one way out for errors of everything but tRPC. */
export const sendProblem = (
  edge: Edge,
  req: Request,
  res: Response,
  thrown: unknown,
  path?: string,
  ctx = new RequestContext(edge, req, res),
): void => {
  const problem = tellProblem(thrown, ctx, path);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const wait = retryAfterSeconds(problem);
  sendJson(edge, res, problem.status, JSON.stringify(problem), {
    'content-type': 'application/problem+json; charset=utf-8',
    ...(wait !== null && { 'retry-after': String(wait) }),
  });
};
