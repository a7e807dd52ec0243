/** At most one execution per actor, endpoint and key, and the first answer again for every repeat. */
import { createHash } from 'node:crypto';
import { errorCodeSchema, idempotencyKeyPattern, type ErrorCode, type ErrorDetails } from '@cartwright/contracts';
import { actorKey, hashToken, type Actor } from './actor.ts';
import { promptQueue } from './batcher.ts';
import { withCall } from './call-core.ts';
import type { Core } from './core.ts';
import { transact } from './transact.ts';
import { DomainError } from './domain-error.ts';
import { createGroupCommit } from './group-commit.ts';
import {
  deleteOldKeys,
  deleteUnusedKey,
  insertKeys,
  releaseKey,
  setKeyAnswers,
  takeKeyOver,
  type KeyAnswer,
  type NewKey,
} from './idempotency-key.store.ts';
import { inProgress } from './idempotency.lease.ts';
import type { KeyedCall, KeyedRequest } from './keyed-call.ts';
import type { Claim } from './lease.ts';
import { keyReused, openBody, sealBody, type Stored } from './once.ts';
import { perCore } from './per-core.ts';

/** A call under a key. */
export interface IdempotentCall {
  readonly actor: Actor;
  readonly endpoint: string;
  readonly key: string;
  readonly input: unknown;
  /** The caller's network address; distinguishes guests without a token. */
  readonly address?: string;
}

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
 * Runs `run` with a core that carries the call (`Core.call`), or returns the outcome of an earlier run.
 * - a refusal before any effect releases the key: the caller may correct and repeat
 * - a refusal after an effect (`afterEffect`) is kept and repeated
 * - an unexpected failure keeps the claim but ends its lease, so that a repeat takes over and finishes
 *
 * Answers are stored sealed, because they contain personal data.
 */
export const withIdempotency = async <T>(
  core: Core,
  call: IdempotentCall,
  run: (core: Core) => Promise<T>,
): Promise<{ result: T; replayed: boolean }> => {
  assertIdempotencyKey(call.key);
  const claimed = await claim(core, call);
  if ('stored' in claimed) {
    if (claimed.stored.ok) return { result: claimed.stored.result as T, replayed: true };
    const { code, message, details } = claimed.stored.error;
    throw DomainError.of(code, message, { details: details as ErrorDetails<ErrorCode>, afterEffect: true, replayed: true });
  }
  core.failpoints.reach('idempotency.afterClaim');
  try {
    const result = await run(withCall(core, claimed));
    core.failpoints.reach('idempotency.afterRun');
    if (!claimed.answered) await complete(core, claimed, 200, { ok: true, result });
    core.failpoints.reach('idempotency.afterComplete');
    return { result, replayed: claimed.repeated ?? false };
  } catch (error) {
    await settleFailure(core, claimed, error);
    throw error;
  }
};

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

/** Guests without a token share an owner name, so one could get the answer of another; their address separates them. */
const ownerOf = ({ sealer }: Core, { actor, address }: IdempotentCall): string =>
  actor.kind === 'guest' && !actor.cartToken && address ? `guest:${sealer.derive('guest address', address)}` : actorKey(actor);

const claim = async (core: Core, call: IdempotentCall): Promise<KeyedCall | { stored: Stored }> => {
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

  const taken = await transact(core, { oneStatement: true }, (tx) => takeKeyOver(tx, row.id));
  if (!taken) throw inProgress();
  const effect = taken.effect === null ? null : openBody(core, row.id, taken.effect);
  return { id: row.id, fence: taken.fence, effect: effect?.ok ? { result: effect.result } : null, request };
};

const grouping = { maxBatch: 200, ...promptQueue } as const;

/** Claims keys that nobody has claimed yet, those of one moment in one commit; returns the fence, or null for a key that exists. */
const newClaims = perCore((core) =>
  createGroupCommit<NewKey, number | null>(core, {
    ...grouping,
    write: async (_key, claims) => {
      const fences = await transact(core, { oneStatement: true }, (tx) => insertKeys(tx, claims));
      return claims.map(({ id }) => fences.get(id) ?? null);
    },
  }),
);

const newAnswers = perCore((core) =>
  createGroupCommit<KeyAnswer, true>(core, {
    ...grouping,
    write: async (_key, answers) => {
      await transact(core, { oneStatement: true }, (tx) => setKeyAnswers(tx, answers));
      return answers.map(() => true as const);
    },
  }),
);

/** Stores the answer unless another process has taken the claim over in the meantime. */
const complete = async (core: Core, { id, fence }: Claim, status: number, body: Stored): Promise<void> => {
  await newAnswers(core).submit('answers', { id, fence, status, sealed: sealBody(core, id, body) });
};

const settleFailure = async (core: Core, claimed: Claim, error: unknown): Promise<void> => {
  if (error instanceof DomainError && error.afterEffect) {
    const { code, message, details } = error;
    await complete(core, claimed, error.status, {
      ok: false,
      error: { code: errorCodeSchema.parse(code), message, ...(details && { details }) },
    });
    return;
  }
  if (error instanceof DomainError) {
    if (await transact(core, { oneStatement: true }, (tx) => deleteUnusedKey(tx, claimed))) return;
  }
  // The call failed half way: end the lease, so that the next attempt can finish it. If even
  // this fails, the lease runs out by itself and the original error is the one to report.
  await transact(core, { oneStatement: true }, (tx) => releaseKey(tx, claimed)).catch((e: unknown) =>
    core.log.warn({ err: e }, 'could not end an idempotency lease early'),
  );
};

/** Deletes answers that are older than 30 days, some thousands at a time; returns how many. `permanent_keys` stays. */
export const forgetIdempotencyKeys = (core: Core): Promise<number> => transact(core, { oneStatement: true }, deleteOldKeys);
