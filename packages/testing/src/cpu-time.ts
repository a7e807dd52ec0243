/**
 * Returns the CPU time in milliseconds that this process spends on `work`, with its threads. A bound on it holds on a busy machine, where
 * a bound on the duration does not.
 */
export const cpuMsOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
};
