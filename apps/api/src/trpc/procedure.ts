/**
 * Builds procedures from contract entries: the contract defines everything around a call; a router contributes the call itself in one line.
 */
import { channel } from 'node:diagnostics_channel';
import {
  describeIssues,
  errorRules,
  headers,
  ignoresToken,
  isOpenToGuests,
  orderId,
  orderSchema,
  scopesOfAccess,
  type FieldIssue,
  type MutationContract,
  type OrderId,
  type ProcedureContract,
  type QueryContract,
  type SubscriptionContract,
} from '@cartwright/contracts';
import { deepFreeze, DomainError, requireScope, requireUser, withIdempotency, type Actor } from '@cartwright/core/kernel';
import { assertNotDeleted } from '@cartwright/core/orders';
import { z } from 'zod';
import { codeOf } from '../errors.ts';
import { assertObject } from '../http/body.ts';
import { RequestContext } from '../http/context.ts';
import { t } from './trpc.ts';
import { findUnstorable } from './unstorable.ts';

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

/** Identifies and authorises the caller. Throws `INVALID_TOKEN`, `ACCOUNT_INACTIVE`, `UNAUTHENTICATED` or `FORBIDDEN`. */
export const admit = async (ctx: RequestContext, entry: ProcedureContract): Promise<Actor> => {
  const actor = ignoresToken(entry) ? ctx.actor : await ctx.identify();
  if (entry.access === 'signed-in') requireUser(actor);
  for (const scope of scopesOfAccess(entry.access)) requireScope(actor, scope);
  return actor;
};

/** Counts calls, not requests: each call of a batch counts. */
const takeBudget = async ({ core, http, ip }: RequestContext, actor: Actor, { budget = 'read' }: ProcedureContract): Promise<void> => {
  const caller = actor.kind === 'user' && budget !== 'auth' ? actor.userId : ip;
  const wait = await core.limiter.consume(`${budget}:${caller}`, http.budgets[budget]);
  if (!wait) return;
  throw new DomainError('RATE_LIMITED', `${errorRules.RATE_LIMITED.title}. Try again in ${wait.retryAfterSeconds} s.`, {
    details: { ...wait },
  });
};

const mostSentences = 3;
/** A sentence for each of the first wrong fields, and the number of the others. */
const sentencesOf = (fields: readonly FieldIssue[]): string => {
  const sentences = fields.slice(0, mostSentences).map(({ path, message }) => `${path || 'The input'} ${message}.`);
  const others = fields.length - sentences.length;
  if (others > 0) sentences.push(others === 1 ? '1 more field is wrong.' : `${others} more fields are wrong.`);
  return sentences.join(' ');
};

/** Treats a missing input as an empty object, so that procedures without input can be called without one. */
const checkInput = <I extends z.ZodType>(schema: I, raw: unknown): z.output<I> => {
  const given = raw === undefined ? {} : raw;
  assertObject(given, 'The input');
  const parsed = schema.safeParse(given);
  if (parsed.success) {
    assertStorable(given);
    return parsed.data;
  }
  const { code, fields } = describeIssues(schema, parsed.error, given);
  throw new DomainError(code, sentencesOf(fields) || `${errorRules[code].title}.`, { fields });
};

/** Checks the input as it was sent: the parser leaves out what it cannot keep. */
const assertStorable = (given: object): void => {
  const issue = findUnstorable(given);
  if (issue) throw new DomainError('INVALID_INPUT', `${issue.path || 'The input'} ${issue.message}.`, { fields: [issue] });
};

const namesOrder = z.object({ orderId });
/** The order that a call is about: its input names it, or its answer is the order, or the details of its error name it. */
const orderOf = ({ output }: MutationContract, input: unknown, answer: unknown): OrderId | undefined => {
  if (output === orderSchema) {
    const order = z.object({ id: orderId }).safeParse(answer);
    if (order.success) return order.data.id;
  }
  return namesOrder.safeParse(input).data?.orderId ?? namesOrder.safeParse(answer).data?.orderId;
};

/** Throws `NOT_FOUND` instead of the stored answer of a buyer's call about an order that was deleted since. */
const assertStillShown = async (entry: MutationContract, ctx: RequestContext, input: unknown, answer: unknown): Promise<void> => {
  const id = isOpenToGuests(entry.access) ? orderOf(entry, input, answer) : undefined;
  if (id !== undefined) await assertNotDeleted(ctx.core, ctx.actor, id);
};

/** Runs at most once per key. A repeat gets the stored response or error, marked by `Idempotency-Replayed`. */
const once = async (
  entry: MutationContract,
  { ctx, path }: Call,
  input: unknown,
  run: (ctx: RequestContext) => Promise<unknown>,
): Promise<unknown> => {
  const key = ctx.idempotencyKey;
  if (!key && entry.idempotency === 'required')
    throw new DomainError(
      'IDEMPOTENCY_KEY_REQUIRED',
      'Send an Idempotency-Key header of 16 to 64 characters: a new key for each request, the same key for its repeats.',
    );
  if (!key) return run(ctx);
  try {
    if (entry.keepsOwnRecord) return await run(ctx);
    const { result, replayed } = await withIdempotency(
      ctx.core,
      { actor: ctx.actor, endpoint: path, key, input, address: ctx.ip },
      (core) => run(ctx.withCore(core)),
    );
    if (!replayed) return result;
    await assertStillShown(entry, ctx, input, result);
    ctx.setHeader(headers.idempotencyReplayed, 'true');
    return entry.output.parse(result);
  } catch (error) {
    if (error instanceof DomainError && error.replayed) {
      await assertStillShown(entry, ctx, input, error.details);
      ctx.setHeader(headers.idempotencyReplayed, 'true');
    }
    throw error;
  }
};

/**
 * Authorises, counts and then parses, so that an unauthorised caller learns nothing about the input and a malformed input claims no key.
 */
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
 * Parses responses by their contract, which removes unknown fields. The result for a frozen object is frozen and reused when the
 * same object is returned again.
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
    return ctx.http.openResponses.guard({ actor: ctx.actor, access: entry.access }, signal, open);
  }
  const run = async (own: RequestContext): Promise<unknown> => check(await resolve({ ctx: own, input, signal, path }));
  return entry.kind === 'mutation' && entry.idempotency ? once(entry, call, input, run) : run(ctx);
};

/** Announces each call with its outcome, `OK` or an error code, to subscribers in this process, such as a tracer or the tests. */
const calls = channel('cartwright.procedure');

const runs = (entry: ProcedureContract): CallerOverride => {
  const check = entry.kind === 'subscription' ? (result: unknown) => result : createCheck(entry);
  return async ({ args: [call], _def }) => {
    if (!isCall(call) || !hasResolver(_def)) throw new Error('tRPC called a procedure in a way that this version is not known to');
    const { metrics } = call.ctx.http;
    const start = performance.now();
    const end = (outcome: string): void => {
      metrics.observeCall(call.path, outcome, performance.now() - start);
      if (calls.hasSubscribers) calls.publish({ procedure: call.path, outcome });
    };
    try {
      const result = await perform(entry, call, _def.resolver, check);
      end('OK');
      return result;
    } catch (error) {
      end(codeOf(error));
      throw error;
    }
  };
};

type CallerOverride = NonNullable<(typeof t.procedure)['_def']['caller']>;

/**
 * Runs the steps around a call in one function. tRPC's middleware chain copies its options at each step,
 * which took 14 µs per call instead of 1 µs. Set on the definition, because the builder's method for server
 * actions would change the types of procedures to those of plain functions.
 */
const around = <B extends { readonly _def: { caller?: CallerOverride } }>(builder: B, entry: ProcedureContract): B => {
  builder._def.caller = runs(entry);
  return builder;
};

/** A query or mutation of the contract, without its resolver. */
export const shop = <I extends z.ZodType, O extends z.ZodType>(entry: QueryContract<I, O> | MutationContract<I, O>) =>
  around(t.procedure.input(entry.input).output(entry.output), entry);

/** A live feed of the contract. The feed checks its items itself; the session is checked at intervals. */
export const feed = <I extends z.ZodType, O extends z.ZodType>(entry: SubscriptionContract<I, O>) =>
  around(t.procedure.input(entry.input), entry);
