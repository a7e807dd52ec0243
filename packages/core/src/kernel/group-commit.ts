import { createBatcher, type Batcher, type BatchLimits } from './batcher.ts';
import type { Core, Tx } from './core.ts';
import { isDatabaseUnavailable, isHinderedByOthers } from './database-error.ts';
import { DomainError } from './domain-error.ts';
import type { KeyedCall } from './keyed-call.ts';
import { beginOnce, storeResults } from './once.ts';
import { perCore } from './per-core.ts';
import { assertOutsideTransaction, transact } from './transact.ts';

/** The limits of a group commit, and how it writes. */
export interface GroupCommitOptions<I, R> extends BatchLimits {
  /** Writes one batch in one transaction and returns for each request, in order, its result or its refusal. */
  readonly write: (key: string, requests: readonly I[]) => Promise<readonly (R | DomainError)[]>;
}

/**
 * Creates a group commit: writes that arrive while a batch of their key is written are written together by the next transaction. So a hot
 * row is locked once for hundreds of requests, and each request still gets its own result. `submit` resolves after the commit; inside a
 * transaction it is refused with an error.
 */
export const createGroupCommit = <I, R>(core: Pick<Core, 'clock'>, { write, ...limits }: GroupCommitOptions<I, R>): Batcher<I, R> => {
  const { submit } = createBatcher(core, { ...limits, run: write });
  return {
    submit: async (key, request) => {
      assertOutsideTransaction();
      return submit(key, request);
    },
  };
};

/** How a Tx step treats rows that another transaction has locked: it waits for them, or it skips them and answers `lockedElsewhere`. */
export interface LockWaitPolicy {
  readonly skipLocked: boolean;
}

/** The answer to a request whose rows another transaction has locked. */
export const lockedElsewhere: unique symbol = Symbol('locked elsewhere');

/** What a Tx step for several requests answers to one of them. */
export type Answer<R> = R | DomainError | typeof lockedElsewhere;

/** Whether a request of a batch was answered with an error. */
export const isRefusal = (answer: unknown): answer is DomainError => answer instanceof DomainError;

/** The answer of a step that waits, to its only request. Throws a refusal. */
export const onlyAnswer = <R>(answers: readonly Answer<R>[]): R => {
  const [answer] = answers;
  if (isRefusal(answer)) throw answer;
  if (answer === undefined || answer === lockedElsewhere) throw new Error('A step that waits for its rows did not answer its request');
  return answer;
};

/** Runs the part of a step for one request; a refusal that it throws is its answer. */
export const answering = <R>(part: () => R): R | DomainError => {
  try {
    return part();
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
};

/** The limits of a grouped step, and what it does. */
export interface GroupedStepOptions<I, R> extends BatchLimits {
  /**
   * Tx step: answers each of N >= 1 requests, in order, with its result or its refusal, and without `skipLocked` never with
   * `lockedElsewhere`. In a batch, a refusal that comes after something was written for its request is thrown instead: then the batch is
   * written without it. The refusal of a request that runs alone undoes what it wrote.
   */
  readonly step: (tx: Tx, requests: readonly I[], waitPolicy: LockWaitPolicy) => Promise<readonly Answer<R>[]>;
  /** The step is one statement without an event: it commits by itself, except for calls under a key with `once`. */
  readonly oneStatement?: (core: Core) => boolean;
  /**
   * The result of a call under a key is its answer, and is stored with the key in the same commit. Its effect must lapse before the record
   * of the key is deleted. Without it, the step recognises a repeat itself.
   */
  readonly once?: boolean;
  /** Whether a request is too large to share a transaction with others. */
  readonly isLarge?: (request: I) => boolean;
}

/**
 * What broke the batch of a request is tried once more, alone, unless it is a refusal or the database is gone. A batch that waited too
 * long for a lock or ran out of time says nothing about most of its requests.
 */
const unlessRefused = (error: unknown): typeof lockedElsewhere => {
  if (isRefusal(error) || (isDatabaseUnavailable(error) && !isHinderedByOthers(error))) throw error;
  return lockedElsewhere;
};

interface Submitted<I> {
  readonly request: I;
  readonly call: KeyedCall | null;
}

/**
 * Runs the requests of one moment in one transaction: first all of them without waiting for a lock, then those whose rows were locked, each
 * in a transaction of its own that waits. So a request never waits for the rows of another one, and a request that fails, fails alone.
 */
export const groupedStep = <I, R>(options: GroupedStepOptions<I, R>): ((core: Core, request: I) => Promise<R>) => {
  const { step, oneStatement = () => false, once = false, isLarge = () => false, ...limits } = options;
  const run = (core: Core, submitted: readonly Submitted<I>[], waitPolicy: LockWaitPolicy): Promise<readonly Answer<R>[]> => {
    const work = async (tx: Tx): Promise<readonly Answer<R>[]> => {
      const answers = await step(
        tx,
        submitted.map(({ request }) => request),
        waitPolicy,
      );
      const results = submitted.flatMap(({ call }, i) => {
        const result = answers[i];
        return call && result !== lockedElsewhere && !isRefusal(result) ? [{ call, result }] : [];
      });
      // Thrown here, so that the transaction of a request that is refused alone writes nothing.
      if (!waitPolicy.skipLocked) onlyAnswer(answers);
      await storeResults(tx, results, true);
      return answers;
    };
    return oneStatement(core) && submitted.every(({ call }) => call === null)
      ? transact(core, { oneStatement: true }, work)
      : transact(core, work);
  };
  const batchesOf = perCore((core) =>
    createGroupCommit<Submitted<I>, R | typeof lockedElsewhere>(core, {
      ...limits,
      write: (_key, submitted) => run(core, submitted, { skipLocked: true }),
    }),
  );
  return async (core, request) => {
    const call = once ? core.call : null;
    const before = call && beginOnce(call);
    if (before) return before.result as R;
    const shared = () => batchesOf(core).submit('requests', { request, call }).catch(unlessRefused);
    const first = isLarge(request) ? lockedElsewhere : await shared();
    const result = first === lockedElsewhere ? onlyAnswer(await run(core, [{ request, call }], { skipLocked: false })) : first;
    if (call) call.answered = true;
    return result;
  };
};
