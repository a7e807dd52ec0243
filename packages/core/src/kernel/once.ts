/** The one transaction of a call under an idempotency key stores its result with the key, in the same commit. */
import type { ErrorCode } from '@cartwright/contracts';
import type { Core, Tx } from './core.ts';
import { DomainError } from './domain-error.ts';
import { setKeyEffects } from './idempotency-key.store.ts';
import type { KeyedCall, KeyedRequest } from './keyed-call.ts';
import { insertPermanentKey, setKeySubject } from './permanent-key.store.ts';

/** The stored answer of a call. */
export type Stored =
  | { ok: true; result: unknown }
  | { ok: false; error: { code: ErrorCode; message: string; details?: Record<string, unknown> } };

/** How a use-case describes the one transaction of its call. */
export type Once<T> = {
  /** The result is the answer of the whole call: the commit completes the key. */
  readonly answers: boolean;
} & (Kept<T> | Lapsing);

/** The key is kept permanently, so that a repeat has no second effect after the record of its answer was deleted. */
interface Kept<T> {
  /** Id of the created record; left out where the input names it. */
  readonly subject?: (result: T) => string;
  /** Answers a repeat whose answer was deleted. Throws `IDEMPOTENCY_RESPONSE_GONE` where nothing can answer it. */
  readonly again: (tx: Tx, before: { readonly subject: string; readonly requestKey: string }) => Promise<T>;
}
/** The effect ends by itself before the record of the key is deleted, such as the hold of a cart. */
interface Lapsing {
  readonly lapses: true;
}

/**
 * Begins the one transaction of a call. Returns the result that an earlier holder of the key has committed, if there is one.
 */
export const beginOnce = (call: KeyedCall): { readonly result: unknown } | null => {
  if (call.transacted) throw new Error('A call has one transaction with `once`: every other transaction must be safe to run again');
  call.transacted = true;
  return call.effect;
};

/** Tx step: runs the work of a call, unless its key had its effect before, and stores the result with the key. */
export const workOnce = async <T>(tx: Tx, call: KeyedCall, once: Once<T>, work: (tx: Tx) => Promise<T>): Promise<T> => {
  const { result, repeated } =
    'lapses' in once ? { result: await work(tx), repeated: false } : await workForEver(tx, call.request, once, work);
  call.repeated = repeated;
  await storeResults(tx, [{ call, result }], once.answers);
  return result;
};

/** Tx step: stores the results of calls with their keys; with `answers` they are the answers of the whole calls. */
export const storeResults = async (
  tx: Tx,
  results: readonly { readonly call: KeyedCall; readonly result: unknown }[],
  answers: boolean,
): Promise<void> => {
  if (results.length === 0) return;
  const effects = results.map(({ call: { id, fence }, result }) => ({ id, fence, sealed: sealBody(tx, id, { ok: true, result }) }));
  await setKeyEffects(tx, effects, answers);
  tx.failpoints.reach('idempotency.insideEffect');
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
  const before = await tx.db
    .selectFrom('permanent_keys')
    .select(['fingerprint', 'subjectId'])
    .where('requestKey', '=', requestKey)
    .executeTakeFirst();
  if (before?.fingerprint !== print) throw keyReused();
  if (subject && before.subjectId === null) throw answerGone();
  return { result: await again(tx, { subject: before.subjectId ?? '', requestKey }), repeated: true };
};

/** The error of a key that was used for another request. */
export const keyReused = (): DomainError =>
  new DomainError('IDEMPOTENCY_KEY_REUSED', 'This Idempotency-Key was used for a different request. Use a new key for a new request.');

/** The error of a repeat whose effect is in place but whose response is no longer stored. */
export const answerGone = (sentence = 'This Idempotency-Key was used before, and its response is no longer stored.'): DomainError =>
  new DomainError('IDEMPOTENCY_RESPONSE_GONE', `${sentence} Nothing was done now. Use a new key to do it again.`);

const placeOf = (id: string) => ['idempotency_keys', 'response_sealed', id] as const;
/** Seals an answer for its key: answers contain personal data. */
export const sealBody = ({ sealer }: Pick<Core, 'sealer'>, id: string, body: Stored): string =>
  sealer.seal(placeOf(id), JSON.stringify(body));
/** Reads the answer of a key. Throws `UNREADABLE_VALUE` for a damaged one. */
export const openBody = ({ sealer }: Pick<Core, 'sealer'>, id: string, envelope: string): Stored => {
  const body = sealer.read(placeOf(id), envelope);
  if (body !== null) return JSON.parse(body) as Stored;
  throw new DomainError(
    'UNREADABLE_VALUE',
    'The first request with this Idempotency-Key was carried out, but its stored response is damaged and cannot be read. ' +
      'Check the result of that request before you send it with a new key.',
    { replayed: true },
  );
};
