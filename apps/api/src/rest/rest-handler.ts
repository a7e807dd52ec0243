/** Serves the procedures of the contract as REST under `/api/v1`, with errors as problem+json (RFC 9457). */
import { parse as parseQuery } from 'node:querystring';
import { restPrefix } from '@cartwright/contracts';
import { DomainError } from '@cartwright/core/kernel';
import { callTRPCProcedure } from '@trpc/server';
import type { Request, Response } from 'express';
import { createWriter, sendJson, sendKept, sendProblem } from '../http/answer.ts';
import { assertObject, readJson } from '../http/body.ts';
import { RequestContext, type HttpLayer } from '../http/context.ts';
import { noSuchAddress } from '../errors.ts';
import { shopRouter } from '../router.ts';
import { contentLocationOf, locationOf, pollOf } from './locations.ts';
import { withPrecondition, writeVersioned } from './preconditions.ts';
import { coerceQuery, matchRoute, methodsOf, type RestMatch } from './routes.ts';

const pollAfterSeconds = '2';
const write = createWriter(JSON.stringify);

const findRoute = (req: Request, res: Response, path: string): RestMatch => {
  const match = matchRoute(req.method === 'HEAD' ? 'GET' : req.method, path);
  if (match) return match;
  const allowed = methodsOf(path);
  if (allowed.length === 0) throw noSuchAddress(req);
  res.setHeader('allow', allowed.join(', '));
  throw new DomainError('METHOD_NOT_ALLOWED', `Use ${allowed.join(', ')} for this address.`);
};

/** Rejects a field that is both in the path and in the query or body, because the two values could differ. */
const join = (given: object, params: Readonly<Record<string, string>>): unknown => {
  if (Object.keys(params).some((name) => Object.hasOwn(given, name))) refuseTwice(given, params);
  return { ...given, ...params };
};
const refuseTwice = (given: object, params: Readonly<Record<string, string>>): never => {
  const twice = Object.keys(given).filter((name) => Object.hasOwn(params, name));
  const fields = twice.map((path) => ({ path, message: 'is already given in the path' }));
  throw new DomainError('UNKNOWN_FIELD', 'A field of the path is repeated in the query or body.', { fields });
};

const readInput = async (req: Request, res: Response, { route, params }: RestMatch, search: string): Promise<unknown> => {
  if (route.byQuery) return search === '' && route.params.length === 0 ? {} : join(coerceQuery(route.entry, parseQuery(search)), params);
  const sent = await readJson(req, res, route.entry.budget === 'import' ? 'import' : 'usual');
  const body = sent === undefined ? {} : sent;
  assertObject(body, 'The body');
  return join(body, params);
};

const handle = async (http: HttpLayer, req: Request, res: Response): Promise<void> => {
  const mark = req.url.indexOf('?');
  const path = req.url.slice(restPrefix.length, mark < 0 ? undefined : mark);
  const ctx = new RequestContext(http, req, res);
  let name: string | undefined;
  try {
    const match = findRoute(req, res, path);
    const { entry } = match.route;
    name = match.route.name;
    const input = await readInput(req, res, match, mark < 0 ? '' : req.url.slice(mark + 1));
    const data: unknown = await callTRPCProcedure({
      router: shopRouter,
      path: name,
      type: entry.kind,
      ctx,
      signal: undefined,
      batchIndex: 0,
      // Runs only after the caller is authorised, so that others learn no version.
      getRawInput: () => withPrecondition(ctx, entry, input),
    });
    const versioned = writeVersioned(entry, data, write);
    if (entry.kind === 'query' && entry.caching) {
      const present = contentLocationOf(name, input, data);
      return sendKept(http, req, res, versioned ?? write(data), present && restPrefix + present);
    }
    const poll = pollOf(name, data);
    const location = poll ?? locationOf(name, data);
    sendJson(http, res, poll === null ? (entry.rest.status ?? 200) : 202, versioned?.body ?? JSON.stringify(data), {
      ...(versioned && { etag: versioned.etag }),
      ...(location !== null && { location: restPrefix + location }),
      ...(poll !== null && { 'retry-after': pollAfterSeconds }),
    });
  } catch (thrown) {
    sendProblem(http, req, res, thrown, name, ctx);
  }
};

/** The handler of every REST request; errors are answered as problem+json. */
export const restHandler =
  (http: HttpLayer) =>
  (req: Request, res: Response): void => {
    handle(http, req, res).catch((error: unknown) => sendProblem(http, req, res, error));
  };
