/** At most one execution per actor, endpoint and key, and the first answer again for every repeat. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { errorCodeSchema, idempotencyKeyPattern, type ErrorCode } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorKey, hashToken, type Actor } from './actor.ts';
import type { Core, Tx } from './core.ts';
import { writeStatement } from './write-statement.ts';
import { DomainError } from './domain-error.ts';
import { createGroupCommit } from './group-commit.ts';
import {
  deleteOldKeys,
  deleteUnusedKey,
  insertKeys,
  releaseKey,
  setKeyAnswers,
  setKeyEffect,
  takeKeyOver,
  type KeyAnswer,
  type NewKey,
} from './idempotency-key.store.ts';
import { inProgress } from './idempotency.lease.ts';
import type { Claim as LeaseClaim } from './lease.ts';
import { perCore } from './per-core.ts';
import { insertPermanentKey, setKeySubject, type KeyedRequest } from './permanent-key.store.ts';
import { transact } from './transact.ts';

export interface IdempotentCall {
  readonly actor: Actor;
  readonly endpoint: string;
  readonly key: string;
  readonly input: unknown;
  /** The caller's network address; distinguishes guests without a token. */
  readonly address?: string;
}

type Stored = { ok: true; result: unknown } | { ok: false; error: { code: ErrorCode; message: string; details?: Record<string, unknown> } };

/** Throws `IDEMPOTENCY_KEY_INVALID` unless the key has 16 to 64 characters of `A-Z a-z 0-9 _ -`. */
export const assertIdempotencyKey = (key: string): void => {
  if (!idempotencyKeyPattern.test(key))
    throw new DomainError('IDEMPOTENCY_KEY_INVALID', 'An Idempotency-Key must have 16 to 64 characters of A-Z, a-z, 0-9, _ and -.');
};

/** SHA-256 over the input with sorted keys, so that spacing and order of fields do not matter. */
export const fingerprint = (input: unknown): string => createHash('sha256').update(canonical(input)).digest('hex');
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object')
    return `{${Object.entries(value)
      .filter(([, v]) => v !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`)
      .join(',')}}`;
  return JSON.stringify(value) ?? 'null';
};

/**
 * Runs `run` under a claim on the key, or returns the outcome of an earlier run.
 * - a refusal before any effect releases the key: the caller may correct and repeat
 * - a refusal after an effect (`afterEffect`) is kept and repeated
 * - an unexpected failure keeps the claim but ends its lease, so that a repeat takes over and finishes
 *
 * Answers are stored sealed, because they contain personal data.
 */
export const withIdempotency = async <T>(
  core: Core,
  call: IdempotentCall,
  run: () => Promise<T>,
): Promise<{ result: T; replayed: boolean }> => {
  assertIdempotencyKey(call.key);
  const claimed = await claim(core, call);
  if ('stored' in claimed) {
    if (claimed.stored.ok) return { result: claimed.stored.result as T, replayed: true };
    const { code, message, details } = claimed.stored.error;
    throw new DomainError(code, message, { ...(details && { details }), afterEffect: true, replayed: true });
  }
  core.failpoints.reach('idempotency.afterClaim');
  try {
    const result = await current.run(claimed, run);
    core.failpoints.reach('idempotency.afterRun');
    if (!claimed.answered) await complete(core, claimed, 200, { ok: true, result });
    core.failpoints.reach('idempotency.afterComplete');
    return { result, replayed: claimed.repeated ?? false };
  } catch (error) {
    await settleFailure(core, claimed, error);
    throw error;
  }
};

interface Claim extends LeaseClaim {
  /** The result of the call's transaction, when an earlier holder committed it and then died. */
  readonly effect: { readonly result: unknown } | null;
  readonly request: KeyedRequest;
  /** The answer was stored with the transaction. */
  answered?: boolean;
  transacted?: boolean;
  /** The key had its effect before, and its record was deleted since. */
  repeated?: boolean;
}
const current = new AsyncLocalStorage<Claim>();

/** How a use-case describes the one transaction of its call. */
export type Once<T> = {
  /** The result is the answer of the whole call: the commit completes the key. */
  readonly answers: boolean;
} & (Kept<T> | Lapsing);

/** The key is kept permanently, so that a repeat has no second effect after the record of its answer was deleted. */
interface Kept<T> {
  /** Id of the created record; left out where the input names it. */
  readonly subject?: (result: T) => string;
  /** Answers a repeat whose answer was deleted. Throws `IDEMPOTENCY_ANSWER_GONE` where nothing can answer it. */
  readonly again: (tx: Tx, before: { readonly subject: string; readonly requestKey: string }) => Promise<T>;
}
/** The effect ends by itself before the record of the key is deleted, such as the hold of a cart. */
interface Lapsing {
  readonly lapses: true;
}

/**
 * A transaction that happens once per idempotency key: its result is stored with the key in the same commit, and a call
 * that takes the key over after a crash gets that result instead of running `work` again. A holder that lost its key
 * meanwhile is refused and rolls back. Without a key it is `transact`.
 *
 * Unless its effect lapses, the key itself is kept permanently in the same commit: a repeat that comes after the record
 * of the answer was deleted is answered by `again`. The result must survive JSON.
 */
export const transactOnce = async <T>(core: Core, once: Once<T>, work: (tx: Tx) => Promise<T>): Promise<T> => {
  const { answers } = once;
  const claimed = current.getStore();
  if (!claimed) return transact(core, work);
  if (claimed.transacted) throw new Error('transactOnce can be used once per call: every other transaction must be safe to run again');
  claimed.transacted = true;
  if (claimed.effect) return claimed.effect.result as T;
  const { request } = claimed;
  const done = await transact(
    core,
    async (tx) => {
      const { result, repeated } =
        'lapses' in once ? { result: await work(tx), repeated: false } : await workForEver(tx, request, once, work);
      claimed.repeated = repeated;
      const body = sealBody(core, claimed.id, { ok: true, result });
      await setKeyEffect(tx, claimed, { sealed: body, answers });
      core.failpoints.reach('idempotency.insideEffect');
      return result;
    },
    request.requestKey,
  );
  claimed.answered = answers;
  return done;
};

/** Runs `work` unless the key has had its effect; the row of the key commits with the effect. */
const workForEver = async <T>(tx: Tx, request: KeyedRequest, { subject, again }: Kept<T>, work: (tx: Tx) => Promise<T>) => {
  const { requestKey, fingerprint: print } = request;
  // The second of two concurrent calls waits here for the commit of the first.
  if (await insertPermanentKey(tx, request)) {
    const result = await work(tx);
    if (subject) await setKeySubject(tx, requestKey, subject(result));
    return { result, repeated: false };
  }
  const { rows } = await sql<{ fingerprint: string; subject: string | null }>`
    select fingerprint, subject_id as subject from permanent_keys where request_key = ${requestKey}`.execute(tx.db);
  const [before] = rows;
  if (before?.fingerprint !== print) throw keyReused();
  if (subject && before.subject === null) throw answerGone();
  return { result: await again(tx, { subject: before.subject ?? '', requestKey }), repeated: true };
};

/** The error of a key that was used for another request. */
export const keyReused = (): DomainError =>
  new DomainError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for a different request. Use a new key for a new request.');

/** The error of a repeat whose effect is in place but whose response is no longer stored. */
export const answerGone = (sentence = 'This Idempotency-Key was used before, and its response is no longer stored.'): DomainError =>
  new DomainError('IDEMPOTENCY_ANSWER_GONE', `${sentence} Nothing was done now. Use a new key to do it again.`);

/**
 * SHA-256 over an input, salted with its key: the same request has the same one, and without the key nobody can guess
 * the input from it.
 */
export const saltedFingerprint = (key: string, print: string): string => hashToken(`${key}|${print}`);

const toKeyedRequest = (owner: string, endpoint: string, key: string, print: string): KeyedRequest => ({
  requestKey: hashToken(`${owner}|${endpoint}|${key}`),
  endpoint,
  fingerprint: saltedFingerprint(key, print),
});

/** The call that runs under a key, for use-cases that store the key in a row of their own; null without a key. */
export const currentRequest = (): KeyedRequest | null => current.getStore()?.request ?? null;

/** Whether the call has a key, so that its change must commit with its answer. */
export const underKey = (): boolean => current.getStore() !== undefined;

const placeOf = (id: string) => ['idempotency_keys', 'response_sealed', id] as const;
const sealBody = ({ sealer }: Core, id: string, body: Stored): string => sealer.seal(placeOf(id), JSON.stringify(body));
const openBody = ({ sealer }: Core, id: string, envelope: string): Stored => {
  const body = sealer.read(placeOf(id), envelope);
  if (body !== null) return JSON.parse(body) as Stored;
  throw new DomainError(
    'UNREADABLE_VALUE',
    'The first request with this Idempotency-Key was carried out, but its stored response is damaged and cannot be read. Check the result of that request before you send it with a new key.',
    { replayed: true },
  );
};

/** Guests without a token share an owner name, so one could get the answer of another; their address separates them. */
const ownerOf = ({ sealer }: Core, { actor, address }: IdempotentCall): string =>
  actor.kind === 'guest' && !actor.cartToken && address ? `guest:${sealer.derive('guest address', address)}` : actorKey(actor);

const claim = async (core: Core, call: IdempotentCall): Promise<Claim | { stored: Stored }> => {
  const { endpoint, key, input } = call;
  const owner = ownerOf(core, call);
  const print = fingerprint(input);
  const id = core.ids.next();
  const request = toKeyedRequest(owner, endpoint, key, print);
  const fence = await newClaims(core).submit('claims', { id, owner, endpoint, key, print });
  if (fence !== null) return { id, fence, effect: null, request };

  const row = await core.db
    .selectFrom('idempotency_keys')
    .select(['id', 'fingerprint', 'state', 'responseSealed'])
    .where('actor', '=', owner)
    .where('endpoint', '=', endpoint)
    .where('key', '=', key)
    .executeTakeFirst();
  // The first holder may have released the key in between; then this call is the first one.
  if (!row) return claim(core, call);
  if (row.fingerprint !== print) throw keyReused();
  if (row.state === 'complete' && row.responseSealed !== null) return { stored: openBody(core, row.id, row.responseSealed) };

  const taken = await writeStatement(core, (tx) => takeKeyOver(tx, row.id));
  if (!taken) throw inProgress();
  const effect = taken.effect === null ? null : openBody(core, row.id, taken.effect);
  return { id: row.id, fence: taken.fence, effect: effect?.ok ? { result: effect.result } : null, request };
};

const grouping = { maxBatch: 200, maxWaiting: 20_000, maxWaitMs: 10_000, concurrency: 1 } as const;

/** Claims keys that nobody has claimed yet, those of one moment in one commit; returns the fence, or null for a key that exists. */
const newClaims = perCore((core) =>
  createGroupCommit<NewKey, number | null>(core, {
    ...grouping,
    write: async (_key, claims) => {
      const fences = await writeStatement(core, (tx) => insertKeys(tx, claims));
      return claims.map(({ id }) => fences.get(id) ?? null);
    },
  }),
);

const newAnswers = perCore((core) =>
  createGroupCommit<KeyAnswer, true>(core, {
    ...grouping,
    write: async (_key, answers) => {
      await writeStatement(core, (tx) => setKeyAnswers(tx, answers));
      return answers.map(() => true as const);
    },
  }),
);

/** Stores the answer unless another process has taken the claim over in the meantime. */
const complete = async (core: Core, { id, fence }: LeaseClaim, status: number, body: Stored): Promise<void> => {
  await newAnswers(core).submit('answers', { id, fence, status, sealed: sealBody(core, id, body) });
};

const settleFailure = async (core: Core, claimed: LeaseClaim, error: unknown): Promise<void> => {
  if (error instanceof DomainError && error.afterEffect) {
    const { code, message, details } = error;
    await complete(core, claimed, error.status, {
      ok: false,
      error: { code: errorCodeSchema.parse(code), message, ...(details && { details }) },
    });
    return;
  }
  if (error instanceof DomainError) {
    if (await writeStatement(core, (tx) => deleteUnusedKey(tx, claimed))) return;
  }
  // The call failed half way: end the lease, so that the next attempt can finish it. If even
  // this fails, the lease runs out by itself and the original error is the one to report.
  await writeStatement(core, (tx) => releaseKey(tx, claimed)).catch((e: unknown) =>
    core.log.warn({ err: e }, 'could not end an idempotency lease early'),
  );
};

/** Deletes answers that are older than 30 days, some thousands at a time; returns how many. `permanent_keys` stays. */
export const forgetIdempotencyKeys = (core: Core): Promise<number> => writeStatement(core, deleteOldKeys);
