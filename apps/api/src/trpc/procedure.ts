/** Makes procedures out of contract entries: everything around a call comes from the contract, the call itself is one line of a router. */
import {
  describeIssues,
  errorRules,
  headers,
  scopesOfAccess,
  type MutationContract,
  type ProcedureContract,
  type QueryContract,
  type SubscriptionContract,
} from '@cartwright/contracts';
import { deepFreeze, DomainError, requireScope, requireUser, withIdempotency, type Actor } from '@cartwright/core/kernel';
import type { z } from 'zod';
import { codeOf } from '../errors.ts';
import { RequestContext } from '../http/context.ts';
import { t } from './trpc.ts';

interface Call {
  readonly ctx: RequestContext;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
  readonly getRawInput: () => Promise<unknown>;
}
type Resolve = (options: { ctx: RequestContext; input: unknown; signal: AbortSignal | undefined; path: string }) => unknown;

const isCall = (value: unknown): value is Call =>
  typeof value === 'object' && value !== null && 'ctx' in value && value.ctx instanceof RequestContext && 'getRawInput' in value;
const hasResolver = (definition: object): definition is { resolver: Resolve } =>
  'resolver' in definition && typeof definition.resolver === 'function';

/** Signing in, up and on again does not look at the token that is about to be replaced. */
const ignoresToken = ({ access, budget }: ProcedureContract): boolean => access === 'public' && budget === 'auth';

/** Finds out who is asking, and whether they may. Throws `INVALID_TOKEN`, `ACCOUNT_INACTIVE`, `UNAUTHENTICATED` or `FORBIDDEN`. */
export const admit = async (ctx: RequestContext, entry: ProcedureContract): Promise<Actor> => {
  const actor = ignoresToken(entry) ? ctx.actor : await ctx.identify();
  if (entry.access === 'signed-in') requireUser(actor);
  for (const scope of scopesOfAccess(entry.access)) requireScope(actor, scope);
  return actor;
};

/** Counts calls, not requests: a batch takes as much as its calls would alone. */
const takeBudget = async ({ core, edge, ip }: RequestContext, actor: Actor, { budget = 'read' }: ProcedureContract): Promise<void> => {
  const caller = actor.kind === 'user' && budget !== 'auth' ? actor.userId : ip;
  const wait = await core.limiter.consume(`${budget}:${caller}`, edge.budgets[budget]);
  if (!wait) return;
  throw new DomainError('RATE_LIMITED', `${errorRules.RATE_LIMITED.title}. Try again in ${wait.retryAfterSeconds} s.`, {
    details: { ...wait },
  });
};

/** Nothing sent is taken for an empty object, so that what needs no input can be called without any. */
const checkInput = <I extends z.ZodType>(schema: I, raw: unknown): z.output<I> => {
  const parsed = schema.safeParse(raw === undefined ? {} : raw);
  if (parsed.success) return parsed.data;
  const { code, fields } = describeIssues(schema, parsed.error);
  const [first] = fields;
  throw new DomainError(code, first ? `${first.path || 'The input'} ${first.message}.` : `${errorRules[code].title}.`, { fields });
};

/** Runs at most once per key; a repeat gets the first answer, or the first refusal, again and is told so. */
const once = async (entry: MutationContract, { ctx, path }: Call, input: unknown, run: () => Promise<unknown>): Promise<unknown> => {
  const key = ctx.idempotencyKey;
  if (entry.keepsOwnRecord && key) return run();
  if (!key && entry.idempotency === 'required')
    throw new DomainError(
      'IDEMPOTENCY_KEY_REQUIRED',
      'Send an Idempotency-Key header: 16 to 64 characters, new for each attempt, the same for its repeats.',
    );
  if (!key) return run();
  try {
    const { result, replayed } = await withIdempotency(ctx.core, { actor: ctx.actor, endpoint: path, key, input, address: ctx.ip }, run);
    if (!replayed) return result;
    ctx.setHeader(headers.idempotencyReplayed, 'true');
    return entry.output.parse(result);
  } catch (error) {
    if (error instanceof DomainError && error.replayed) ctx.setHeader(headers.idempotencyReplayed, 'true');
    throw error;
  }
};

/** In this order, because who may not call learns nothing about the input, and what is malformed claims no key. */
export const readCall = async <I extends z.ZodType>(
  entry: ProcedureContract & { readonly input: I },
  ctx: RequestContext,
  getRawInput: () => Promise<unknown>,
): Promise<z.output<I>> => {
  const actor = await admit(ctx, entry);
  await takeBudget(ctx, actor, entry);
  return checkInput(entry.input, await getRawInput());
};

/**
 * Holds answers to their contract, which takes away what it does not name. A frozen object that is answered again was
 * checked the first time; what came of it is the same object again, frozen too.
 */
export const createCheck = <O extends z.ZodType>({ output }: { readonly output: O }): ((result: unknown) => z.output<O>) => {
  const checked = new WeakMap<object, z.output<O>>();
  return (result) => {
    if (typeof result !== 'object' || result === null || !Object.isFrozen(result)) return output.parse(result);
    const before = checked.get(result);
    if (before !== undefined) return before;
    const parsed = deepFreeze(output.parse(result));
    checked.set(result, parsed);
    return parsed;
  };
};

const perform = async (entry: ProcedureContract, call: Call, resolve: Resolve, check: (result: unknown) => unknown): Promise<unknown> => {
  const { ctx, path, signal } = call;
  const input = await readCall(entry, ctx, call.getRawInput);
  if (entry.kind === 'subscription') {
    const open = async (ends: AbortSignal) => (await resolve({ ctx, input, signal: ends, path })) as AsyncIterable<unknown>;
    return ctx.edge.openAnswers.guard({ actor: ctx.actor, access: entry.access }, signal, open);
  }
  const run = async (): Promise<unknown> => check(await resolve({ ctx, input, signal, path }));
  return entry.kind === 'mutation' && entry.idempotency ? once(entry, call, input, run) : run();
};

const runs = (entry: ProcedureContract): CallerOverride => {
  const check = entry.kind === 'subscription' ? (result: unknown) => result : createCheck(entry);
  return async ({ args: [call], _def }) => {
    if (!isCall(call) || !hasResolver(_def)) throw new Error('tRPC called a procedure in a way that this version is not known to');
    const { metrics } = call.ctx.edge;
    const start = performance.now();
    try {
      const result = await perform(entry, call, _def.resolver, check);
      metrics.observeCall(call.path, 'OK', performance.now() - start);
      return result;
    } catch (error) {
      metrics.observeCall(call.path, codeOf(error), performance.now() - start);
      throw error;
    }
  };
};

type CallerOverride = NonNullable<(typeof t.procedure)['_def']['caller']>;

/**
 * Puts the steps around a call into one function. tRPC's own chain of middlewares copies its options at
 * each step, which took 14 µs a call where this takes one. Set on the definition because the builder's
 * method for it, made for server actions, would turn the types of procedures into those of plain functions.
 */
const around = <B extends { readonly _def: { caller?: CallerOverride } }>(builder: B, entry: ProcedureContract): B => {
  builder._def.caller = runs(entry);
  return builder;
};

/** A query or mutation of the contract, waiting for its one call. */
export const shop = <I extends z.ZodType, O extends z.ZodType>(entry: QueryContract<I, O> | MutationContract<I, O>) =>
  around(t.procedure.input(entry.input).output(entry.output), entry);

/** A live feed of the contract. Its items are checked by the feed itself, one by one; the session behind it from time to time. */
export const feed = <I extends z.ZodType, O extends z.ZodType>(entry: SubscriptionContract<I, O>) =>
  around(t.procedure.input(entry.input), entry);
