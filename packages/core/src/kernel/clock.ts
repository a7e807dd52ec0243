/** The only source of the time in domain code. Deadlines that several processes share use the database's `now()` instead. */
export interface Clock {
  now(): Date;
}
/** The clock of this process, for pacing only; decisions use the database's time. */
export const systemClock: Clock = { now: () => new Date() };
