/** Passwords: hashed with argon2id (RFC 9106) at OWASP's cost, a few at a time; passwords that are easy to guess are refused. */
import { availableParallelism } from 'node:os';
import argon2 from 'argon2';
import pLimit from 'p-limit';
import { DomainError } from '../kernel/index.ts';

const cost = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const longestQueue = 50;

/**
 * How many hashes run at once: one per core, because each fills a core and its cache, and one more makes each 10 %
 * slower. One libuv thread stays free, because tokens are signed and verified there too.
 */
export const hashesAtOnce = (cores: number, threads: number): number => Math.max(1, Math.min(cores, threads - 1));
/** The number of threads that libuv starts unless configured otherwise. */
const usualThreads = 4;
const limit = pLimit(hashesAtOnce(availableParallelism(), Number(process.env['UV_THREADPOOL_SIZE']) || usualThreads));

/** Each hash takes 19 MiB, so a burst of sign-ins must queue instead of filling the memory. */
const queued = <T>(work: () => Promise<T>): Promise<T> => {
  if (limit.pendingCount >= longestQueue)
    throw new DomainError('SERVICE_UNAVAILABLE', 'Too many sign-ins are in progress. Try again in a few seconds.', {
      details: { retryAfterSeconds: 2 },
    });
  return limit(work);
};

/** One password typed on different keyboards matches itself, as NIST SP 800-63B requires. */
const normalised = (password: string): string => password.normalize('NFKC');

/** A PHC string that carries its own salt and cost. Throws `SERVICE_UNAVAILABLE` when too many hashes wait already. */
export const hashPassword = async (password: string): Promise<string> => queued(() => argon2.hash(normalised(password), cost));

let decoy: Promise<string> | undefined;
/**
 * Whether the password fits. Without a hash (no such account) it takes as long and answers false. Throws `SERVICE_UNAVAILABLE` as
 * `hashPassword` does.
 */
export const verifyPassword = async (hash: string | null, password: string): Promise<boolean> => {
  decoy ??= argon2.hash('nobody has this password', cost);
  const reference = hash ?? (await decoy);
  const fits = await queued(() => argon2.verify(reference, normalised(password)));
  return fits && hash !== null;
};

/** Whether the hash has outdated cost parameters and should be recreated. */
export const needsRehash = (hash: string): boolean => argon2.needsRehash(hash, cost);

/** Loaded at the first registration, because the word lists take a few megabytes. */
const loadChecker = async () => {
  const [{ ZxcvbnFactory }, common] = await Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')]);
  return new ZxcvbnFactory({ dictionary: { ...common.dictionary }, graphs: common.adjacencyGraphs });
};
let checker: ReturnType<typeof loadChecker> | undefined;

const shopWords = ['cartwright'];
const leastOfItsOwn = 8;
/** The number of characters that are part of neither the shop's name nor the person's. */
const ownLength = (password: string, words: readonly string[]): number =>
  words.toSorted((a, b) => b.length - a.length).reduce((left, word) => left.replaceAll(word, ''), password.toLowerCase()).length;

/**
 * Refuses passwords that are easy to guess: common ones, keyboard walks, dates, the name of the shop and known personal
 * data. The contract checks the length. Throws `WEAK_PASSWORD`.
 */
export const assertStrongPassword = async (password: string, personal: readonly string[]): Promise<void> => {
  checker ??= loadChecker();
  const words = [...shopWords, ...personal.flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)])]
    .map((word) => word.toLowerCase())
    .filter((word) => word.length > 2);
  const { score } = (await checker).check(normalised(password), words);
  if (score >= 3 && ownLength(normalised(password), words) >= leastOfItsOwn) return;
  throw new DomainError('WEAK_PASSWORD', 'This password is too easy to guess. Use a longer one or a few unrelated words.', {
    fields: [{ path: 'password', message: 'is too easy to guess' }],
  });
};

const leastOfStaff = 15;
const mostOfAll = 128;

/** Refuses a password of staff that has fewer than 15 characters or more than 128, or that is easy to guess. Throws `WEAK_PASSWORD`. */
export const assertStaffPassword = async (password: string, personal: readonly string[]): Promise<void> => {
  const { length } = Array.from(normalised(password));
  const problem = length < leastOfStaff ? `at least ${leastOfStaff}` : length > mostOfAll ? `at most ${mostOfAll}` : null;
  if (problem)
    throw new DomainError('WEAK_PASSWORD', `The password of an administrator must have ${problem} characters; this one has ${length}.`, {
      fields: [{ path: 'password', message: `must have ${problem} characters` }],
    });
  await assertStrongPassword(password, personal);
};
