/** Simulates a process that dies between commit and response, and a caller that retries with the same key. */
import { withIdempotency, type Actor, type Core } from '@cartwright/core/kernel';
import { aKey } from './builders.ts';

/** Runs `work` with a new key, loses its response, and returns the response of the retry. */
export const answerLost = async <T>(core: Core, actor: Actor, endpoint: string, work: (core: Core) => Promise<T>): Promise<T> => {
  const call = { actor, endpoint, key: aKey(), input: {} };
  const died = 'the process died before it answered';
  const outcome = await withIdempotency(core, call, async (own) => {
    await work(own);
    throw new Error(died);
  }).catch((error: unknown) => error);
  if (!(outcome instanceof Error) || outcome.message !== died) throw outcome;
  const { result, replayed } = await withIdempotency(core, call, work);
  if (!replayed) throw new Error('The retry was not marked as a replay');
  return result;
};
