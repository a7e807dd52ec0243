/**
 * tRPC's HTTP protocol for queries and mutations, alone and in batches, without the web Request and
 * Response objects that make the stock adapter six times slower than Express. Subscriptions and
 * streamed batches go to the stock adapter.
 */
import { contract, type Contract } from '@cartwright/contracts';
import { DomainError, type Core } from '@cartwright/core/kernel';
import type { TRPCError } from '@trpc/server';
import { callTRPCProcedure, getTRPCErrorFromUnknown } from '@trpc/server';
import { createExpressMiddleware } from '@trpc/server/adapters/express';
import { getErrorShape } from '@trpc/server/shared';
import type { Request, RequestHandler, Response } from 'express';
import { retryAfterSeconds } from '../errors.ts';
import { jsonBody, parseJson } from '../http/body.ts';
import { createContext, type CallContext } from '../http/context.ts';
import type { Problem } from '@cartwright/contracts';
import { shopRouter } from '../routers/index.ts';

export const largestBatch = 10;

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly problem: Problem | null;
}
type CallType = 'query' | 'mutation';

const kindOf = (path: string): string | undefined => {
  const [domain = '', name = ''] = path.split('.');
  return (contract as Contract)[domain]?.[name]?.kind;
};

const runCall = async (
  path: string,
  type: CallType,
  input: unknown,
  ctx: CallContext,
  signal: AbortSignal,
  batchIndex: number,
): Promise<Answer> => {
  try {
    const kind = kindOf(path);
    if (kind && kind !== type) throw new DomainError('METHOD_NOT_ALLOWED', kind === 'query' ? 'A query is read by GET.' : 'A mutation is sent by POST.');
    const data = await callTRPCProcedure({
      router: shopRouter,
      path,
      type,
      ctx,
      signal,
      batchIndex,
      getRawInput: () => Promise.resolve(input),
    });
    return { status: 200, body: { result: { data } }, problem: null };
  } catch (thrown) {
    return failed(getTRPCErrorFromUnknown(thrown), path, type, input, ctx);
  }
};

const failed = (error: TRPCError, path: string | undefined, type: CallType, input: unknown, ctx: CallContext): Answer => {
  const shape = getErrorShape({ config: shopRouter._def._config, error, type, path, input, ctx });
  return { status: shape.data.httpStatus, body: { error: shape }, problem: shape.data.problem };
};

/** The raw input of every call: `?input=` for queries, the body for mutations; keyed by index in a batch. */
const readInputs = (req: Request, type: CallType, isBatch: boolean, count: number): unknown[] => {
  const sent = type === 'query' ? (typeof req.query['input'] === 'string' ? parseJson(req.query['input']) : undefined) : jsonBody(req);
  if (!isBatch) return [sent];
  if (sent !== undefined && (sent === null || typeof sent !== 'object' || Array.isArray(sent)))
    throw new DomainError('MALFORMED_BODY', 'The inputs of a batch are an object keyed by the index of the call.');
  const byIndex = new Map(Object.entries(sent ?? {}));
  return Array.from({ length: count }, (_, i) => byIndex.get(String(i)));
};

const send = (res: Response, status: number, body: unknown, problems: readonly (Problem | null)[]): void => {
  const waits = problems.flatMap((p) => (p ? (retryAfterSeconds(p) ?? []) : []));
  if (waits.length > 0) res.setHeader('retry-after', String(Math.max(...waits)));
  res.statusCode = status;
  res.setHeader('content-type', 'application/json; charset=utf-8');
  res.end(JSON.stringify(body));
};

const handle = async (core: Core, req: Request, res: Response): Promise<void> => {
  const ctx = createContext(core, req, res);
  const type: CallType = req.method === 'GET' ? 'query' : 'mutation';
  const isBatch = 'batch' in req.query;
  const whole = decodeURIComponent(req.path.slice(1));
  const paths = isBatch ? whole.split(',') : [whole];
  const abort = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) abort.abort();
  });
  try {
    if (req.method !== 'GET' && req.method !== 'POST') throw new DomainError('METHOD_NOT_ALLOWED', 'tRPC is spoken by GET and POST.');
    if (paths.length > largestBatch)
      throw new DomainError('BATCH_TOO_LARGE', `A batch takes at most ${largestBatch} calls.`, { details: { calls: paths.length } });
    const inputs = readInputs(req, type, isBatch, paths.length);
    const answers = await Promise.all(paths.map((path, i) => runCall(path, type, inputs[i], ctx, abort.signal, i)));
    const problems = answers.map((a) => a.problem);
    const [first] = answers;
    if (!isBatch && first) return send(res, first.status, first.body, problems);
    const statuses = new Set(answers.map((a) => a.status));
    return send(
      res,
      statuses.size === 1 && first ? first.status : 207,
      answers.map((a) => a.body),
      problems,
    );
  } catch (thrown) {
    const answer = failed(getTRPCErrorFromUnknown(thrown), paths.length === 1 ? paths[0] : undefined, type, undefined, ctx);
    send(res, answer.status, isBatch ? paths.slice(0, largestBatch).map(() => answer.body) : answer.body, [answer.problem]);
  }
};

/** Serves the router at the path it is mounted on. */
export const trpcHandler = (core: Core): RequestHandler => {
  const stock = createExpressMiddleware({
    router: shopRouter,
    createContext: ({ req, res }) => createContext(core, req, res),
    maxBatchSize: largestBatch,
  });
  return (req, res, next) => {
    const streams = /text\/event-stream|application\/jsonl/.test(`${req.headers.accept ?? ''} ${String(req.headers['trpc-accept'] ?? '')}`);
    if (streams) {
      if (Buffer.isBuffer(req.body)) req.body = req.body.toString('utf8');
      stock(req, res, next);
      return;
    }
    handle(core, req, res).catch(next);
  };
};
