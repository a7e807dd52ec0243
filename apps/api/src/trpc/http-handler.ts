/**
 * tRPC's HTTP protocol for queries and mutations, alone and in batches, without the web Request and
 * Response objects that make the stock adapter six times slower than Express. Live feeds are sent by
 * `event-stream.ts`; streamed batches go to the stock adapter.
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
import { parseJson, readJson, saysJson } from '../http/body.ts';
import { RequestContext, type Edge } from '../http/context.ts';
import { shopRouter } from '../router.ts';
import { errorShapeOf } from './error-shape.ts';
import { sendFeed } from './event-stream.ts';
import { admit } from './procedure.ts';

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
  if (type === 'mutation' && !saysJson(req)) throw new DomainError('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
  const size = paths.some((path) => entries.get(path)?.budget === 'import') ? 'import' : 'usual';
  const given = query['input'];
  const sent = type === 'mutation' ? await readJson(req, res, size) : typeof given === 'string' ? parseJson(given) : undefined;
  if (!isBatch) return [sent];
  if (sent !== undefined && (sent === null || typeof sent !== 'object' || Array.isArray(sent)))
    throw new DomainError('MALFORMED_BODY', 'The inputs of a batch are an object keyed by the index of the call.');
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

/** Calls that fare differently in one batch are told apart by their own `httpStatus`; the batch as a whole is 207. */
const send = (edge: Edge, res: Response, answers: readonly Answer[], asList: boolean): void => {
  const [first] = answers;
  if (!first) return;
  const status = answers.every((a) => a.status === first.status) ? first.status : 207;
  const waits = answers.flatMap((a) => (a.problem ? (retryAfterSeconds(a.problem) ?? []) : []));
  const text = asList ? `[${answers.map(textOf).join(',')}]` : textOf(first);
  sendJson(edge, res, status, text, waits.length > 0 ? { 'retry-after': String(Math.max(...waits)) } : undefined);
};

const refuse = (edge: Edge, req: Request, res: Response, thrown: unknown): void =>
  send(edge, res, [failed(thrown, new RequestContext(edge, req, res), req.method === 'POST' ? 'mutation' : 'query')], false);

const assertSane = (req: Request, { paths }: Sent): void => {
  if (req.method !== 'GET' && req.method !== 'POST') throw new DomainError('METHOD_NOT_ALLOWED', 'tRPC is spoken by GET and POST.');
  if (paths.length > largestBatch)
    throw new DomainError('BATCH_TOO_LARGE', `A batch takes at most ${largestBatch} calls.`, { details: { calls: paths.length } });
};

const handle = async (edge: Edge, req: Request, res: Response, sent: Sent): Promise<void> => {
  const inputs = await readInputs(req, res, sent);
  const ctx = new RequestContext(edge, req, res);
  const answers = await Promise.all(sent.paths.map((path, i) => runCall(path, sent.type, inputs[i], ctx, i)));
  const [only] = answers;
  const entry = sent.isBatch ? undefined : entries.get(sent.paths[0] ?? '');
  if (only?.problem === null && entry?.kind === 'query' && entry.caching) sendKept(edge, req, res, write(only.data));
  else send(edge, res, answers, sent.isBatch);
};

/** The input of a feed: after a reconnect, EventSource and tRPC's client name the last event beside it. */
const readFeedInput = (req: Request, { query }: Sent): unknown => {
  const given = query['input'];
  const input = typeof given === 'string' ? parseJson(given) : undefined;
  const lastEventId = req.headers['last-event-id'] ?? query['lastEventId'] ?? query['Last-Event-Id'];
  if (!lastEventId || (input !== undefined && (typeof input !== 'object' || input === null))) return input;
  return { ...input, lastEventId };
};

const wantsStream = ({ headers }: Request): boolean =>
  headers['trpc-accept'] === 'application/jsonl' || headers.accept?.includes('text/event-stream') === true;

/** Serves the router under `/trpc/`. */
export const trpcHandler = (edge: Edge): ((req: Request, res: Response) => void) => {
  const stock = createExpressMiddleware({
    router: shopRouter,
    createContext: ({ req, res }) => new RequestContext(edge, req, res),
    maxBodySize: 1_048_576,
  });
  const stream = async (req: Request, res: Response, sent: Sent): Promise<void> => {
    const ctx = new RequestContext(edge, req, res);
    const [path = ''] = sent.paths;
    // Once a feed has begun its status is 200 and a refusal is one of its events, which only tRPC's own client knows how to read.
    for (const entry of sent.paths.map((one) => entries.get(one))) if (entry?.kind === 'subscription') await admit(ctx, entry);
    // Its caller has left meanwhile, or the server has: nothing would ever end the stream.
    if (res.destroyed || edge.draining) return void res.destroy();
    edge.streams.add(res);
    res.once('close', () => edge.streams.delete(res));
    const isFeed = !sent.isBatch && sent.type === 'query' && entries.get(path)?.kind === 'subscription';
    if (isFeed) return sendFeed(ctx, res, path, readFeedInput(req, sent));
    req.url = req.url.slice(prefix.length - 1);
    stock(req, res, (error: unknown) => {
      if (error) refuse(edge, req, res, error);
    });
  };
  return (req, res) => {
    try {
      const sent = readAddress(req);
      assertSane(req, sent);
      const answered = wantsStream(req) ? stream(req, res, sent) : handle(edge, req, res, sent);
      answered.catch((error: unknown) => refuse(edge, req, res, error));
    } catch (error) {
      refuse(edge, req, res, error);
    }
  };
};
