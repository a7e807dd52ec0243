/** The only source of the time in domain code. Deadlines that several processes share use the database's `now()` instead. */
export interface Clock {
  now(): Date;
}
/** The clock of this process, for pacing only; decisions use the database's time. */
export const systemClock: Clock = { now: () => new Date() };

/** Options of an `LRUCache` with a time to live, which it then measures by the clock of the core. */
export const ttlBy = (clock: Clock) => ({ ttlResolution: 0, perf: { now: () => clock.now().getTime() } });
