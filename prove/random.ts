/** Random numbers from a seed, so that a trial can be repeated (mulberry32). */
export interface Random {
  /** Returns a number from 0 up to 1. */
  next(): number;
  /** Returns true with the probability `share`. */
  chance(share: number): boolean;
}

export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, chance: (share) => next() < share };
};
