/** Makes procedures out of contract entries: access, budget, schemas and idempotency come from the contract, the rest is one call. */
import {
  errorRules,
  headers,
  type MutationContract,
  type ProcedureContract,
  type QueryContract,
  type RateBudget,
  type SubscriptionContract,
} from '@cartwright/contracts';
import { DomainError, requireScope, requireUser, withIdempotency, type Actor, type Core } from '@cartwright/core/kernel';
import type { z } from 'zod';
import type { CallContext } from '../http/context.ts';
import { t } from './trpc.ts';

/** What a procedure's one call is given. */
export interface Call<I extends z.ZodType> {
  readonly core: Core;
  readonly actor: Actor;
  readonly input: z.output<I>;
}

/** Calls per minute and caller: an account, or an address for guests and for everything about signing in. */
const budgets: Record<RateBudget, { points: number; seconds: number }> = {
  read: { points: 6_000, seconds: 60 },
  write: { points: 1_200, seconds: 60 },
  auth: { points: 60, seconds: 60 },
  purchase: { points: 600, seconds: 60 },
  import: { points: 30, seconds: 60 },
};

const assertAccess = (actor: Actor, { access }: ProcedureContract): void => {
  if (access === 'public') return;
  if (access === 'signed-in') requireUser(actor);
  else requireScope(actor, access.scope);
};

const takeBudget = async ({ core, ip }: CallContext, actor: Actor, { budget = 'read' }: ProcedureContract): Promise<void> => {
  const caller = actor.kind === 'user' && budget !== 'auth' ? actor.userId : ip;
  // Demos and tests sign in many people from one address; a shop on the open net must not allow that.
  const allowed = budget === 'auth' && core.config.environment !== 'production' ? { points: 1_200, seconds: 60 } : budgets[budget];
  const wait = await core.limiter.consume(`${budget}:${caller}`, allowed);
  if (wait)
    throw new DomainError('RATE_LIMITED', `${errorRules.RATE_LIMITED.title}. Try again in ${wait.retryAfterSeconds} s.`, {
      details: { ...wait },
    });
};

/** Runs before the input is looked at: who may not call learns nothing about it. */
const guarded = (entry: ProcedureContract) =>
  t.procedure.use(async ({ ctx, next }) => {
    const actor = await ctx.actor();
    assertAccess(actor, entry);
    await takeBudget(ctx, actor, entry);
    return next({ ctx: { caller: actor } });
  });

export const query = <I extends z.ZodType, O extends z.ZodType>(entry: QueryContract<I, O>, call: (call: Call<I>) => Promise<z.input<O>>) =>
  guarded(entry)
    .input(entry.input)
    .output(entry.output)
    .query(({ ctx, input }) => call({ core: ctx.core, actor: ctx.caller, input: input as z.output<I> }) as never);

export interface MutationCall<I extends z.ZodType> extends Call<I> {
  /** The caller's key; for mutations whose contract requires one, never empty. */
  readonly idempotencyKey: string;
}

export const mutation = <I extends z.ZodType, O extends z.ZodType>(
  entry: MutationContract<I, O>,
  call: (call: MutationCall<I>) => Promise<z.input<O>>,
) =>
  guarded(entry)
    .input(entry.input)
    .output(entry.output)
    .mutation(async ({ ctx, input, path }) => {
      const key = entry.idempotency ? ctx.idempotencyKey : null;
      if (entry.idempotency === 'required' && !key)
        throw new DomainError(
          'IDEMPOTENCY_KEY_REQUIRED',
          'Send an Idempotency-Key header: 16 to 64 characters, new for each attempt to buy, the same for its repeats.',
        );
      const run = () => call({ core: ctx.core, actor: ctx.caller, input: input as z.output<I>, idempotencyKey: key ?? '' });
      if (!key) return (await run()) as never;
      const { result, replayed } = await replayable(ctx, () =>
        withIdempotency(ctx.core, { actor: ctx.caller, endpoint: path, key, input }, run),
      );
      if (replayed) ctx.setHeader(headers.idempotencyReplayed, 'true');
      return result as never;
    });

/** A stored refusal is marked as a replay as well. */
const replayable = async <T>(ctx: CallContext, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DomainError && error.replayed) ctx.setHeader(headers.idempotencyReplayed, 'true');
    throw error;
  }
};

export const subscription = <I extends z.ZodType, O extends z.ZodType>(
  entry: SubscriptionContract<I, O>,
  call: (call: Call<I> & { readonly signal: AbortSignal }) => AsyncIterable<unknown, void, unknown>,
) =>
  guarded(entry)
    .input(entry.input)
    .subscription(({ ctx, input, signal }) =>
      call({ core: ctx.core, actor: ctx.caller, input: input as z.output<I>, signal: signal ?? new AbortController().signal }),
    );
