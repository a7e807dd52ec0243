/** Passwords: argon2id (RFC 9106) at OWASP's cost, no more than a few hashes at once, easy ones refused. */
import { availableParallelism } from 'node:os';
import argon2 from 'argon2';
import pLimit from 'p-limit';
import { DomainError } from '../kernel/index.ts';

const cost = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const atOnce = 2 * availableParallelism();
const longestQueue = 50;
const limit = pLimit(atOnce);

/** Each hash takes 19 MiB, so a burst of sign-ins must queue instead of filling the memory. */
const queued = <T>(work: () => Promise<T>): Promise<T> => {
  if (limit.pendingCount >= longestQueue)
    throw new DomainError('BUSY', 'Too many people are signing in right now. Try again in a moment.', {
      details: { retryAfterSeconds: 2 },
    });
  return limit(work);
};

const normalised = (password: string): string => password.normalize('NFKC');

export const hashPassword = (password: string): Promise<string> => queued(() => argon2.hash(normalised(password), cost));

let decoy: Promise<string> | undefined;
/** Whether the password fits. Without a hash (no such account) it takes as long and answers false. */
export const verifyPassword = async (hash: string | null, password: string): Promise<boolean> => {
  decoy ??= argon2.hash('nobody has this password', cost);
  const reference = hash ?? (await decoy);
  const fits = await queued(() => argon2.verify(reference, normalised(password)));
  return fits && hash !== null;
};

/** Whether the hash was made at another cost than today's and should be made anew. */
export const needsRehash = (hash: string): boolean => argon2.needsRehash(hash, cost);

/** Refuses passwords that a guesser tries early, by zxcvbn. Throws `WEAK_PASSWORD`. */
export const assertStrongPassword = async (password: string, personal: readonly string[]): Promise<void> => {
  const [{ ZxcvbnFactory }, common] = await Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')]);
  const checker = new ZxcvbnFactory({ dictionary: { ...common.dictionary }, graphs: common.adjacencyGraphs });
  const { score, feedback } = checker.check(password, ['cartwright', ...personal]);
  if (score < 3)
    throw new DomainError('WEAK_PASSWORD', `This password is too easy to guess. Use a longer one or a few unrelated words.`, {
      fields: [{ path: 'password', message: feedback.warning ?? 'is too easy to guess' }],
    });
};
