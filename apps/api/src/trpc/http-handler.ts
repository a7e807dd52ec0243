/**
 * tRPC's HTTP protocol for queries and mutations, single and in batches, without the web Request and
 * Response objects that make the stock adapter six times slower than Express. `event-stream.ts` sends live
 * feeds; the stock adapter handles streamed batches.
 */
import { parse as parseQuery, type ParsedUrlQuery } from 'node:querystring';
import type { Problem } from '@cartwright/contracts';
import { DomainError } from '@cartwright/core/kernel';
import { callTRPCProcedure, TRPCError } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import type { Request, Response } from 'express';
import { entries } from '../entries.ts';
import { retryAfterSeconds } from '../errors.ts';
import { createWriter, sendJson, sendKept } from '../http/answer.ts';
import { parseJson, readJson, isJsonRequest } from '../http/body.ts';
import { RequestContext, type HttpLayer } from '../http/context.ts';
import { shopRouter } from '../router.ts';
import { errorShapeOf } from './error-shape.ts';
import { sendFeed } from './event-stream.ts';
import { admit } from './procedure.ts';

/** The maximum number of calls in one tRPC batch. */
export const largestBatch = 10;
const prefix = '/trpc/';

type Answer =
  | { readonly status: 200; readonly data: unknown; readonly problem: null }
  | { readonly status: number; readonly error: object; readonly problem: Problem };
const resultOf = (data: unknown): string => `{"result":{"data":${JSON.stringify(data)}}}`;
const textOf = (answer: Answer): string => (answer.problem ? JSON.stringify({ error: answer.error }) : resultOf(answer.data));
const write = createWriter(resultOf);
type CallType = 'query' | 'mutation';
interface Sent {
  readonly type: CallType;
  readonly paths: readonly string[];
  readonly isBatch: boolean;
  readonly query: ParsedUrlQuery;
}

const readAddress = (req: Request): Sent => {
  const { url } = req;
  const mark = url.indexOf('?');
  const path = decodeURIComponent(url.slice(prefix.length, mark < 0 ? undefined : mark));
  const query = mark < 0 ? {} : parseQuery(url.slice(mark + 1));
  const isBatch = query['batch'] === '1';
  return { type: req.method === 'POST' ? 'mutation' : 'query', paths: isBatch ? path.split(',') : [path], isBatch, query };
};

/** The raw input of every call: `?input=` for queries, the body for mutations; keyed by index in a batch. */
const readInputs = async (req: Request, res: Response, { type, isBatch, paths, query }: Sent): Promise<readonly unknown[]> => {
  if (type === 'mutation' && !isJsonRequest(req)) throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
  const size = paths.some((path) => entries.get(path)?.budget === 'import') ? 'import' : 'usual';
  const given = query['input'];
  const sent =
    type === 'mutation'
      ? await readJson(req, res, size)
      : typeof given === 'string'
        ? parseJson(given, 'The input in the address')
        : undefined;
  if (!isBatch) return [sent];
  if (sent !== undefined && (sent === null || typeof sent !== 'object' || Array.isArray(sent)))
    throw new DomainError('MALFORMED_BODY', 'The inputs of a batch must be an object keyed by the index of the call.');
  const byIndex = new Map(Object.entries(sent ?? {}));
  return paths.map((_, i) => byIndex.get(String(i)));
};

const failed = (thrown: unknown, ctx: RequestContext, type: CallType, path?: string): Answer => {
  const shape = errorShapeOf(thrown, ctx, type, path);
  return { status: shape.data.httpStatus, error: shape, problem: shape.data.problem };
};

const runCall = async (path: string, type: CallType, input: unknown, ctx: RequestContext, batchIndex: number): Promise<Answer> => {
  try {
    const kind = entries.get(path)?.kind;
    if (kind && kind !== type) throw new TRPCError({ code: 'METHOD_NOT_SUPPORTED' });
    const data: unknown = await callTRPCProcedure({
      router: shopRouter,
      path,
      type,
      ctx,
      signal: undefined,
      batchIndex,
      getRawInput: () => Promise.resolve(input),
    });
    return { status: 200, data, problem: null };
  } catch (thrown) {
    return failed(thrown, ctx, type, path);
  }
};

/** If the calls of a batch have different statuses, the batch is 207 and each result has its own `httpStatus`. */
const send = (http: HttpLayer, res: Response, answers: readonly Answer[], asList: boolean): void => {
  const [first] = answers;
  if (!first) return;
  const status = answers.every((a) => a.status === first.status) ? first.status : 207;
  const waits = answers.flatMap((a) => (a.problem ? (retryAfterSeconds(a.problem) ?? []) : []));
  const text = asList ? `[${answers.map(textOf).join(',')}]` : textOf(first);
  sendJson(http, res, status, text, waits.length > 0 ? { 'retry-after': String(Math.max(...waits)) } : undefined);
};

const refuse = (http: HttpLayer, req: Request, res: Response, thrown: unknown): void =>
  send(http, res, [failed(thrown, new RequestContext(http, req, res), req.method === 'POST' ? 'mutation' : 'query')], false);

const assertSane = (req: Request, { paths }: Sent): void => {
  if (req.method !== 'GET' && req.method !== 'POST')
    throw new DomainError('METHOD_NOT_ALLOWED', 'Use GET for queries and POST for mutations.');
  if (paths.length > largestBatch)
    throw new DomainError('BATCH_TOO_LARGE', `A batch can have at most ${largestBatch} calls.`, { details: { calls: paths.length } });
};

const handle = async (http: HttpLayer, req: Request, res: Response, sent: Sent): Promise<void> => {
  const inputs = await readInputs(req, res, sent);
  const ctx = new RequestContext(http, req, res);
  const answers = await Promise.all(sent.paths.map((path, i) => runCall(path, sent.type, inputs[i], ctx, i)));
  const [only] = answers;
  const entry = sent.isBatch ? undefined : entries.get(sent.paths[0] ?? '');
  if (only?.problem === null && entry?.kind === 'query' && entry.caching) sendKept(http, req, res, write(only.data));
  else send(http, res, answers, sent.isBatch);
};

/** The input of a feed. After a reconnect, EventSource and tRPC's client send the id of the last event outside the input. */
const readFeedInput = (req: Request, { query }: Sent): unknown => {
  const given = query['input'];
  const input = typeof given === 'string' ? parseJson(given, 'The input in the address') : undefined;
  const lastEventId = req.headers['last-event-id'] ?? query['lastEventId'] ?? query['Last-Event-Id'];
  if (!lastEventId || (input !== undefined && (typeof input !== 'object' || input === null))) return input;
  return { ...input, lastEventId };
};

const wantsStream = ({ headers }: Request): boolean =>
  headers['trpc-accept'] === 'application/jsonl' || headers.accept?.includes('text/event-stream') === true;

/** Serves the router under `/trpc/`. */
export const trpcHandler = (http: HttpLayer): ((req: Request, res: Response) => void) => {
  const stock = createExpressMiddleware({
    router: shopRouter,
    createContext: ({ req, res }) => new RequestContext(http, req, res),
    maxBodySize: 1_048_576,
  });
  const stream = async (req: Request, res: Response, sent: Sent): Promise<void> => {
    const ctx = new RequestContext(http, req, res);
    const [path = ''] = sent.paths;
    // Authorises before the feed starts: after that, the status is 200 and an error is an event that only tRPC's client can read.
    for (const entry of sent.paths.map((one) => entries.get(one))) if (entry?.kind === 'subscription') await admit(ctx, entry);
    // The caller has disconnected or the server is shutting down, so nothing would end the stream.
    if (res.destroyed || http.draining) return void res.destroy();
    http.streams.add(res);
    res.once('close', () => http.streams.delete(res));
    const isFeed = !sent.isBatch && sent.type === 'query' && entries.get(path)?.kind === 'subscription';
    if (isFeed) return sendFeed(ctx, res, path, readFeedInput(req, sent));
    req.url = req.url.slice(prefix.length - 1);
    stock(req, res, (error: unknown) => {
      if (error) refuse(http, req, res, error);
    });
  };
  return (req, res) => {
    try {
      const sent = readAddress(req);
      assertSane(req, sent);
      const answered = wantsStream(req) ? stream(req, res, sent) : handle(http, req, res, sent);
      answered.catch((error: unknown) => refuse(http, req, res, error));
    } catch (error) {
      refuse(http, req, res, error);
    }
  };
};
