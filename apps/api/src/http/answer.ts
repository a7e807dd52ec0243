/** How answers of the API leave: one write, with headers that suit data rather than pages. */
import { headers as names, type Problem } from '@cartwright/contracts';
import { hash } from 'node:crypto';
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
export const sendJson = (
  edge: Edge,
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
    ...(edge.draining && { connection: 'close' }),
    ...more,
  });
  res.end(text);
};

/** Whether a client that names these tags has this one already; weak comparison, as RFC 9110 asks of If-None-Match. */
const knows = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag));

/** An answer as it goes out. */
export interface Written {
  readonly body: Buffer;
  readonly etag: string;
}
/** Serialises answers; one that is the same frozen object again goes out as it did before. */
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
 * Sends the answer to a read that may be kept: with an ETag, and as 304 to a client that has it. What a stranger
 * gets may be shared; what somebody signed in or with a cart gets is theirs alone, and asked about each time.
 */
export const sendKept = (edge: Edge, req: Request, res: Response, { body, etag }: Written, contentLocation: string | null = null): void => {
  const { authorization, 'if-none-match': ifNoneMatch, [names.cartToken]: cartToken } = req.headers;
  const isStranger = authorization === undefined && cartToken === undefined;
  const kept = {
    etag,
    'cache-control': isStranger ? 'public, max-age=30, stale-while-revalidate=60' : 'private, no-cache',
    vary: `origin, authorization, ${names.cartToken}`,
    ...(contentLocation !== null && { 'content-location': contentLocation }),
  };
  if (!knows(ifNoneMatch, etag)) return sendJson(edge, res, 200, body, kept);
  if (res.destroyed) return;
  res.writeHead(304, { ...ofData, ...kept, [names.requestId]: requestIdOf(res), ...(edge.draining && { connection: 'close' }) });
  res.end();
};

const aroundInstance = new WeakMap<object, readonly [before: string, after: string]>();
/** A refusal that is the same frozen object for all who get it is serialised once; only the request that it is told to differs. */
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
  sendJson(edge, res, problem.status, writeProblem(thrown, problem), {
    'content-type': 'application/problem+json; charset=utf-8',
    ...(wait !== null && { 'retry-after': String(wait) }),
  });
};
