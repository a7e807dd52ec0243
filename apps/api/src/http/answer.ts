/** Sends API responses: one write each, with headers for data instead of pages. */
import { headers as names, type Problem } from '@cartwright/contracts';
import { hash } from 'node:crypto';
import type { Request, Response } from 'express';
import { retryAfterSeconds, reportProblem } from '../errors.ts';
import { requestIdOf, RequestContext, type HttpLayer } from './context.ts';

/** Headers for data, which is never a page: no loading, no framing, no sniffing, no caching. */
export const ofData = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  vary: 'origin',
};

/** Sends JSON. `text` is the serialised body. */
export const sendJson = (
  http: HttpLayer,
  res: Response,
  status: number,
  text: string | Buffer,
  more?: Readonly<Record<string, string>>,
): void => {
  if (res.destroyed) return;
  res.writeHead(status, {
    ...ofData,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    [names.requestId]: requestIdOf(res),
    ...(http.draining && { connection: 'close' }),
    ...more,
  });
  res.end(text);
};

/** Whether `If-None-Match` contains this ETag; weak comparison, as RFC 9110 requires. */
const knows = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag));

/** A serialised response. */
export interface Written {
  readonly body: Buffer;
  readonly etag: string;
}
/** Serialises responses; reuses the result for the same frozen object. */
export const createWriter = (serialise: (data: unknown) => string): ((data: unknown) => Written) => {
  const written = new WeakMap<object, Written>();
  return (data) => {
    const before = typeof data === 'object' && data !== null ? written.get(data) : undefined;
    if (before) return before;
    const body = Buffer.from(serialise(data));
    const fresh = { body, etag: `"${hash('sha1', body, 'base64url')}"` };
    if (typeof data === 'object' && data !== null && Object.isFrozen(data)) written.set(data, fresh);
    return fresh;
  };
};

/**
 * Sends a cacheable response with an ETag, or 304 to a client that has it. Caches may share responses to anonymous callers.
 * Responses to a signed-in caller or a caller with a cart are private and must be revalidated each time.
 */
export const sendKept = (
  http: HttpLayer,
  req: Request,
  res: Response,
  { body, etag }: Written,
  contentLocation: string | null = null,
): void => {
  const { authorization, 'if-none-match': ifNoneMatch, [names.cartToken]: cartToken } = req.headers;
  const isStranger = authorization === undefined && cartToken === undefined;
  const kept = {
    etag,
    'cache-control': isStranger ? 'public, max-age=30, stale-while-revalidate=60' : 'private, no-cache',
    vary: `origin, authorization, ${names.cartToken}`,
    ...(contentLocation !== null && { 'content-location': contentLocation }),
  };
  if (!knows(ifNoneMatch, etag)) return sendJson(http, res, 200, body, kept);
  if (res.destroyed) return;
  res.writeHead(304, { ...ofData, ...kept, [names.requestId]: requestIdOf(res), ...(http.draining && { connection: 'close' }) });
  res.end();
};

const aroundInstance = new WeakMap<object, readonly [before: string, after: string]>();
/** Serialises a frozen refusal only once; only `instance` differs between requests. */
const writeProblem = (thrown: unknown, problem: Problem): string => {
  if (typeof thrown !== 'object' || thrown === null || !Object.isFrozen(thrown)) return JSON.stringify(problem);
  let parts = aroundInstance.get(thrown);
  if (!parts) {
    const { instance: _, ...same } = problem;
    parts = ['{"instance":', `,${JSON.stringify(same).slice(1)}`];
    aroundInstance.set(thrown, parts);
  }
  return parts[0] + JSON.stringify(problem.instance) + parts[1];
};

/** Sends a failure as problem+json (RFC 9457). All errors except those of tRPC are sent here. */
export const sendProblem = (
  http: HttpLayer,
  req: Request,
  res: Response,
  thrown: unknown,
  path?: string,
  ctx = new RequestContext(http, req, res),
): void => {
  const problem = reportProblem(thrown, ctx, path);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const wait = retryAfterSeconds(problem);
  sendJson(http, res, problem.status, writeProblem(thrown, problem), {
    'content-type': 'application/problem+json; charset=utf-8',
    ...(wait !== null && { 'retry-after': String(wait) }),
  });
};
