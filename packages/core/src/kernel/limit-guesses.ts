import { actorKey, type Actor } from './actor.ts';
import type { Core } from './core.ts';
import { DomainError } from './domain-error.ts';

/** How many codes that cannot be used somebody may try, promo codes and gift cards together. */
const misses = { points: 10, seconds: 600 };

/**
 * Runs a guess at a code. After ten that were answered `CODE_NOT_APPLICABLE` in ten minutes, to a customer or to a
 * network address, every further one is `RATE_LIMITED`, right or wrong. A try is taken before and given back unless it
 * missed, so that guesses sent all at once count as well.
 */
export const limitGuesses = async <T>(
  core: Pick<Core, 'limiter'>,
  { actor, ip }: { readonly actor: Actor; readonly ip: string | null },
  guess: () => Promise<T>,
): Promise<T> => {
  const guesser = `codes:${actor.kind === 'user' || ip === null ? actorKey(actor) : ip}`;
  const wait = await core.limiter.consume(guesser, misses);
  if (wait)
    throw new DomainError('RATE_LIMITED', `Too many codes that cannot be used. Try again in ${wait.retryAfterSeconds} s.`, {
      details: { ...wait },
    });
  let missed = false;
  try {
    return await guess();
  } catch (error) {
    missed = error instanceof DomainError && error.code === 'CODE_NOT_APPLICABLE';
    throw error;
  } finally {
    if (!missed) await core.limiter.restore(guesser, misses);
  }
};
