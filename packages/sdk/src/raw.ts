/** tRPC's client on top of this client: the interface of tRPC with the tokens, keys and retries of this client. */
import { createTRPCClient, TRPCClientError, type Operation, type TRPCClient, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import { CartwrightError } from './errors.ts';
import { openFeed } from './live.ts';
import { findFacts } from './procedures.ts';
import type { ShopRouter } from './router.types.ts';
import { runCall, type Client } from './run-call.ts';
import type { CallOptions } from './types.ts';

type Emit = (value: { id?: string; data: unknown }) => void;

const run = async (client: Client, op: Operation, signal: AbortSignal, emit: Emit): Promise<void> => {
  const facts = findFacts(op.path);
  if (!facts)
    throw new CartwrightError({
      code: 'NOT_FOUND',
      message: `The procedure ${op.path} does not exist. All procedures are listed at /docs of the shop.`,
      status: 404,
      retry: 'never',
    });
  if (op.type !== 'subscription') {
    // tRPC's `context` of a call contains the options of our calls.
    const { idempotencyKey, timeoutMs } = op.context as CallOptions;
    emit({ data: (await runCall(client, op.path, facts, op.input, { signal, idempotencyKey, timeoutMs })).data });
    return;
  }
  const input = (op.input ?? {}) as Readonly<Record<string, unknown>>;
  for await (const { id, data } of openFeed(client, { path: op.path, input, signal }))
    emit(id === null ? { data } : { id, data: { id, data } });
};

/** Converts an error: `error.data.problem` as with every tRPC link; `error.cause` is the `CartwrightError`. */
const toClientError = (error: unknown): TRPCClientError<ShopRouter> => {
  const sent = error instanceof CartwrightError ? error.cause : undefined;
  const wire = typeof sent === 'object' && sent !== null && 'data' in sent ? { error: sent } : error;
  return TRPCClientError.from<ShopRouter>(wire as Error, error instanceof Error ? { cause: error } : {});
};

/** Terminating link: sends every call like the client itself. */
const shopLink =
  (client: Client): TRPCLink<ShopRouter> =>
  () =>
  ({ op }) =>
    observable((observer) => {
      const end = new AbortController();
      const signal = op.signal ? AbortSignal.any([op.signal, end.signal]) : end.signal;
      if (op.type === 'subscription') observer.next({ result: { type: 'started' } });
      run(client, op, signal, ({ id, data }) => observer.next({ result: id === undefined ? { data } : { id, data } })).then(
        () => observer.complete(),
        (error: unknown) => observer.error(toClientError(error)),
      );
      return () => end.abort();
    });

/** Creates the client that tRPC's documentation describes. */
export const createRaw = (client: Client): TRPCClient<ShopRouter> => createTRPCClient<ShopRouter>({ links: [shopLink(client)] });
