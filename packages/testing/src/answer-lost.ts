/** A call whose process dies between its commit and its answer, and the caller who comes back with the same key. */
import { withIdempotency, type Actor, type Core } from '@cartwright/core/kernel';
import { aKey } from './builders.ts';

/** Runs `work` under a new key, loses what it answers, and returns what the repeat is told. */
export const answerLost = async <T>(core: Core, actor: Actor, endpoint: string, work: () => Promise<T>): Promise<T> => {
  const call = { actor, endpoint, key: aKey(), input: {} };
  const died = 'the process died before it answered';
  const outcome = await withIdempotency(core, call, async () => {
    await work();
    throw new Error(died);
  }).catch((error: unknown) => error);
  if (!(outcome instanceof Error) || outcome.message !== died) throw outcome;
  const { result, replayed } = await withIdempotency(core, call, work);
  if (!replayed) throw new Error('The repeat was not told that it is one');
  return result;
};
