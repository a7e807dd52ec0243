/**
 * Returns the result of `work`, or of `late` when it takes longer. The work itself continues; its result is then
 * ignored.
 * @param ms - how long to wait, in milliseconds
 */
export const withinTime = async <T, L>(work: Promise<T>, ms: number, late: () => L): Promise<T | L> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late()), ms);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
};
