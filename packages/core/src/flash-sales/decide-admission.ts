/** How many of a waiting room may go in. Pure. */
export interface AdmissionMetrics {
  readonly waiting: number;
  /** People who were let in, have not bought and still may. */
  readonly inside: number;
  readonly unitsFree: number;
  /** Purchases in the last ten seconds. */
  readonly purchasesInTenSeconds: number;
  readonly secondsSinceLast: number;
}
export interface AdmissionRules {
  readonly admitPerSecond: number;
  readonly overbookingBasisPoints: number;
}

/** Enough a second to keep a sale going whose first buyers are still typing. */
const slowestPace = 10;
/** After a pause of the clock the people do not all come at once. */
const longestStepSeconds = 5;

/**
 * Two bounds. By stock: nobody is inside who could not find a unit, overbooked for those who leave without
 * one. By pace: twice what the shop has really sold of late, so that it speeds up step by step and a shop
 * that slows down is given time; never faster than the rules say.
 */
export const decideAdmission = (metrics: AdmissionMetrics, rules: AdmissionRules): number => {
  const mayBeInside = Math.ceil((metrics.unitsFree * (10_000 + rules.overbookingBasisPoints)) / 10_000);
  const perSecond = Math.min(rules.admitPerSecond, Math.max(slowestPace, metrics.purchasesInTenSeconds / 5));
  const byPace = Math.floor(perSecond * Math.min(longestStepSeconds, metrics.secondsSinceLast));
  return Math.max(0, Math.min(mayBeInside - metrics.inside, byPace, metrics.waiting));
};
