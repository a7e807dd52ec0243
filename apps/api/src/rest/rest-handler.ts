/** REST under `/api/v1`: the contract's procedures by method and path, errors as problem+json (RFC 9457). */
import { DomainError, type Core } from '@cartwright/core/kernel';
import { callTRPCProcedure } from '@trpc/server';
import type { Request, RequestHandler, Response } from 'express';
import { logProblem, retryAfterSeconds, toProblem } from '../errors.ts';
import { jsonBody } from '../http/body.ts';
import { createContext } from '../http/context.ts';
import { shopRouter } from '../routers/index.ts';
import { coerceQuery, matchRoute, methodsOf, type RestMatch } from './routes.ts';

const segmentsOf = (path: string): string[] => {
  try {
    return path
      .replace(/^\/|\/$/g, '')
      .split('/')
      .map(decodeURIComponent);
  } catch {
    throw new DomainError('NOT_FOUND', 'There is nothing at this address.');
  }
};

const inputOf = (req: Request, { route, params }: RestMatch): unknown => {
  const { method } = route.entry.rest;
  if (method === 'GET' || method === 'DELETE') return { ...coerceQuery(route.entry.input, req.query), ...params };
  const body = jsonBody(req) ?? {};
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new DomainError('MALFORMED_BODY', 'The body is a JSON object.');
  return { ...body, ...params };
};

/** Sends a failure as problem+json; the one way out for errors of REST, webhooks and plain routes. */
export const sendProblem = (core: Core, res: Response, thrown: unknown, path?: string): void => {
  const problem = toProblem(thrown, { requestId: String(res.locals['requestId']), path });
  logProblem(core.log, thrown, problem, path);
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const wait = retryAfterSeconds(problem);
  if (wait !== null) res.setHeader('retry-after', String(wait));
  res.statusCode = problem.status;
  res.setHeader('content-type', 'application/problem+json; charset=utf-8');
  res.end(JSON.stringify(problem));
};

const handle = async (core: Core, req: Request, res: Response): Promise<void> => {
  let name: string | undefined;
  try {
    const segments = segmentsOf(req.path);
    const match = matchRoute(req.method, segments);
    if (!match) {
      const allowed = methodsOf(segments);
      if (allowed.length === 0) throw new DomainError('NOT_FOUND', 'There is nothing at this address.');
      res.setHeader('allow', allowed.join(', '));
      throw new DomainError('METHOD_NOT_ALLOWED', `This address takes ${allowed.join(', ')}.`);
    }
    const { entry } = match.route;
    name = match.route.name;
    const input = inputOf(req, match);
    const ctx = createContext(core, req, res);
    const data: unknown = await callTRPCProcedure({
      router: shopRouter,
      path: name,
      type: entry.kind,
      ctx,
      signal: undefined,
      batchIndex: 0,
      getRawInput: () => Promise.resolve(input),
    });
    res.statusCode = entry.rest.status ?? 200;
    res.setHeader('content-type', 'application/json; charset=utf-8');
    res.end(JSON.stringify(data));
  } catch (thrown) {
    sendProblem(core, res, thrown, name);
  }
};

export const restHandler =
  (core: Core): RequestHandler =>
  (req, res, next) => {
    handle(core, req, res).catch(next);
  };
