import { actorKey, type Actor } from './actor.ts';
import type { Core } from './core.ts';
import { DomainError } from './domain-error.ts';
import { limitMisses } from './limit-misses.ts';

/**
 * Runs an attempt with a code. After `CODE_GUESSES_LIMIT` attempts within ten minutes that were answered `CODE_NOT_APPLICABLE`, by one
 * customer or network address and for promo codes and gift cards together, every further attempt is `RATE_LIMITED`, right or wrong.
 */
export const limitGuesses = <T>(
  core: Core,
  { actor, ip }: { readonly actor: Actor; readonly ip: string | null },
  guess: () => Promise<T>,
): Promise<T> =>
  limitMisses(
    core,
    {
      key: `codes:${actor.kind === 'user' || ip === null ? actorKey(actor) : ip}`,
      most: core.config.codeGuessesLimit,
      seconds: 600,
      isMiss: (error) => error instanceof DomainError && error.code === 'CODE_NOT_APPLICABLE',
      what: 'invalid codes',
    },
    guess,
  );
