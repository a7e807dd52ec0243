/** The numbers that decide how many buyers of a waiting room are admitted. */
export interface AdmissionMetrics {
  readonly waiting: number;
  /** Admitted buyers who have not bought yet and still may. */
  readonly inside: number;
  readonly unitsFree: number;
  /** Purchases in the last ten seconds. */
  readonly purchasesInTenSeconds: number;
  readonly secondsSinceLast: number;
}
/** How fast buyers are admitted, and how many more than there are units. */
export interface AdmissionRules {
  readonly admitPerSecond: number;
  readonly overbookingBasisPoints: number;
}

/** The pace per second that keeps a sale going before the first purchases are complete. */
const slowestPace = 10;
/** Limits the step after a pause, so that waiting buyers are not all admitted at once. */
const longestStepSeconds = 5;

/**
 * Returns how many buyers to admit; pure. Two limits apply. Stock: no more buyers inside than free units, plus
 * overbooking for those who leave without buying. Pace: twice the recent sales rate, so that admission speeds up
 * gradually and slows down with the shop, and never above the configured rate.
 */
export const decideAdmission = (metrics: AdmissionMetrics, rules: AdmissionRules): number => {
  const mayBeInside = Math.ceil((metrics.unitsFree * (10_000 + rules.overbookingBasisPoints)) / 10_000);
  const perSecond = Math.min(rules.admitPerSecond, Math.max(slowestPace, metrics.purchasesInTenSeconds / 5));
  const byPace = Math.floor(perSecond * Math.min(longestStepSeconds, metrics.secondsSinceLast));
  return Math.max(0, Math.min(mayBeInside - metrics.inside, byPace, metrics.waiting));
};
